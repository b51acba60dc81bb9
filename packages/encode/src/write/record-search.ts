import { join } from 'node:path';
import { replaceFile } from '@attune/files';
import { manifestFile, serializeManifest } from '../bundle/manifest.js';
import { readBundle } from '../bundle/read-bundle.js';
import type { ChosenSearch } from '../bundle/types.js';
import { manifestOf } from './write-bundle.js';

/**
 * Writes into a bundle's lineage how words count beside it, for whoever chooses that after the bundle was written. A folder that another
 * tool wrote gets its manifest by this. Vectors and fingerprint stay as they are.
 *
 * @throws {AttuneError} BUNDLE_… when the folder is none that can be read; DISK_FULL, FILE_UNWRITABLE
 */
export async function recordSearch(folder: string, search: ChosenSearch): Promise<void> {
  const bundle = await readBundle(folder);
  const manifest =
    bundle.manifest ?? (await manifestOf(bundle, [...bundle.preprocessing.documentFields], {}));
  const lineage = { ...manifest.lineage, search };
  await replaceFile(join(folder, manifestFile), serializeManifest({ ...manifest, lineage }));
}
