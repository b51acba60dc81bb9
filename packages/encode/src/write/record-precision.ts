import { join } from 'node:path';
import type { Precision } from '@attune/binding';
import { replaceFile } from '@attune/files';
import { manifestFile, serializeManifest } from '../bundle/manifest.js';
import { withPrecision } from '../bundle/precision.js';
import { readBundle } from '../bundle/read-bundle.js';
import { Encoder } from '../encoder.js';
import { manifestOf } from './write-bundle.js';

/**
 * States in attune.json in which precision a transformer is loaded from now on, by every program that does not ask for another. Weights and
 * golden vectors stay as they are; the fingerprint becomes that of the precision, so an index of these vectors is made anew.
 *
 * @throws {AttuneError} BUNDLE_… when the folder is none that can be read, or is static; BUNDLE_MISMATCH, before anything is written, when
 *   the golden vectors do not come out in this precision; DISK_FULL, FILE_UNWRITABLE
 */
export async function recordPrecision(folder: string, precision: Precision): Promise<void> {
  const bundle = withPrecision(await readBundle(folder), precision);
  const manifest =
    bundle.manifest ??
    (await manifestOf(withPrecision(bundle, 'f32'), [...bundle.preprocessing.documentFields], {}));
  await Encoder.fromBundle({ ...bundle, manifest }).checkGolden();
  const { fingerprint } = bundle;
  const text = serializeManifest({ ...manifest, precision, fingerprint });
  await replaceFile(join(folder, manifestFile), text);
}
