/** Files and folders that are there whole or not at all: written under a temporary name, synced, renamed. */
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AttuneError } from '@attune/errors';

const partialPrefix = '.partial-';

/** A name beside `path` under which it is made; whatever bears such a name after a crash is rubbish. */
export function partialBeside(path: string): string {
  return join(dirname(path), `${partialPrefix}${basename(path)}-${randomBytes(4).toString('hex')}`);
}

export const isPartial = (name: string): boolean => name.startsWith(partialPrefix);

/** Removes what a crash left half made in a folder. */
export async function removePartials(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isPartial(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Makes the names in a folder durable. Windows cannot open a folder, and needs no such thing. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** A folder that is there, and stays there. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first !== undefined) await syncFolder(dirname(first));
}

export async function copyFileSynced(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** @throws {AttuneError} DISK_FULL, FILE_UNWRITABLE */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const partial = partialBeside(path);
  try {
    const file = await open(partial, 'wx');
    try {
      await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(partial, { force: true });
    throw unwritable(basename(path), error);
  }
}

/** What `writeJson` wrote; undefined when there is no such file. */
export async function readJson<Value>(path: string): Promise<Value | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AttuneError('FILE_UNREADABLE', `${path} could not be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    throw new AttuneError('FILE_CORRUPT', `Expected JSON in ${path}: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** What a failed write means to the caller. */
export function unwritable(what: string, cause: unknown): AttuneError {
  if (cause instanceof AttuneError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AttuneError(
      'DISK_FULL',
      `There is no space left to write ${what}. Free some, then try again.`,
      {
        cause,
      },
    );
  }
  return new AttuneError('FILE_UNWRITABLE', `${what} could not be written: ${message}.`, { cause });
}
