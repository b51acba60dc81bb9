import { AttuneApiError, AttuneConnectionError } from '@attune/client';
import { AttuneError } from '@attune/errors';
import type { Command } from 'commander';
import { exitCodes } from './exit-codes.js';
import { inWordsOf } from './option-words.js';

export interface Failure {
  /** One line for stderr, or a stack for what nobody expected. */
  text: string;
  exitCode: number;
}

/**
 * What a failed command says, and the code that it ends with.
 *
 * @param command  the one that failed; undefined where it did not come to run
 */
export function failureOf(error: unknown, command?: Pick<Command, 'options'>): Failure {
  if (error instanceof AttuneError) {
    const { code, message } = error;
    const words = inWordsOf(command, message);
    return known(code, words === '' ? message : `${message.replace(/(?<![.?])$/, '.')} ${words}`);
  }
  if (error instanceof AttuneApiError) {
    const request = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
    return known(error.code, `${error.detail}${fieldsOf(error)}${keyHint(error.code)}${request}`);
  }
  if (error instanceof AttuneConnectionError) {
    return known(
      'UNAVAILABLE',
      `${error.message} Is a server running there? Start one with attune serve DATA, or name its address with --url.`,
    );
  }
  if (error instanceof Error && error.name === 'AbortError') return known('CANCELLED', 'Stopped.');
  return { text: (error as Error).stack ?? String(error), exitCode: exitCodes.failed };
}

const known = (code: string, message: string): Failure => ({
  text: `${code}: ${message}`,
  exitCode: code === 'CANCELLED' ? exitCodes.cancelled : exitCodes.failed,
});

/** The fields that the server found wrong, where the detail does not name them. */
function fieldsOf({ errors, detail }: AttuneApiError): string {
  const more = errors.filter((each) => !detail.includes(each.detail)).slice(0, 5);
  return more.map((each) => ` ${each.pointer ?? ''} ${each.detail}.`).join('');
}

const keyHint = (code: string) =>
  code === 'UNAUTHENTICATED'
    ? ' Give the key by the environment variable ATTUNE_KEY; attune keys create DATA makes one.'
    : '';
