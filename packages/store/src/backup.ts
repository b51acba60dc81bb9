import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { runBeside } from './threads.js';
import type { VerifyReport } from './types.js';

const storeFile = 'attune.db';

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A consistent copy of a store, also of one that is being written, as `to/attune.db`; synced. */
export async function copyStore(folder: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await runBeside({ task: 'copy', folder, to });
  await sync(join(to, storeFile));
  await sync(to);
}

/**
 * Makes the data folder `to` of what `copyStore` wrote, and checks every row of it first.
 *
 * @throws {AttuneError} FILE_EXISTS, FILE_NOT_FOUND; FILE_CORRUPT, naming the first damage
 */
export async function restoreBackup(from: string, to: string): Promise<void> {
  const source = join(from, storeFile);
  const target = join(to, storeFile);
  if (!existsSync(source))
    throw new AttuneError('FILE_NOT_FOUND', `Expected ${from} to be a backup, but ${source} is not there`);
  if (existsSync(target))
    throw new AttuneError('FILE_EXISTS', `${target} exists already. Restore into another folder`);
  await mkdir(to, { recursive: true });
  const temporary = `${target}.partial`;
  await copyFile(source, temporary);
  try {
    await sync(temporary);
    const report = await verifyFolder(from);
    if (report.damage.length > 0) {
      throw new AttuneError(
        'FILE_CORRUPT',
        `${source} is damaged in ${report.damage.length} places, the first: ${report.damage[0]!.what}. Take an older backup`,
      );
    }
    await rename(temporary, target);
    await sync(to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export async function verifyFolder(folder: string): Promise<VerifyReport> {
  const answer = await runBeside({ task: 'verify', folder });
  return (answer as { report: VerifyReport }).report;
}
