import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { AttuneError } from '@attune/errors';
import type { Command } from 'commander';
import pc from 'picocolors';
import { exitCodes } from './exit-codes.js';
import { inWordsOf } from './option-words.js';
import { type ProgressLine, progressLine } from './progress.js';

/** What every command is given: where its words go, and how it is stopped. */
export interface Context {
  /** Results: text, or one JSON document with `--json`. */
  print(text: string): void;
  /** One JSON document. */
  printJson(value: unknown): void;
  /** One JSON document on one line, for what is read line by line. */
  printLine(value: unknown): void;
  /** Notes and progress: stderr. */
  note(text: string): void;
  /** A result in which messages of the library stand. */
  printReport(text: string): void;
  /** The command that runs, once there is one. */
  command: Pick<Command, 'options'> | undefined;
  progress: ProgressLine;
  /** Aborted by the first Ctrl-C; the second one ends the process at once. */
  signal: AbortSignal;
  /** SIGTERM from here on stops as Ctrl-C does; else it ends the process at once. */
  stopOnTerminate(): void;
  /** False when NO_COLOR is set or stdout is no terminal. */
  colors: boolean;
}

export function createContext(): Context {
  const controller = new AbortController();
  const stop = (name: 'SIGINT' | 'SIGTERM') => {
    if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
    controller.abort();
    const again = name === 'SIGINT' ? 'press Ctrl-C again' : 'send the signal again';
    process.stderr.write(`\nStopping; ${again} to stop at once.\n`);
  };
  process.on('SIGINT', () => stop('SIGINT'));
  endQuietlyWithoutReader();
  const said = (text: string, separator: string) => {
    const words = inWordsOf(context.command, text);
    return words === '' ? text : `${text}${separator}${words}`;
  };
  const context: Context = {
    command: undefined,
    printReport: (text) => context.print(said(text, '\n\n')),
    print: (text) => void process.stdout.write(`${text}\n`),
    printJson: (value) => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    printLine: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    note: (text) => void process.stderr.write(`${said(text, ' ')}\n`),
    progress: progressLine(),
    signal: controller.signal,
    stopOnTerminate: () => void process.on('SIGTERM', () => stop('SIGTERM')),
    // picocolors takes CI for a terminal; there, too, another program reads what is piped.
    colors: pc.isColorSupported && (process.stdout.isTTY === true || 'FORCE_COLOR' in process.env),
  };
  return context;
}

/**
 * `attune … | head` closes its end when it has enough: then nobody reads on, and that is no failure. What else cannot be written,
 * such as a full disk behind `>`, is one.
 */
function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.ok);
    process.stderr.write(`attune: FILE_UNWRITABLE: stdout cannot be written: ${error.message}\n`);
    process.exit(exitCodes.failed);
  });
  // Without a reader of stderr there is nobody left to tell.
  process.stderr.on('error', () => undefined);
}

/** Nothing that exists is overwritten unless the user says so. */
export function refuseToOverwrite(path: string, force: boolean | undefined): void {
  if (force || !existsSync(path)) return;
  throw new AttuneError(
    'FILE_EXISTS',
    `${path} exists already. Choose another --out, or replace it with --force.`,
  );
}
