import type { TransformerConfig } from '@attune/binding';
import type { JsonFields } from '../files/json-fields.js';

const activations: Record<string, TransformerConfig['activation']> = {
  gelu: 'gelu',
  gelu_new: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  relu: 'relu',
};

/**
 * Of a transformer's layers; the exact GELU where a config names none.
 *
 * @throws {AttuneError} BUNDLE_UNSUPPORTED
 */
export function activationOf(fields: JsonFields, key: string): TransformerConfig['activation'] {
  const name = fields.string(key, 'gelu');
  if (Object.hasOwn(activations, name)) return activations[name]!;
  throw fields.unsupported(`"${key}" is "${name}"; Attune runs ${Object.keys(activations).join(', ')}`);
}
