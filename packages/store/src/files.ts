import { closeSync, existsSync, fsyncSync, openSync, readdirSync, statSync } from 'node:fs';
import { AttuneError } from '@attune/errors';
import { isLeftover, kindOfPlace, placeInWords } from '@attune/files';
import { Connection } from './connection.js';
import { bundlesFolder, datasetsFolder, storeFile } from './data-folder.js';
import { codeOf } from './failures.js';
import { expectTables, migrations, versionOf } from './migrations.js';

/** Mode of a file that its owner alone reads and writes: a data folder holds what people searched for, and hashes of keys. */
export const ownerOnly = 0o600;
/** The same of a folder. */
export const ownerOnlyFolder = 0o700;

/** Makes a file's bytes, or a folder's entries, survive a power cut. */
export function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** @throws {AttuneError} INVALID_ARGUMENT for a file, an index or a model: a store would be made among the files of the last two */
export function expectNothingElse(folder: string): void {
  const kind = kindOfPlace(folder);
  if (kind === undefined || kind === 'folder' || kind === 'data folder') return;
  const instead = {
    file: '',
    index: '`DocumentIndex.open` searches it. To write documents, name a new folder.',
    model: 'To search by it, name a new folder, and this as the model.',
  }[kind];
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected a data folder, or none yet, but ${folder} is ${placeInWords(folder)}; nothing was written there. ${instead}`.trimEnd(),
  );
}

/**
 * A new store beside models and datasets would know none of them: where there are some, theirs was lost.
 *
 * @throws {AttuneError} FILE_NOT_FOUND where attune.db is missing, or empty, in a folder that holds models or datasets
 */
export function expectNothingLost(folder: string): void {
  const file = storeFile(folder);
  if (existsSync(file) && statSync(file).size > 0) return;
  const held = [
    ['bundles', bundlesFolder(folder)],
    ['datasets', datasetsFolder(folder)],
  ].flatMap(([kind, path]) =>
    (existsSync(path!) ? readdirSync(path!) : [])
      .filter((name) => !isLeftover(name))
      .map((name) => `${kind}/${name}`),
  );
  if (held.length === 0) return;
  const few =
    held.length > 3 ? `${held.slice(0, 3).join(', ')} and ${held.length - 3} more` : held.join(', ');
  throw new AttuneError(
    'FILE_NOT_FOUND',
    `Expected ${file} to name what ${folder} holds (${few}), but it is ${existsSync(file) ? 'empty' : 'not there'}: nothing was written. Put it ` +
      'back (`restoreData` makes a whole data folder of a backup), or begin in another folder, and import the models and upload the datasets of this one.',
  );
}

/** @throws {AttuneError} FILE_NOT_FOUND */
export function expectStore(folder: string): string {
  const file = storeFile(folder);
  if (existsSync(file)) return file;
  throw new AttuneError(
    'FILE_NOT_FOUND',
    `Expected ${folder} to be a data folder of Attune, but it holds no attune.db. Is it the right folder?`,
  );
}

/** A connection that can write nothing, to a store of the present version. */
export function openForReading(folder: string): Connection {
  const file = expectStore(folder);
  const connection = readConnection(file);
  try {
    connection.exec('PRAGMA busy_timeout = 5000; PRAGMA mmap_size = 0');
    const version = versionOf(connection);
    if (version < migrations.length) {
      throw new AttuneError(
        'FORMAT_UNSUPPORTED',
        `${file} has format version ${version}, and reading needs version ${migrations.length}. ` +
          `Opening it for writing leads it there`,
      );
    }
    expectTables(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function readConnection(file: string): Connection {
  const connection = new Connection(file, 'read');
  try {
    connection.pragma('schema_version');
    return connection;
  } catch (error) {
    connection.close();
    // A reader shares memory through a file, which it cannot make on a read-only disk. There nobody writes either, so unless
    // a log was left behind the file is all there is.
    if (!/^SQLITE_(CANTOPEN|READONLY)/.test(codeOf(error)) || existsSync(`${file}-wal`)) throw error;
    return new Connection(file, 'immutable');
  }
}
