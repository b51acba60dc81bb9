import { SchemaError } from '@attune/schema';

/** The error of a check, which has to be one. */
export function schemaErrorOf(check: () => unknown): SchemaError {
  try {
    check();
  } catch (error) {
    if (error instanceof SchemaError) return error;
    throw error;
  }
  throw new Error('Expected an error, but there was none');
}

/** A kind of wrong value, where it is wrong, and what is said of it. */
export type WrongValue = [kind: string, value: unknown, pointer: string, expectation: RegExp];
