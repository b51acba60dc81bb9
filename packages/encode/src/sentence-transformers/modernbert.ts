/** config.json of a ModernBERT, in the form of transformers 4 and of 5, and the tensors that its forward pass needs. */
import type { RotaryConfig, TransformerConfig } from '@attune/binding';
import type { JsonFields } from '../files/json-fields.js';
import { activationOf } from './activation.js';

/** Before the names of its tensors where the model was saved with a task's head. */
export const modernPrefix = 'model.';

/**
 * The figures are Hugging Face's defaults for what a config leaves out.
 *
 * @throws {AttuneError} BUNDLE_UNSUPPORTED, naming the key, for biases and for layers in another order than every n-th global
 */
export function readModernConfig(fields: JsonFields): TransformerConfig {
  for (const key of ['attention_bias', 'mlp_bias', 'norm_bias'])
    if (fields.boolean(key, false))
      throw fields.unsupported(`"${key}" is true; Attune runs ModernBERT without biases`);
  const layers = fields.integer('num_hidden_layers', 1);
  return {
    hiddenSize: fields.integer('hidden_size', 1),
    layers,
    heads: fields.integer('num_attention_heads', 1),
    intermediateSize: fields.integer('intermediate_size', 1),
    maxPositions: fields.integer('max_position_embeddings', 1),
    vocabSize: fields.integer('vocab_size', 1),
    typeVocabSize: 0,
    layerNormEps: fields.number('norm_eps', 1e-5),
    activation: activationOf(fields, 'hidden_activation'),
    positionOffset: 0,
    rotary: {
      globalTheta: thetaOf(fields, 'full_attention', 'global_rope_theta', 160_000),
      localTheta: thetaOf(fields, 'sliding_attention', 'local_rope_theta', 10_000),
      localWindow: Math.floor(fields.integer('local_attention', 2, 128) / 2),
      globalEvery: globalEvery(fields, layers),
    },
  };
}

/** transformers 5 writes the bases under `rope_parameters`, by the kind of a layer. */
function thetaOf(fields: JsonFields, kind: string, key: string, usual: number): number {
  if (!fields.has('rope_parameters')) return positive(fields, key, usual);
  const all = fields.object('rope_parameters');
  if (!all.has(kind)) return positive(fields, key, usual);
  const own = all.object(kind);
  if (own.string('rope_type', 'default') !== 'default')
    throw own.unsupported(`"rope_type" is "${own.string('rope_type')}"; Attune runs default`);
  return positive(own, 'rope_theta', usual);
}

function positive(fields: JsonFields, key: string, usual: number): number {
  const value = fields.number(key, usual);
  if (value > 0) return value;
  throw fields.invalid(`"${key}" is ${value}, not above zero`);
}

/** transformers 5 lists the kind of each layer beside the number that it follows from. */
function globalEvery(fields: JsonFields, layers: number): RotaryConfig['globalEvery'] {
  const every = fields.integer('global_attn_every_n_layers', 1, everyOf(fields) ?? 3);
  if (!fields.has('layer_types')) return every;
  const kinds = fields.strings('layer_types');
  const expected = (layer: number) => (layer % every === 0 ? 'full_attention' : 'sliding_attention');
  if (kinds.length !== layers || kinds.some((kind, layer) => kind !== expected(layer)))
    throw fields.unsupported(`"layer_types" is not full_attention in every ${every} of ${layers} layers`);
  return every;
}

/** The second layer of full attention, where the kinds are listed. */
function everyOf(fields: JsonFields): number | undefined {
  if (!fields.has('layer_types')) return undefined;
  const kinds = fields.strings('layer_types');
  const second = kinds.indexOf('full_attention', 1);
  return second > 0 ? second : kinds.length;
}

/** Every tensor that the forward pass needs, by name, with its shape. */
export function modernShapes(config: TransformerConfig): Map<string, number[]> {
  const { hiddenSize: hidden, intermediateSize: inner } = config;
  const shapes = new Map<string, number[]>();
  const weight = (name: string, ...shape: number[]) => shapes.set(`${name}.weight`, shape);
  weight('embeddings.tok_embeddings', config.vocabSize, hidden);
  weight('embeddings.norm', hidden);
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `layers.${layer}`;
    if (layer > 0) weight(`${at}.attn_norm`, hidden);
    weight(`${at}.attn.Wqkv`, 3 * hidden, hidden);
    weight(`${at}.attn.Wo`, hidden, hidden);
    weight(`${at}.mlp_norm`, hidden);
    weight(`${at}.mlp.Wi`, 2 * inner, hidden);
    weight(`${at}.mlp.Wo`, hidden, inner);
  }
  weight('final_norm', hidden);
  return shapes;
}
