import { AttuneError, type ErrorCode } from '@attune/errors';
import type { Health, Operations, WriterOptions } from './writer.js';

/** What crosses between a Store and its threads: plain data. */
export interface OpenData {
  folder: string;
  options: Omit<WriterOptions, 'now'>;
}

export interface PlainError {
  code: ErrorCode;
  message: string;
}

export type OpenedMessage = { error?: PlainError };

/** `close` ends the thread once all before it are answered; it has no answer but that end. */
export interface RequestMessage {
  id: number;
  op: keyof Operations | 'close';
  args: readonly unknown[];
}

export interface AnswerMessage {
  answers: ({ id: number; value: unknown } | { id: number; error: PlainError })[];
  health: Health;
}

export function plainError(error: unknown): PlainError {
  if (error instanceof AttuneError) return { code: error.code, message: error.message };
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

export const revive = ({ code, message }: PlainError): AttuneError => new AttuneError(code, message);
