/** Files and folders that are there whole or not at all: written under another name, synced, renamed. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AttuneError } from '@attune/errors';

/** One system call writes less than 2 GiB. */
const pieceBytes = 2 ** 26;

function besides(path: string, what: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}.${what}`);
}

/** Writes a file's bytes and waits until they are on the disk. */
export async function writeSynced(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const part of parts) {
      for (let begin = 0; begin < part.length; begin += pieceBytes) {
        await file.writeFile(part.subarray(begin, begin + pieceBytes));
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder durable. Windows cannot open a folder, and needs no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What cannot be removed does not hide why the writing failed. */
const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true }).catch(() => undefined);

/** Replaces `path` by a file of these bytes. */
export async function writeFileAtomically(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const target = resolve(path);
  const temporary = besides(target, 'tmp');
  try {
    await writeSynced(temporary, parts);
    await rename(temporary, target);
    await syncFolder(dirname(target));
  } catch (cause) {
    await remove(temporary);
    throw new AttuneError('FILE_UNWRITABLE', `${target} could not be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

export interface FolderOptions {
  /** Replace what is there; never anything that `isReplaceable` does not know. */
  force: boolean;
  /** Whether a folder that is there is one of those that this writes. */
  isReplaceable: (path: string) => Promise<boolean>;
}

/**
 * Makes the folder `path` with what `fill` writes into a temporary folder beside it. If `fill` fails, nothing is left.
 *
 * @throws {AttuneError} FILE_EXISTS when `path` exists and may not be replaced; whatever `fill` throws
 */
export async function writeFolderAtomically(
  path: string,
  options: FolderOptions,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const target = resolve(path);
  const exists = await checkTarget(target, options);
  const temporary = besides(target, 'tmp');
  try {
    await mkdir(temporary, { recursive: true });
    await fill(temporary);
    await syncTree(temporary);
    await swap(temporary, target, exists);
    await syncFolder(dirname(target));
  } catch (cause) {
    await remove(temporary);
    if (cause instanceof AttuneError) throw cause;
    throw new AttuneError('FILE_UNWRITABLE', `${target} could not be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** @throws {AttuneError} FILE_EXISTS */
async function checkTarget(target: string, { force, isReplaceable }: FolderOptions): Promise<boolean> {
  const exists = await lstat(target).then(
    () => true,
    () => false,
  );
  if (!exists) return false;
  if (!force) {
    throw new AttuneError('FILE_EXISTS', `${target} exists already and is not overwritten without force.`);
  }
  if (!(await isReplaceable(target))) {
    throw new AttuneError(
      'FILE_EXISTS',
      `${target} exists and is no bundle: it is not replaced, even with force.`,
    );
  }
  return true;
}

async function swap(temporary: string, target: string, exists: boolean): Promise<void> {
  if (!exists) {
    await rename(temporary, target);
    return;
  }
  const old = besides(target, 'old');
  await rename(target, old);
  try {
    await rename(temporary, target);
  } catch (cause) {
    await rename(old, target);
    throw cause;
  }
  await rm(old, { recursive: true, force: true });
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncTree(join(folder, entry.name));
  }
  await syncFolder(folder);
}
