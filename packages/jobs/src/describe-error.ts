import { AttuneError, type ErrorCode } from '@attune/errors';

/** An error as a record keeps it. */
export interface DescribedError {
  code: ErrorCode;
  message: string;
}

/**
 * What a job failed with, for a record that others read: with its code, and without the places of this machine, of which only the
 * part inside the data folder, or the last name, is left.
 */
export function describeError(error: unknown, data: string): DescribedError {
  const { code, message } = plain(error);
  return { code, message: withoutPlaces(message, data) };
}

function plain(error: unknown): DescribedError {
  if (error instanceof AttuneError) return error;
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: String(error) };
  if (code === 'ENOSPC' || code === 'EDQUOT') return { code: 'DISK_FULL', message };
  return { code: 'INTERNAL', message };
}

export function withoutPlaces(message: string, data: string): string {
  const inside = message.split(`${data}/`).join('').split(data).join('the data folder');
  return inside.replace(/(?<![\w.)\]}/-])(?:file:\/\/)?\/(?:[^\s/'":,;()]+\/)+(?=[^\s/'":,;()])/g, '');
}
