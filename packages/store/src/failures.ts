import { AttuneError } from '@attune/errors';

/** https://www.sqlite.org/rescode.html: an extended code has that of its kind in its lowest byte. */
const kindsOfCodes: Record<number, string> = {
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
};

/** `.code` of an error of SQLite, such as SQLITE_IOERR_FSYNC; of Node's file system, such as EROFS. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return '';
  // So the binding names those that it does not know, such as 779, an index that lacks what its table has.
  const unknown = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(code);
  return (unknown && kindsOfCodes[Number(unknown[1]) & 0xff]) || code;
}

/** Whether space ran out. SQLite calls it so for files; for its shared memory, which it extends by writing, it does not. */
export const isFull = (error: unknown): boolean =>
  ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC'].includes(codeOf(error));

/** Whether the disk did not do what it was told: what is on it now is not known. */
export const isDiskFailure = (error: unknown): boolean =>
  codeOf(error).startsWith('SQLITE_IOERR') && !isFull(error);

const restore = 'Restore a backup';

/** What went wrong with `file`, a file of SQLite, said as one of ours. */
export function asAttuneError(error: unknown, file: string): AttuneError {
  if (error instanceof AttuneError) return error;
  const code = codeOf(error);
  const said = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  if (isFull(error)) {
    return new AttuneError(
      'DISK_FULL',
      `No space is left to write ${file}. Free some: nothing was lost, reading goes on, and so does writing then`,
      options,
    );
  }
  // Statements are sound, so what one of them misses is what the file says of its tables.
  const isOfTables = code === 'SQLITE_ERROR' && /file format|malformed|no such (table|column)/.test(said);
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT') || isOfTables) {
    return new AttuneError('FILE_CORRUPT', `${file} is damaged: ${said}. ${restore}`, options);
  }
  if (isUnwritable(code)) {
    return new AttuneError(
      'FILE_UNWRITABLE',
      `Expected ${file} and its folder to be writable: ${said}. Check who owns them and how the disk is mounted`,
      options,
    );
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new AttuneError('FILE_UNREADABLE', `The disk failed on ${file}: ${said} (${code})`, options);
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new AttuneError('STORE_LOCKED', `Another process holds ${file}: ${said}`, options);
  }
  if (code === 'SQLITE_NOMEM') {
    return new AttuneError('OUT_OF_MEMORY', `No memory is left to work on ${file}`, options);
  }
  return new AttuneError('INTERNAL', `SQLite failed on ${file}: ${said}${code && ` (${code})`}`, options);
}

const isUnwritable = (code: string) =>
  /^SQLITE_(READONLY|CANTOPEN|PERM)/.test(code) || ['EROFS', 'EACCES', 'EPERM'].includes(code);

/**
 * Rows that have to be there and were not found, or others than those that were asked for: some page that leads to them is damaged.
 *
 * @param what  the rows, such as `documents icons`
 */
export function hiddenRows(file: string, what: string): AttuneError {
  return new AttuneError(
    'FILE_CORRUPT',
    `${file} is damaged: what leads to ${what} misses some, or leads to others. What is asked for by its name may still be there. ` +
      '`verifyData` lists the damage; restore a backup',
  );
}

/** A row whose checksum is not of what it holds. */
export class DamagedRow extends AttuneError {
  /** Such as `documents icons/42`. */
  readonly row: string;

  constructor(file: string, row: string) {
    super(
      'FILE_CORRUPT',
      `${file} is damaged: the checksum of ${row} does not fit what it holds. ` +
        'Write it again, delete it, or restore a backup',
    );
    this.row = row;
  }
}
