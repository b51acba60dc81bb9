import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PlainError } from './messages.js';
import { revive } from './messages.js';
import type { VerifyReport } from './types.js';

/** Work that reads a whole store, so it has a thread for as long as it takes, and stands in no writer's way. */
export type UpkeepTask =
  | { task: 'verify'; folder: string }
  | { task: 'backup'; from: string; to: string }
  | { task: 'restore'; from: string; to: string };

export type UpkeepResult = { report: VerifyReport | undefined } | { error: PlainError };

export function runUpkeep(task: UpkeepTask): Promise<VerifyReport | undefined> {
  const thread = new URL('../dist/upkeep-thread.js', import.meta.url);
  const worker = new Worker(thread, { name: `attune-${task.task}`, workerData: task, execArgv: [] });
  return new Promise((done, fail) => {
    worker.once('error', fail);
    let result: UpkeepResult | undefined;
    worker.once('message', (message: UpkeepResult) => {
      result = message;
    });
    // Its connection is closed by then.
    worker.once('exit', () => {
      if (result === undefined) fail(new Error(`The thread for ${task.task} ended without a result`));
      else if ('error' in result) fail(revive(result.error));
      else done(result.report);
    });
  });
}

/**
 * Brings a backup back as a data folder of its own, every checksum verified. `to` appears whole or not at all.
 *
 * @throws {AttuneError} FILE_NOT_FOUND without a backup in `from`; FILE_EXISTS when `to` is there; FILE_CORRUPT when the backup is
 *     damaged; FORMAT_UNSUPPORTED
 */
export async function restoreBackup(from: string, to: string): Promise<void> {
  await runUpkeep({ task: 'restore', from: resolve(from), to: resolve(to) });
}

/**
 * Copies a store as it is at this moment, also one that is being written, to `to`/attune.db, verified and synced.
 *
 * @throws {AttuneError} FILE_NOT_FOUND, FILE_EXISTS, DISK_FULL, FILE_UNWRITABLE; FILE_CORRUPT when the store is damaged, since such a
 *     copy could not be restored
 */
export async function copyStore(from: string, to: string): Promise<void> {
  await runUpkeep({ task: 'backup', from: resolve(from), to: resolve(to) });
}

/**
 * Verifies a data folder or a backup, which nobody needs to have open.
 *
 * @throws {AttuneError} FILE_NOT_FOUND; damage is reported, not thrown
 */
export async function verifyFolder(folder: string): Promise<VerifyReport> {
  return (await runUpkeep({ task: 'verify', folder: resolve(folder) }))!;
}
