import { currentCommit, describeMachine } from './machine.js';

const machine = describeMachine();
const commit = currentCommit();

/** Writes one JSON line to stdout: the machine, the commit, the date, and what was measured. */
export function report(numbers: Record<string, unknown>): void {
  process.stdout.write(
    `${JSON.stringify({ ...numbers, machine, commit, date: new Date().toISOString() })}\n`,
  );
}

/** Four digits: more than any repetition of a measurement agrees on. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
