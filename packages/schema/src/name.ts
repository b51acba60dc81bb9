import { AttuneError } from '@attune/errors';
import { type TString, Type } from './typebox.js';

const pattern = '^[a-z0-9][a-z0-9._-]{0,63}$';
const expression = new RegExp(pattern);

/** The name of a collection, an alias, a model or a dataset. It is part of paths and addresses. */
export const NameSchema: TString = Type.String({
  pattern,
  maxLength: 64,
  description: 'Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.',
  examples: ['icons'],
});

export const isName = (value: unknown): value is string =>
  typeof value === 'string' && expression.test(value);

/**
 * @param what  is named, such as `model`
 * @throws {AttuneError} INVALID_ARGUMENT
 */
export function checkName(what: string, value: unknown): asserts value is string {
  if (isName(value)) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected the name of a ${what} to be 1 to 64 of a-z, 0-9, ".", "_" and "-", beginning with a letter or digit, but received ` +
      `${JSON.stringify(value)?.slice(0, 80)}.`,
  );
}
