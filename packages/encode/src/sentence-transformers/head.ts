/** What follows the mean or the pooling: Dense layers and the unit length. */
import type { NativeHead } from '@attune/binding';
import type { BundleFiles } from '../files/bundle-files.js';
import { JsonFields } from '../files/json-fields.js';
import { type Module, moduleFile, modulesFile } from './modules.js';
import { readWeights } from './weights.js';

type Dense = NativeHead['dense'][number];

/** Full Python names, as sentence-transformers writes them, by what they compute. */
const activations: Record<string, Dense['activation']> = {
  'torch.nn.modules.linear.Identity': 'identity',
  'torch.nn.modules.activation.Tanh': 'tanh',
  'torch.nn.modules.activation.GELU': 'gelu',
  'torch.nn.modules.activation.ReLU': 'relu',
  'torch.nn.Identity': 'identity',
  'torch.nn.Tanh': 'tanh',
  'torch.nn.GELU': 'gelu',
  'torch.nn.ReLU': 'relu',
};

/**
 * Reads the modules behind the pooling.
 *
 * A Normalize between them is accepted where it changes nothing: before layers that are linear and have no bias, with
 * another Normalize at the end. That is how an adapter stands behind a model that has unit length already.
 *
 * @param dim  numbers in a vector that reaches the head
 */
export async function readHead(files: BundleFiles, modules: Module[], dim: number): Promise<NativeHead> {
  const head: NativeHead = { dense: [], normalize: modules.at(-1)?.type === 'Normalize' };
  let inFeatures = dim;
  for (const [i, module] of modules.entries()) {
    if (module.type === 'Normalize') {
      await checkNormalize(files, module);
      const rest = modules.slice(i + 1);
      if (rest.length === 0) continue;
      await checkScaleFree(files, module, rest, head.normalize);
      continue;
    }
    const dense = await readDense(files, module, inFeatures);
    head.dense.push(dense);
    inFeatures = dense.outFeatures;
  }
  return head;
}

/** Numbers in a vector that leaves the head. */
export function headDim(head: NativeHead, dim: number): number {
  return head.dense.at(-1)?.outFeatures ?? dim;
}

/** Its folder is often lost, because git and zip drop empty folders; it has had a config only since 6.0. */
async function checkNormalize(files: BundleFiles, module: Module): Promise<void> {
  const name = moduleFile(module, 'config.json');
  // A Normalize at the root shares config.json with the transformer, and has no settings of its own.
  if (module.path === '' || !(await files.exists(name))) return;
  checkFeatureNames(JsonFields.parse(await files.text(name, 'Normalize'), files.path(name)));
}

function checkFeatureNames(fields: JsonFields): void {
  for (const key of ['module_input_name', 'module_output_name']) {
    if (fields.string(key, 'sentence_embedding') !== 'sentence_embedding') {
      throw fields.unsupported(
        `"${key}" is ${JSON.stringify(fields.get(key))}; Attune runs "sentence_embedding" only`,
      );
    }
  }
}

async function checkScaleFree(
  files: BundleFiles,
  module: Module,
  rest: Module[],
  normalize: boolean,
): Promise<void> {
  const where = new JsonFields({}, `${files.path(modulesFile)}, module "${module.path}"`);
  for (const later of rest.filter(({ type }) => type === 'Dense')) {
    const fields = await denseFields(files, later);
    if (activationOf(fields) !== 'identity' || fields.boolean('bias', true) || !normalize) {
      throw where.unsupported(
        'a Normalize before a Dense is run only where the Dense is linear without bias and a Normalize ends the list',
      );
    }
  }
  if (!normalize) throw where.unsupported('modules after Normalize are not known');
}

async function denseFields(files: BundleFiles, module: Module): Promise<JsonFields> {
  const name = moduleFile(module, 'config.json');
  return JsonFields.parse(await files.text(name, 'the shape of a Dense layer'), files.path(name));
}

function activationOf(fields: JsonFields): Dense['activation'] {
  const name = fields.string('activation_function', 'torch.nn.modules.activation.Tanh');
  if (!Object.hasOwn(activations, name)) {
    throw fields.unsupported(
      `"activation_function" is ${JSON.stringify(name)}; Attune knows ${Object.keys(activations).slice(0, 4).join(', ')}`,
    );
  }
  return activations[name]!;
}

async function readDense(files: BundleFiles, module: Module, dim: number): Promise<Dense> {
  const fields = await denseFields(files, module);
  checkFeatureNames(fields);
  const inFeatures = fields.integer('in_features', 1);
  const outFeatures = fields.integer('out_features', 1);
  if (inFeatures !== dim) {
    throw fields.invalid(`"in_features" is ${inFeatures}, but the module before gives vectors of ${dim}`);
  }
  const residual = fields.boolean('use_residual', false);
  if (residual && inFeatures !== outFeatures) {
    throw fields.unsupported('"use_residual" with in_features other than out_features is not run by Attune');
  }
  const activation = activationOf(fields);
  const weights = await readWeights(files, module, 'a Dense layer');
  const weight = weights.floats('linear.weight', [outFeatures, inFeatures]);
  const dense: Dense = { weight, inFeatures, outFeatures, activation, residual };
  if (fields.boolean('bias', true)) dense.bias = weights.floats('linear.bias', [outFeatures]);
  return dense;
}
