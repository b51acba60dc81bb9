import { readFile } from 'node:fs/promises';
import { AttuneError } from '@attune/errors';
import { parseJson } from './parse-json.js';
import { type ReplaceOptions, replaceFile } from './replace-file.js';

/** @throws {AttuneError} DISK_FULL, FILE_UNWRITABLE */
export async function writeJson(path: string, value: unknown, options: ReplaceOptions = {}): Promise<void> {
  await replaceFile(path, `${JSON.stringify(value, null, 2)}\n`, options);
}

/**
 * What `writeJson` wrote; undefined when there is no such file.
 *
 * @throws {AttuneError} FILE_UNREADABLE, FILE_CORRUPT
 */
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
    return parseJson(text) as Value;
  } catch (cause) {
    throw new AttuneError('FILE_CORRUPT', `Expected JSON in ${path}: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
