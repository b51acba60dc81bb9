import { Encoder, findNamedBundle, readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { bundleFolder, type StoreReader } from '@attune/store';

/**
 * The folder of a registered model, after a look at its fingerprint; or of one that is found by name.
 *
 * @throws {AttuneError} NOT_FOUND; BUNDLE_MISMATCH when a registered one is not what was registered
 */
export async function findModel(data: string, reader: StoreReader, name: string): Promise<string> {
  const record = reader.get('bundle', name);
  if (!record) return findNamedBundle(name);
  const folder = bundleFolder(data, name);
  const { fingerprint } = await readBundle(folder);
  if (fingerprint === record.value.fingerprint) return folder;
  throw new AttuneError(
    'BUNDLE_MISMATCH',
    `The model "${name}" is damaged: its folder has another fingerprint than was registered. Put it back from a backup.`,
  );
}

/** The same, loaded. */
export async function loadModel(data: string, reader: StoreReader, name: string): Promise<Encoder> {
  return Encoder.load(await findModel(data, reader, name));
}
