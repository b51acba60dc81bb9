import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { Connection } from './connection.js';
import { asAttuneError, codeOf, isFull } from './failures.js';
import { ownerOnly } from './files.js';

export interface FolderLock {
  /**
   * Whether what is locked is still what others would lock: somebody may have removed the file, as people do with locks that look stale.
   */
  isHeld: () => boolean;
  release: () => void;
}

/**
 * Makes this thread the one writer of `folder`, until the lock is released or the process ends in whatever way: it is a lock of the
 * system on the file `lock`. `lock.pid` beside it only serves the message.
 *
 * Nobody may open `lock` but here. POSIX drops a process's locks on a file when it closes any handle of that file.
 *
 * @throws {AttuneError} STORE_LOCKED, naming the process; FILE_UNWRITABLE
 */
export function lockFolder(folder: string): FolderLock {
  const file = join(folder, 'lock');
  const pidFile = join(folder, 'lock.pid');
  const isNew = !existsSync(file);
  let connection: Connection | undefined;
  try {
    connection = new Connection(file, 'write');
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    if (isNew) chmodSync(file, ownerOnly);
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
  const locked = statSync(file);
  const isHeld = () => {
    const now = statSync(file, { throwIfNoEntry: false });
    return now?.ino === locked.ino && now.dev === locked.dev;
  };
  return {
    isHeld,
    release() {
      if (isHeld()) rmSync(pidFile, { force: true });
      held.close();
    },
  };
}

/** On a full disk it is not written, and the lock holds without it. */
function writePid(file: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`, { mode: ownerOnly });
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
