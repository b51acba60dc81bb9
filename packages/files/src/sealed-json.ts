import { createHash } from 'node:crypto';
import { AttuneError } from '@attune/errors';
import { canonicalJson } from './canonical-json.js';
import { readJson } from './json.js';
import { type ReplaceOptions, replaceFile } from './replace-file.js';

/**
 * A file of JSON that says by its key `sha256` what the others hold, so that no damage is believed.
 *
 * @throws {AttuneError} DISK_FULL, FILE_UNWRITABLE
 */
export async function writeSealedJson(
  path: string,
  value: object,
  options: ReplaceOptions = {},
): Promise<void> {
  await replaceFile(path, `${JSON.stringify(sealed(value), null, 2)}\n`, options);
}

/**
 * What `writeSealedJson` wrote; undefined when there is no such file.
 *
 * @throws {AttuneError} FILE_UNREADABLE; FILE_CORRUPT, also for one without a seal
 */
export async function readSealedJson<Value extends object>(path: string): Promise<Value | undefined> {
  const found = await readJson<unknown>(path);
  if (found === undefined) return undefined;
  if (isSealed(found) && seal(found) === found.sha256) {
    const { sha256, ...value } = found;
    return value as Value;
  }
  throw new AttuneError('FILE_CORRUPT', `${path} is damaged: its checksum is not of what it holds.`);
}

export const sealed = <Value extends object>(value: Value): Value & { sha256: string } => ({
  ...value,
  sha256: seal(value),
});

/** Whether an object says what it holds; whether that is true, `seal` says. */
export const isSealed = (value: unknown): value is { sha256: string } =>
  typeof value === 'object' && value !== null && typeof (value as { sha256?: unknown }).sha256 === 'string';

/** SHA-256, in hex, of all keys but `sha256`. */
export function seal(value: object): string {
  const { sha256, ...rest } = value as { sha256?: unknown };
  return createHash('sha256').update(canonicalJson(rest)).digest('hex');
}
