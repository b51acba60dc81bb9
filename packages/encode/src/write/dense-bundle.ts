import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { copyBundle } from '../bundle/copy-bundle.js';
import { manifestFile } from '../bundle/manifest.js';
import type { Bundle, BundleInfo } from '../bundle/types.js';
import { BundleFiles } from '../files/bundle-files.js';
import { serializeSafetensors } from '../files/safetensors.js';
import { type Module, readModules } from '../sentence-transformers/modules.js';
import { weightsFile } from '../sentence-transformers/weights.js';
import { json, writeModules, writeText } from './layout.js';
import { type WriteOptions, writeBundle } from './write-bundle.js';

export interface DenseBundleOptions extends WriteOptions {
  /** The bundle that stands before the layer, as readBundle gave it. */
  base: Bundle;
  /** float32, [outFeatures, dim of the base]: y = weight · x */
  weight: Float32Array;
  outFeatures?: number | undefined;
  /** Fields of a document, where they are to differ from the base's. */
  documentFields?: readonly string[] | undefined;
}

/**
 * Writes the `adapter` tier: the base's files, a linear layer without bias, and unit length.
 *
 * A Normalize at the base's end is left out: before a linear layer with unit length behind it, it changes nothing.
 *
 * @returns the bundle as a reader sees it
 * @throws {AttuneError} as writeStaticBundle; SHAPE_MISMATCH when the weight does not fit the base
 */
export async function writeDenseBundle(options: DenseBundleOptions): Promise<BundleInfo> {
  const { base, weight } = options;
  const outFeatures = options.outFeatures ?? base.dim;
  if (weight.length !== outFeatures * base.dim) {
    throw new AttuneError(
      'SHAPE_MISMATCH',
      `Expected weight to hold ${outFeatures} x ${base.dim} numbers (outFeatures x the dim of ${base.name}), but ` +
        `received ${weight.length}.`,
    );
  }
  const before = await readModules(new BundleFiles(base.path));
  if (before.at(-1)?.type === 'Normalize') before.pop();
  const dense: Module = { type: 'Dense', path: `${before.length}_Dense` };
  const normalize: Module = { type: 'Normalize', path: `${before.length + 1}_Normalize` };
  const tensor = {
    key: 'linear.weight',
    shape: [outFeatures, base.dim],
    values: weight,
    dtype: 'F32' as const,
  };
  const documentFields = options.documentFields ?? base.preprocessing.documentFields;
  return writeBundle(options, documentFields, async (folder) => {
    await copyBundle(base, folder, (name) => isKept(name, before));
    await writeModules(folder, [...before, dense, normalize]);
    await writeText(folder, `${dense.path}/config.json`, json(denseConfig(base.dim, outFeatures)));
    await writeFile(join(folder, dense.path, weightsFile), serializeSafetensors([tensor], { format: 'pt' }));
  });
}

function denseConfig(inFeatures: number, outFeatures: number) {
  return {
    in_features: inFeatures,
    out_features: outFeatures,
    bias: false,
    activation_function: 'torch.nn.modules.linear.Identity',
  };
}

/** Whether a file of the base goes into the bundle: not attune.json, which is of the base alone, nor what a left-out module has. */
function isKept(name: string, modules: readonly Module[]): boolean {
  if (!name.includes('/')) return name !== manifestFile;
  return modules.some(({ path }) => path !== '' && name.startsWith(`${path}/`));
}
