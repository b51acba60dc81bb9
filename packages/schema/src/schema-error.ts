import { AttuneError } from '@attune/errors';

/** One thing that is wrong with a value. */
export interface Finding {
  /** JSON pointer to its place in the value; '' is the value itself. */
  pointer: string;
  /** What was expected there and what came instead, such as `to be a text, but received 7`. */
  expectation: string;
}

/** A value that is not as its schema says. The message tells the first finding. */
export class SchemaError extends AttuneError {
  readonly findings: readonly Finding[];

  /**
   * @param findings  at least one
   * @param what      the value, such as `the body` or `line 3`
   */
  constructor(findings: readonly Finding[], what: string) {
    const { pointer, expectation } = findings[0]!;
    super('INVALID_ARGUMENT', `Expected ${pointer === '' ? what : `${pointer} of ${what}`} ${expectation}.`);
    this.findings = findings;
  }
}
