import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { placeFolder } from '@attune/files';
import { bundleFolder, StoreReader, verifyFolder } from '@attune/store';
import type { BackupOptions, BackupSummary } from './back-up-data.js';
import { copyHashed, readManifest, sweepBeside } from './backup-files.js';

/**
 * Makes a data folder of a backup. Every file has to be what the backup's list says, every model what the store says. Indexes are
 * built at the first start.
 *
 * @throws {AttuneError} FILE_EXISTS; FILE_NOT_FOUND, FILE_CORRUPT naming the file; BUNDLE_MISMATCH; FORMAT_UNSUPPORTED; DISK_FULL
 */
export async function restoreData(
  backup: string,
  out: string,
  { signal, onStep }: BackupOptions = {},
): Promise<BackupSummary> {
  if (existsSync(out)) {
    throw new AttuneError(
      'FILE_EXISTS',
      `${out} exists already, and a data folder is never overwritten. Choose another, or move it away.`,
    );
  }
  const { files } = await readManifest(backup);
  await sweepBeside(out);
  const fill = async (partial: string): Promise<BackupSummary> => {
    for (const { path, bytes, sha256 } of files) {
      onStep?.(`copying ${path}`);
      const from = join(backup, path);
      if (!existsSync(from)) {
        throw new AttuneError(
          'FILE_NOT_FOUND',
          `The backup lists ${path}, but ${from} is not there. Use another backup.`,
        );
      }
      const copied = await copyHashed(from, join(partial, path), signal);
      if (copied.sha256 === sha256) continue;
      throw new AttuneError(
        'FILE_CORRUPT',
        `${from}: expected the ${bytes} bytes with the SHA-256 ${sha256.slice(0, 12)}… that were backed up, but it holds ` +
          `${copied.bytes} with ${copied.sha256.slice(0, 12)}…. Use another backup.`,
      );
    }
    onStep?.('checking every row');
    const { damage } = await verifyFolder(partial);
    if (damage.length > 0) {
      throw new AttuneError(
        'FILE_CORRUPT',
        `The store of ${backup} is damaged in ${damage.length} places, the first: ${damage[0]!.what}. Use an older backup.`,
      );
    }
    onStep?.('checking the models');
    const names = await checkModels(partial);
    return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), ...names };
  };
  try {
    return await placeFolder(out, fill, { what: `the data folder ${out}` });
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new AttuneError('CANCELLED', 'Restoring was stopped, and nothing of it was left.');
  }
}

async function checkModels(folder: string): Promise<{ bundles: string[]; datasets: string[] }> {
  const reader = StoreReader.open(folder);
  try {
    const bundles = reader.list('bundle');
    for (const { name, value } of bundles) {
      const { fingerprint } = await readBundle(bundleFolder(folder, name));
      if (fingerprint === value.fingerprint) continue;
      throw new AttuneError(
        'BUNDLE_MISMATCH',
        `The backup's model "${name}" has the fingerprint ${fingerprint.slice(0, 12)}…, but its store names ` +
          `${value.fingerprint.slice(0, 12)}…. Use another backup.`,
      );
    }
    return {
      bundles: bundles.map(({ name }) => name),
      datasets: reader.list('dataset').map(({ name }) => name),
    };
  } finally {
    reader.close();
  }
}
