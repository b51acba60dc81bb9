import { lstat, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AttuneError } from '@attune/errors';
import { placeFolder } from '@attune/files';
import { fingerprintOf, preprocessingDigest } from '../bundle/fingerprint.js';
import { goldenInputs } from '../bundle/golden.js';
import { manifestFile, manifestFormat, serializeManifest } from '../bundle/manifest.js';
import { readBundle } from '../bundle/read-bundle.js';
import type { Bundle, BundleInfo, Lineage, Manifest } from '../bundle/types.js';
import { Encoder } from '../encoder.js';
import { modulesFile } from '../sentence-transformers/modules.js';
import { writeText } from './layout.js';
import { type ModelCard, modelCard } from './model-card.js';

export interface WriteOptions {
  /** The folder to make. */
  path: string;
  lineage?: Lineage | undefined;
  card?: ModelCard | undefined;
  /** Replace a bundle that is there. */
  force?: boolean | undefined;
}

export async function writeBundle(
  options: WriteOptions,
  documentFields: readonly string[],
  writeModel: (folder: string) => Promise<void>,
): Promise<BundleInfo> {
  const { lineage = {}, card = {}, force = false } = options;
  const path = resolve(options.path);
  let manifest: Manifest | undefined;
  const fill = async (folder: string) => {
    await writeModel(folder);
    const plain = await readBundle(folder);
    manifest = await manifestOf(plain, [...documentFields], lineage);
    await writeText(folder, manifestFile, serializeManifest(manifest));
    const info = { ...plain, ...manifest, precision: plain.precision };
    await writeText(folder, 'README.md', modelCard(info, card.title ?? basename(path), card, lineage));
  };
  await checkTarget(path, force);
  await placeFolder(path, fill, { force });
  const { model, head, tokenizer, files, ...info } = await readBundle(path);
  return info;
}

/** The bundle's own digests with these document fields, and what its encoder gives for the golden inputs. */
export async function manifestOf(
  bundle: Bundle,
  documentFields: string[],
  lineage: Lineage,
): Promise<Manifest> {
  const preprocessing = { ...bundle.preprocessing, documentFields };
  const digests = { ...bundle.digests, preprocessing: preprocessingDigest(preprocessing) };
  const vectors = await Encoder.fromBundle(bundle).encodeByRole(goldenInputs);
  const golden = goldenInputs.map((input, i) => ({
    ...input,
    vector: vectors.slice(i * bundle.dim, (i + 1) * bundle.dim),
  }));
  return {
    format: manifestFormat,
    preprocessing,
    fingerprint: fingerprintOf(digests, bundle.precision),
    digests,
    golden,
    lineage,
  };
}

/** @throws {AttuneError} FILE_EXISTS when there is something already, but for a bundle with `force` */
async function checkTarget(path: string, force: boolean): Promise<void> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  if (!force) {
    throw new AttuneError('FILE_EXISTS', `${path} exists already and is not overwritten without force.`);
  }
  if (await isBundle(path)) return;
  throw new AttuneError(
    'FILE_EXISTS',
    `${path} exists and is no bundle: it is not replaced, even with force.`,
  );
}

async function isBundle(path: string): Promise<boolean> {
  return stat(join(path, modulesFile)).then(
    (info) => info.isFile(),
    () => false,
  );
}
