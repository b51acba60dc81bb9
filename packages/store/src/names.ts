import { AttuneError } from '@attune/errors';

const mostCharacters = 1024;
/** SQLite ends a text at a zero byte, and half a surrogate pair has no UTF-8. */
const unstorable = /[\0\p{Surrogate}]/u;

export const isStorable = (value: unknown): value is string =>
  typeof value === 'string' && !unstorable.test(value);

/**
 * Refuses what cannot be a key.
 *
 * @param what  where it stands, such as `the id of write 3`
 * @throws {AttuneError} INVALID_ARGUMENT
 */
export function checkKey(value: unknown, what: string): asserts value is string {
  if (isStorable(value) && value !== '' && value.length <= mostCharacters) return;
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected ${what} to be a text of 1 to ${mostCharacters} characters without zero bytes and halves of surrogate ` +
      `pairs, but received ${shown}`,
  );
}

/** @throws {AttuneError} INVALID_ARGUMENT */
export function checkNumber(value: unknown, what: string, least = 0): asserts value is number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected ${what} to be a whole number of at least ${least}, but received ${value}`,
  );
}
