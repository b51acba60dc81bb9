import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { Connection } from './connection.js';
import { asAttuneError, codeOf, isFull } from './failures.js';

/**
 * Makes this thread the one writer of `folder`, until the lock is released or the process ends in whatever way: it is a lock of the
 * system on the file `lock`. `lock.pid` beside it only serves the message.
 *
 * Nobody may open `lock` but here. POSIX drops a process's locks on a file when it closes any handle of that file.
 *
 * @throws {AttuneError} STORE_LOCKED, naming the process; FILE_UNWRITABLE
 */
export function lockFolder(folder: string): { release: () => void } {
  const file = join(folder, 'lock');
  const pidFile = join(folder, 'lock.pid');
  let connection: Connection | undefined;
  try {
    connection = new Connection(file, 'write');
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writePid(pidFile);
  } catch (error) {
    connection?.close();
    if (!codeOf(error).startsWith('SQLITE_BUSY')) throw asAttuneError(error, file);
    throw new AttuneError(
      'STORE_LOCKED',
      `${folder} is open ${holder(pidFile)}. One process writes a store at a time`,
    );
  }
  const held = connection;
  return {
    release() {
      rmSync(pidFile, { force: true });
      held.close();
    },
  };
}

/** On a full disk it is not written, and the lock holds without it. */
function writePid(file: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`);
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

function holder(pidFile: string): string {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    if (pid === process.pid) return `in this process already (pid ${pid})`;
    if (pid > 0) return `in the process with pid ${pid}`;
  } catch {}
  return 'in another process';
}
