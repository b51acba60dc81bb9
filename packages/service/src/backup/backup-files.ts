import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AttuneError } from '@attune/errors';
import { readJson, removeAbandoned } from '@attune/files';
import { storeFileName } from '@attune/store';

/** A file of a backup, by its path from the backup's folder, with `/` between names. */
export interface BackupFile {
  path: string;
  bytes: number;
  /** In hex. */
  sha256: string;
}

/** `backup.json`: written last, so a folder without it is no backup. */
export interface BackupManifest {
  format: typeof backupFormat;
  /** Milliseconds since 1970. */
  createdAt: number;
  files: BackupFile[];
}

export const backupFormat = 'attune.backup/1';
export const manifestFile = 'backup.json';

/** @throws {AttuneError} FILE_NOT_FOUND, FILE_CORRUPT, FORMAT_UNSUPPORTED */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const path = join(folder, manifestFile);
  const manifest = await readJson<Partial<BackupManifest>>(path);
  if (manifest === undefined) {
    throw new AttuneError('FILE_NOT_FOUND', `Expected the folder of a backup, but ${path} is not there.`);
  }
  if (manifest.format !== backupFormat) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `Expected ${path} to be ${backupFormat}, but it is ${String(manifest.format).slice(0, 40)}. Use the version of Attune that wrote it.`,
    );
  }
  // A manifest is data: a path in it must not lead out of the folders.
  const plain = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^/\\:\0]+(?:\/[^/\\:\0]+)*$/;
  const wrong = (manifest.files ?? []).find(
    ({ path, bytes, sha256 }) =>
      typeof path !== 'string' ||
      !plain.test(path) ||
      !Number.isSafeInteger(bytes) ||
      typeof sha256 !== 'string',
  );
  if (wrong !== undefined || !manifest.files?.some(({ path }) => path === storeFileName))
    throw new AttuneError(
      'FILE_CORRUPT',
      `${path} does not list the files of a backup. Take another backup.`,
    );
  return manifest as BackupManifest;
}

/** Every file below a folder, as paths from it, in the order of their names. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const prefix = folder.length + 1;
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(prefix).replaceAll('\\', '/'))
    .sort();
}

/** Removes what backups and restores beside this one left half made when their process ended. */
export async function sweepBeside(out: string): Promise<void> {
  const place = resolve(out);
  const isOurs = (path: string) =>
    [storeFileName, `${storeFileName}.part`].some((name) => existsSync(join(path, name)));
  await removeAbandoned(dirname(place), { of: basename(place), isOurs });
}

/** Copies a file, and says what was in it as it was read. */
export async function copyHashed(
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<{ bytes: number; sha256: string }> {
  await mkdir(dirname(to), { recursive: true });
  const hash = createHash('sha256');
  let bytes = 0;
  const target = await open(to, 'wx');
  try {
    for await (const chunk of createReadStream(from, { signal }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      await target.writeFile(chunk);
    }
  } finally {
    await target.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}
