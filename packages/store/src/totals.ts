import type { Connection } from './connection.js';
import { readTotal, type TotalColumns, totalColumns, totalCrc } from './rows.js';
import type { RecordKind } from './types.js';

/** How many there are of something, kept beside it: a damaged page hides rows without a word, and whoever reads all of them sees it by this. */

export const eventsTotal = 'events';
/** Requests that brought events. */
export const batchesTotal = 'event batches';
/** Bytes of what was noted of searches. */
export const searchBytesTotal = 'search bytes';
export const recordsTotal = (kind: RecordKind): string => `records ${kind}`;

const select = `SELECT ${totalColumns()} FROM totals WHERE what = ?`;

/** 0 where it was never counted. */
export function readTotalOf(connection: Connection, what: string): number {
  const row = connection.get<TotalColumns>(select, what);
  return row === undefined ? 0 : readTotal(connection.file, row);
}

/** Within a transaction of the caller's. */
export function addToTotal(connection: Connection, what: string, added: number): void {
  const row = connection.get<TotalColumns>(select, what);
  if (row === undefined) {
    connection.run(
      'INSERT INTO totals (what, count, crc) VALUES (?, ?, ?)',
      what,
      added,
      totalCrc(what, added),
    );
    return;
  }
  const count = readTotal(connection.file, row) + added;
  connection.run('UPDATE totals SET count = ?, crc = ? WHERE what = ?', count, totalCrc(what, count), what);
}
