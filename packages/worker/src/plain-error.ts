import { AttuneError, type ErrorCode } from '@attune/errors';

/** An error as it crosses to another thread or process: of an AttuneError, a clone would have lost the class. */
export interface PlainError {
  code: ErrorCode;
  message: string;
  /** Of what was no AttuneError, and so is a fault of ours: where it arose. For logs, never for clients. */
  stack?: string | undefined;
}

/** What is no AttuneError becomes INTERNAL. */
export function plainError(error: unknown): PlainError {
  if (error instanceof AttuneError) return { code: error.code, message: error.message };
  if (error instanceof Error) return { code: 'INTERNAL', message: error.message, stack: error.stack };
  return { code: 'INTERNAL', message: String(error) };
}

/** The error again, on the other side. */
export function errorOf({ code, message, stack }: PlainError): AttuneError {
  const error = new AttuneError(code, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
