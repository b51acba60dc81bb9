import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { hashFile } from '@attune/files';
import {
  bundleFolder,
  type Damage,
  datasetFiles,
  StoreReader,
  storeFileName,
  type VerifyReport,
  verifyFolder,
} from '@attune/store';
import { quarantined } from '../quarantine.js';
import type { BackupOptions } from './back-up-data.js';
import { verifyIndexes } from './verify-indexes.js';

export interface DataReport extends VerifyReport {
  /** What no record named, moved out of the way: places from the data folder. It is no damage. */
  quarantine: string[];
}

/**
 * Reads everything that a data folder's store names and compares it with its checksums: every row, every model, every file of a
 * dataset and of an index. It may be in service meanwhile.
 *
 * @throws {AttuneError} FILE_NOT_FOUND; FILE_CORRUPT where the store cannot be opened at all; CANCELLED
 */
export async function verifyData(data: string, { signal, onStep }: BackupOptions = {}): Promise<DataReport> {
  // Says at once what is no data folder, or a newer one.
  StoreReader.open(data).close();
  onStep?.(`reading every row of ${storeFileName}`);
  const { rows, damage } = await verifyFolder(data);
  const quarantine = await quarantined(data);
  if (damage.length > 0) return { rows, damage, quarantine };
  const found: Damage[] = [];
  const reader = StoreReader.open(data);
  try {
    for (const { name, value } of reader.list('bundle')) {
      signal?.throwIfAborted();
      onStep?.(`reading the model ${name}`);
      const what = await damageOfModel(bundleFolder(data, name), value.fingerprint);
      if (what !== undefined) found.push({ file: `bundles/${name}`, what });
    }
    for (const { name, value } of reader.list('dataset')) {
      onStep?.(`reading the dataset ${name}`);
      for (const file of value.files) {
        const path = join(datasetFiles(data, name), file.name);
        const isWhole = existsSync(path) && (await hashFile(path, signal)).sha256 === file.sha256;
        if (!isWhole) found.push({ file: `datasets/${name}/files/${file.name}`, what: 'missing or changed' });
      }
    }
    found.push(...(await verifyIndexes(data, reader, (detail) => onStep?.(detail))));
  } catch (error) {
    if (signal?.aborted) throw new AttuneError('CANCELLED', 'Verifying was stopped.');
    throw error;
  } finally {
    reader.close();
  }
  return { rows, damage: found, quarantine };
}

async function damageOfModel(folder: string, fingerprint: string): Promise<string | undefined> {
  try {
    const found = (await readBundle(folder)).fingerprint;
    if (found === fingerprint) return undefined;
    return `has the fingerprint ${found.slice(0, 12)}… instead of ${fingerprint.slice(0, 12)}…`;
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error;
    return error.message;
  }
}
