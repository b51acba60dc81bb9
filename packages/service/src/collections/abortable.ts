import { AttuneError } from '@attune/errors';

/**
 * Waits for work that others wait for, too, and that goes on when this one no longer does.
 *
 * @throws {AttuneError} CANCELLED when the signal is aborted first; what the work throws
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let cancel!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    cancel = () => reject(new AttuneError('CANCELLED', 'The request was cancelled before it was begun.'));
  });
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
