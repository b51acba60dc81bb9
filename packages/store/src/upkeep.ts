import { resolve } from 'node:path';
import { AttuneError } from '@attune/errors';
import { type Link, StopFlag, startThread } from '@attune/worker';
import type { UpkeepProtocol } from './messages.js';
import type { VerifyReport } from './types.js';

/** In a thread of its own; its connection is closed when the answer is there. */
async function inThread<Answer>(
  work: (thread: Link<UpkeepProtocol>) => Promise<Answer>,
  stopFlag?: StopFlag,
): Promise<Answer> {
  const ended = (reason: string) => new AttuneError('INTERNAL', `The thread of the upkeep ended: ${reason}`);
  const thread = startThread<UpkeepProtocol>(new URL('../dist/upkeep-thread.js', import.meta.url), {
    name: 'attune-upkeep',
    stopFlag,
    closed: () => ended('it was closed'),
    died: ({ reason }) => ended(reason),
  });
  try {
    return await work(thread);
  } finally {
    await thread.close();
  }
}

/**
 * Copies a store as it is at this moment, also one that is being written, to `to`/attune.db, verified and synced.
 *
 * @throws {AttuneError} FILE_NOT_FOUND, FILE_EXISTS, DISK_FULL, FILE_UNWRITABLE; FILE_CORRUPT when the store is damaged, since such a
 *     copy could not be restored
 */
export async function copyStore(from: string, to: string): Promise<void> {
  await inThread((thread) => thread.call('copy', { from: resolve(from), to: resolve(to) }));
}

/**
 * Verifies a data folder or a backup, which nobody needs to have open.
 *
 * @throws {AttuneError} FILE_NOT_FOUND; damage is reported, not thrown
 */
export function verifyFolder(folder: string): Promise<VerifyReport> {
  return inThread((thread) => thread.call('verify', resolve(folder)));
}

/**
 * As `verifyFolder`, for a store that is in service: slowly, with pauses between few rows, and with less of the processors than others.
 *
 * @throws {AttuneError} FILE_NOT_FOUND; CANCELLED when `signal` says so
 */
export async function scrubStore(
  folder: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<VerifyReport> {
  const stopFlag = new StopFlag();
  const stop = () => stopFlag.set();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await inThread((thread) => thread.call('scrub', resolve(folder)), stopFlag);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
