import { loadavg } from 'node:os';
import { currentCommit, describeMachine } from './machine.js';

const machine = describeMachine();
const commit = currentCommit();

/**
 * Writes one JSON line to stdout: what was measured, the machine, the commit, the date, and how many programs wanted its
 * cores in the last minute: on a busy machine only ratios to what ran in turn mean something.
 */
export function report(numbers: Record<string, unknown>): void {
  const load = rounded(loadavg()[0] ?? 0);
  const line = { ...numbers, machine, load, commit, date: new Date().toISOString() };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Four digits: more than any repetition of a measurement agrees on. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
