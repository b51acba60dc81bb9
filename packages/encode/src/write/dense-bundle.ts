import { chmod, copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { manifestFile } from '../bundle/manifest.js';
import type { Bundle, BundleInfo } from '../bundle/types.js';
import { BundleFiles } from '../files/bundle-files.js';
import { serializeSafetensors } from '../files/safetensors.js';
import { type Module, modulesFile, readModules } from '../sentence-transformers/modules.js';
import { sentenceTransformersConfig } from '../sentence-transformers/text-settings.js';
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
    await copyModel(base, folder, before);
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

/** Files that Python wants beside those that Attune reads. */
const companions = [
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'sentencepiece.bpe.model',
];

/** The base's files, but for those that are written anew. */
async function copyModel(base: Bundle, folder: string, modules: readonly Module[]): Promise<void> {
  const kept = (name: string) =>
    modules.some(({ type, path }) => type !== 'Normalize' && path !== '' && name.startsWith(`${path}/`));
  const read = base.files.filter((name) => !name.includes('/') || kept(name));
  const names = new Set([...read, ...companions, sentenceTransformersConfig]);
  for (const anew of [modulesFile, manifestFile]) names.delete(anew);
  for (const name of names)
    await copyBaseFile(join(base.path, name), join(folder, name), base.files.includes(name));
}

async function copyBaseFile(from: string, to: string, isNeeded: boolean): Promise<void> {
  const isFile = await stat(from).then(
    (info) => info.isFile(),
    () => false,
  );
  if (!isFile) {
    if (isNeeded)
      throw new AttuneError('FILE_NOT_FOUND', `${from} was there when the base was read, and is gone.`);
    return;
  }
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, 0o644); // the copy of a read-only model can be replaced
}
