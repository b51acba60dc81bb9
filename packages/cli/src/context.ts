import { existsSync } from 'node:fs';
import { AttuneError } from '@attune/errors';
import pc from 'picocolors';
import { type ProgressLine, progressLine } from './progress.js';

/** What every command is given: where its words go, and how it is stopped. */
export interface Context {
  /** Results: text, or one JSON document with `--json`. */
  print(text: string): void;
  /** One JSON document. */
  printJson(value: unknown): void;
  /** Notes and progress: stderr. */
  note(text: string): void;
  progress: ProgressLine;
  /** Aborted by the first Ctrl-C; the second one ends the process at once. */
  signal: AbortSignal;
  /** False when NO_COLOR is set or stdout is no terminal. */
  colors: boolean;
}

export function createContext(): Context {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    controller.abort();
    process.stderr.write('\nStopping; press Ctrl-C again to stop at once.\n');
    process.once('SIGINT', () => process.exit(130));
  });
  return {
    print: (text) => void process.stdout.write(`${text}\n`),
    printJson: (value) => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    progress: progressLine(),
    signal: controller.signal,
    colors: pc.isColorSupported,
  };
}

/** Nothing that exists is overwritten unless the user says so. */
export function refuseToOverwrite(path: string, force: boolean | undefined): void {
  if (force || !existsSync(path)) return;
  throw new AttuneError(
    'FILE_EXISTS',
    `${path} exists already. Choose another --out, or replace it with --force.`,
  );
}
