import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AttuneError } from '@attune/errors';
import { partialBeside, replacedBeside } from './leftovers.js';
import { makeFolder, moveSynced, syncFolder, syncTree } from './sync.js';
import { unwritable } from './unwritable.js';

export interface PlaceOptions {
  /** Whatever is there goes, with all that is in it. */
  force?: boolean | undefined;
  /** What a message calls the folder; its path unless set. */
  what?: string | undefined;
}

/**
 * Makes the folder `path`, and those above it, of what `fill` writes into a temporary one beside it. All of it is synced, however
 * it was written. If `fill` fails, nothing is left.
 *
 * @throws {AttuneError} FILE_EXISTS without `force`; DISK_FULL, FILE_UNWRITABLE; whatever `fill` throws
 */
export async function placeFolder<Value>(
  path: string,
  fill: (folder: string) => Promise<Value>,
  { force = false, what = path }: PlaceOptions = {},
): Promise<Value> {
  const target = resolve(path);
  if (!force && (await isThere(target))) throw exists(what);
  const temporary = partialBeside(target);
  try {
    await makeFolder(dirname(target));
    await mkdir(temporary);
    const value = await fill(temporary);
    await syncTree(temporary);
    await (force ? swap(temporary, target) : moveIfFree(temporary, target, what));
    return value;
  } catch (error) {
    // What cannot be removed does not hide why the writing failed.
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw unwritable(what, error);
  }
}

/** Removes a file or a folder by one rename first, so that a crash leaves it whole, or as a leftover. */
export async function removeWhole(path: string): Promise<void> {
  const temporary = partialBeside(path);
  await rename(path, temporary).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rm(temporary, { recursive: true, force: true });
}

/** What came into being meanwhile stays: nothing is renamed over a filled folder, nor over a file. */
async function moveIfFree(finished: string, target: string, what: string): Promise<void> {
  await moveSynced(finished, target).catch((error: NodeJS.ErrnoException) => {
    throw ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(error.code ?? '') ? exists(what, error) : error;
  });
}

async function swap(finished: string, target: string): Promise<void> {
  const old = replacedBeside(target);
  if (!(await isThere(target))) {
    await moveSynced(finished, target);
    return;
  }
  await rename(target, old);
  try {
    await rename(finished, target);
  } catch (cause) {
    await rename(old, target);
    throw cause;
  }
  await syncFolder(dirname(target));
  await rm(old, { recursive: true, force: true });
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const exists = (what: string, cause?: unknown): AttuneError =>
  new AttuneError('FILE_EXISTS', `${what} exists already, and is not replaced without force.`, { cause });
