import { AttuneError } from '@attune/errors';

const namePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export const isName = (value: unknown): value is string =>
  typeof value === 'string' && namePattern.test(value);

/** @throws {AttuneError} INVALID_ARGUMENT */
export function checkName(what: string, value: unknown): asserts value is string {
  if (isName(value)) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected the name of a ${what} to be 1 to 64 of a-z, 0-9, ".", "_" and "-", beginning with a letter or digit, but received ` +
      `${JSON.stringify(value)?.slice(0, 80)}.`,
  );
}
