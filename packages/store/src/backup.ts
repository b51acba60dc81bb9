import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AttuneError } from '@attune/errors';
import { Connection } from './connection.js';
import { storeFile } from './data-folder.js';
import { asAttuneError } from './failures.js';
import { openForReading, sync } from './files.js';
import { renewIdentity } from './identity.js';
import type { VerifyReport } from './types.js';
import { verifyStore } from './verify.js';

/**
 * Reads all of a store. What keeps it from being opened at all is damage too.
 *
 * @param rest  called between parts of it, if it is to be read slowly; what it throws ends the reading
 */
export function verifySync(folder: string, rest?: () => void): VerifyReport {
  const file = storeFile(folder);
  try {
    const connection = openForReading(folder);
    try {
      return verifyStore(connection, rest);
    } finally {
      connection.close();
    }
  } catch (error) {
    const told = asAttuneError(error, file);
    if (told.code !== 'FILE_CORRUPT') throw told;
    return { rows: 0, damage: [{ file, what: told.message }] };
  }
}

/** One moment of the store in `from`, as `to`/attune.db; another may be writing it. */
export function copySync(from: string, to: string): void {
  const target = storeFile(to);
  if (existsSync(target)) {
    throw new AttuneError('FILE_EXISTS', `${target} is there already. Name a folder without one`);
  }
  const part = join(to, 'attune.db.part');
  try {
    makeSyncedFolder(to);
    rmSync(part, { force: true });
    const connection = openForReading(from);
    try {
      connection.run('VACUUM INTO ?', part);
    } catch (error) {
      throw asAttuneError(error, connection.file);
    } finally {
      connection.close();
    }
    makeAnother(part);
    sync(part);
    renameSync(part, target);
    sync(to);
  } catch (error) {
    rmSync(part, { force: true });
    throw asAttuneError(error, target);
  }
  expectSound(to, () => rmSync(target, { force: true }), from);
}

/** What follows from the one is not to be taken for what follows from its copy, once they have gone different ways. */
function makeAnother(file: string): void {
  const connection = new Connection(file, 'write');
  try {
    connection.transaction(() => renewIdentity(connection));
  } finally {
    connection.close();
  }
}

function expectSound(folder: string, remove: () => void, source: string): void {
  const { damage } = verifySync(folder);
  if (damage.length === 0) return;
  remove();
  throw new AttuneError(
    'FILE_CORRUPT',
    `${storeFile(source)} is damaged, so a copy of it is worth nothing: ${damage[0]!.what}` +
      `${damage.length > 1 ? `, and ${damage.length - 1} more` : ''}. Restore a backup`,
  );
}

function makeSyncedFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  sync(dirname(resolve(folder)));
}
