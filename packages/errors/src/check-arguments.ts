import { AttuneError } from './attune-error.js';
import { received } from './received.js';

/**
 * An argument that is not what its call takes.
 *
 * @param expected  what it should be, such as `a list`
 */
export function wrongArgument(name: string, expected: string, value: unknown): AttuneError {
  return new AttuneError(
    'INVALID_ARGUMENT',
    `Expected ${name} to be ${expected}, but received ${received(value)}.`,
  );
}

/** @throws {AttuneError} INVALID_ARGUMENT unless `value` is a whole number from 1 to `most` */
export function checkCount(name: string, value: unknown, most = Number.POSITIVE_INFINITY): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return;
  const range = most === Number.POSITIVE_INFINITY ? 'above 0' : `from 1 to ${most.toLocaleString('en')}`;
  throw wrongArgument(name, `a whole number ${range}`, value);
}

/** @throws {AttuneError} INVALID_ARGUMENT for a call without its options */
export function checkOptions(example: string, options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected options such as ${example}, but received ${received(options)}.`,
  );
}

/** @throws {AttuneError} INVALID_ARGUMENT unless `value` is a text */
export function checkText(name: string, value: unknown): void {
  if (typeof value !== 'string') throw wrongArgument(name, 'a text', value);
}

/**
 * @param expected  what it names, such as `the path of a file`
 * @throws {AttuneError} INVALID_ARGUMENT unless `value` is a text that is not empty: as a path, that is where the program was started
 */
export function checkFilledText(name: string, value: unknown, expected = 'a text'): void {
  if (typeof value !== 'string' || value === '') throw wrongArgument(name, expected, value);
}

/** @throws {AttuneError} INVALID_ARGUMENT unless `values` is a list */
export function checkList(name: string, values: unknown): void {
  if (!Array.isArray(values)) throw wrongArgument(name, 'a list', values);
}

/** @throws {AttuneError} INVALID_ARGUMENT unless `value` is one of `known` */
export function checkOneOf(name: string, value: unknown, known: readonly string[]): void {
  if (known.includes(value as string)) return;
  throw wrongArgument(name, `one of ${known.join(', ')}`, value);
}
