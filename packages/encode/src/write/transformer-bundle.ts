import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { copyBundle } from '../bundle/copy-bundle.js';
import { manifestFile } from '../bundle/manifest.js';
import type { Bundle, BundleInfo } from '../bundle/types.js';
import { BundleFiles } from '../files/bundle-files.js';
import { JsonFields } from '../files/json-fields.js';
import { type SafetensorsFile, serializeSafetensors, type TensorToWrite } from '../files/safetensors.js';
import { moduleFile, readModules } from '../sentence-transformers/modules.js';
import { readTransformerConfig, storedNames } from '../sentence-transformers/transformer.js';
import { readWeights, weightsFile } from '../sentence-transformers/weights.js';
import { json } from './layout.js';
import { type WriteOptions, writeBundle } from './write-bundle.js';

export interface TransformerBundleOptions extends WriteOptions {
  /** The bundle that was trained, as readBundle gave it. */
  base: Bundle;
  /** Tensors that take the place of the base's, by the names of TransformerModel; what is left out stays as it is. */
  tensors: Readonly<Record<string, Float32Array>>;
  /** Fields of a document, where they are to differ from the base's. */
  documentFields?: readonly string[] | undefined;
}

/**
 * Writes the `transformer` tier: the base's files with other weights in float32, under the base's names for them.
 *
 * @returns the bundle as a reader sees it
 * @throws {AttuneError} as writeStaticBundle; BUNDLE_UNSUPPORTED when the base is no transformer; SHAPE_MISMATCH naming a tensor that the base
 *   lacks or has in another size
 */
export async function writeTransformerBundle(options: TransformerBundleOptions): Promise<BundleInfo> {
  const { base } = options;
  if (base.model.kind !== 'transformer') {
    throw new AttuneError(
      'BUNDLE_UNSUPPORTED',
      `Expected a transformer to write with other weights, but ${base.path} is a ${base.kind} bundle.`,
    );
  }
  const files = new BundleFiles(base.path);
  const [module] = await readModules(files);
  const description = await readTransformerConfig(files, module!);
  const stored = await readWeights(files, module!, 'the transformer');
  const tensors = replaced(stored, storedNames(stored, description), options.tensors);
  const weights = moduleFile(module!, weightsFile);
  const config = moduleFile(module!, 'config.json');
  const documentFields = options.documentFields ?? base.preprocessing.documentFields;
  return writeBundle(options, documentFields, async (folder) => {
    await copyBundle(base, folder, (name) => name !== manifestFile && name !== weights);
    await writeFile(join(folder, weights), serializeSafetensors(tensors, { format: 'pt' }));
    await sayFloat32(join(folder, config));
  });
}

/** Stored only where they decide a vector; a buffer of whole numbers, such as position_ids, every reader makes itself. */
const floatTypes = ['F32', 'F16', 'BF16', 'F64'];

function replaced(
  stored: SafetensorsFile,
  names: ReadonlyMap<string, string>,
  tensors: Readonly<Record<string, Float32Array>>,
): TensorToWrite[] {
  const byKey = new Map<string, Float32Array>();
  for (const [name, values] of Object.entries(tensors)) {
    const key = names.get(name);
    const size = key === undefined ? 0 : stored.shape(key).reduce((product, length) => product * length, 1);
    if (key === undefined || size !== values.length) {
      throw new AttuneError(
        'SHAPE_MISMATCH',
        `Expected tensor "${name}" to hold ${size} numbers, as the base has, but received ${values.length}.`,
      );
    }
    byKey.set(key, values);
  }
  return stored
    .keys()
    .filter((key) => byKey.has(key) || floatTypes.includes(stored.dtype(key)))
    .map((key) => ({
      key,
      shape: stored.shape(key),
      values: byKey.get(key) ?? stored.floats(key),
      dtype: 'F32',
    }));
}

/** Python loads a model as what its config says that the weights are. */
async function sayFloat32(path: string): Promise<void> {
  const { value } = JsonFields.parse(await readFile(path, 'utf8'), path);
  const said = ['torch_dtype', 'dtype'].filter((key) => Object.hasOwn(value, key));
  if (said.every((key) => value[key] === 'float32')) return;
  const float32 = Object.fromEntries(said.map((key) => [key, 'float32']));
  await writeFile(path, json({ ...value, ...float32 }));
}
