import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { hashFile, makeFolder, placeFolder, writeJson } from '@attune/files';
import {
  bundleFolder,
  copyStore,
  datasetFiles,
  datasetFolder,
  datasetReport,
  StoreReader,
  storeFileName,
} from '@attune/store';
import {
  type BackupFile,
  backupFormat,
  copyHashed,
  filesBelow,
  manifestFile,
  sweepBeside,
} from './backup-files.js';

export interface BackupOptions {
  signal?: AbortSignal | undefined;
  onStep?: ((detail: string) => void) | undefined;
}

export interface BackupSummary {
  files: number;
  bytes: number;
  bundles: string[];
  datasets: string[];
}

/**
 * Copies a data folder while it is in service, by this or another process, or by none: the store as it is at one moment, and the
 * models and datasets that it names at that moment. Indexes are left out, because they follow from the store; so is what unfinished
 * jobs have made so far: they begin anew. What is there at the end is whole, or nothing is.
 *
 * @throws {AttuneError} FILE_EXISTS; FILE_NOT_FOUND where there is no data folder; FILE_CORRUPT, BUNDLE_MISMATCH for what is damaged;
 *   CONFLICT when a model or a dataset was changed meanwhile; DISK_FULL, FILE_UNWRITABLE
 */
export async function backUpData(
  data: string,
  out: string,
  { signal, onStep }: BackupOptions = {},
): Promise<BackupSummary> {
  if (existsSync(out)) {
    throw new AttuneError('FILE_EXISTS', `${out} exists already. A backup goes into a folder of its own.`);
  }
  // Says at once what is no data folder, or a newer one.
  StoreReader.open(data).close();
  await sweepBeside(out);
  const fill = async (partial: string): Promise<BackupSummary> => {
    onStep?.('copying the store');
    await copyStore(data, partial);
    const named = namesOf(partial);
    const files: BackupFile[] = [
      { path: storeFileName, ...(await hashFile(join(partial, storeFileName), signal)) },
    ];
    for (const { name, fingerprint } of named.bundles) {
      onStep?.(`copying the model ${name}`);
      files.push(...(await copyModel(data, partial, name, fingerprint, signal)));
    }
    for (const { name, files: known } of named.datasets) {
      onStep?.(`copying the dataset ${name}`);
      files.push(...(await copyDataset(data, partial, name, known, signal)));
    }
    await writeJson(join(partial, manifestFile), { format: backupFormat, createdAt: Date.now(), files });
    return {
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      bundles: named.bundles.map(({ name }) => name),
      datasets: named.datasets.map(({ name }) => name),
    };
  };
  try {
    return await placeFolder(out, fill, { what: `the backup ${out}` });
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new AttuneError('CANCELLED', 'The backup was stopped, and nothing of it was left.');
  }
}

/** What the copy of the store names: it is of one moment, and the folder in service has moved on. */
function namesOf(copy: string) {
  const reader = StoreReader.open(copy);
  try {
    return {
      bundles: reader.list('bundle').map(({ name, value }) => ({ name, fingerprint: value.fingerprint })),
      datasets: reader.list('dataset').map(({ name, value }) => ({ name, files: value.files })),
    };
  } finally {
    reader.close();
  }
}

async function copyModel(
  data: string,
  to: string,
  name: string,
  fingerprint: string,
  signal: AbortSignal | undefined,
): Promise<BackupFile[]> {
  const from = bundleFolder(data, name);
  if (!existsSync(from)) throw changed('model', name);
  const files: BackupFile[] = [];
  for (const file of await filesBelow(from)) {
    const path = `bundles/${name}/${file}`;
    files.push({ path, ...(await copyHashed(join(from, file), join(to, path), signal)) });
  }
  const copied = await readBundle(bundleFolder(to, name));
  if (copied.fingerprint !== fingerprint) {
    throw new AttuneError(
      'BUNDLE_MISMATCH',
      `The model "${name}" should have the fingerprint ${fingerprint.slice(0, 12)}…, but bundles/${name} has ` +
        `${copied.fingerprint.slice(0, 12)}…: it was changed or damaged. Put it back from an older backup, or remove the model.`,
    );
  }
  return files;
}

async function copyDataset(
  data: string,
  to: string,
  name: string,
  known: readonly { name: string; bytes: number; sha256: string }[],
  signal: AbortSignal | undefined,
): Promise<BackupFile[]> {
  const files: BackupFile[] = [];
  for (const { name: file, sha256 } of known) {
    const from = join(datasetFiles(data, name), file);
    if (!existsSync(from)) throw changed('dataset', name);
    const target = join(datasetFiles(to, name), file);
    const copied = await copyHashed(from, target, signal);
    if (copied.sha256 !== sha256) throw changed('dataset', name);
    files.push({ path: target.slice(to.length + 1).replaceAll('\\', '/'), ...copied });
  }
  const report = datasetReport(data, name);
  if (existsSync(report)) {
    const target = datasetReport(to, name);
    await makeFolder(datasetFolder(to, name));
    files.push({
      path: target.slice(to.length + 1).replaceAll('\\', '/'),
      ...(await copyHashed(report, target, signal)),
    });
  }
  return files;
}

const changed = (kind: 'model' | 'dataset', name: string) =>
  new AttuneError(
    'CONFLICT',
    `The ${kind} "${name}" is not what the store says: it was changed or removed while it was copied, or it is damaged. ` +
      'Take the backup again; if this comes back, `verifyData` says what is damaged.',
  );
