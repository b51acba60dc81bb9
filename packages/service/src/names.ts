import { AttuneError } from '@attune/errors';

const pattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Names of collections, aliases, models and datasets are names of folders too, so none can lead out of its place.
 *
 * @throws {AttuneError} INVALID_ARGUMENT
 */
export function checkName(what: string, name: string): void {
  if (typeof name === 'string' && pattern.test(name)) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected the name of ${what} to be 1 to 64 of a-z, 0-9, ".", "_" and "-", the first a letter or digit, but received ` +
      `${JSON.stringify(name)}.`,
  );
}
