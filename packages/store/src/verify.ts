import { AttuneError } from '@attune/errors';
import type { Connection } from './connection.js';
import { DamagedRow } from './failures.js';
import {
  type CollectionColumns,
  checkVectorSet,
  type DocumentColumns,
  type EventColumns,
  type IdempotencyColumns,
  type RecordColumns,
  readCollection,
  readDocument,
  readEvent,
  readIdempotency,
  readRecord,
  readSearch,
  readVector,
  type SearchColumns,
  type VectorColumns,
} from './rows.js';
import type { Damage, VerifyReport } from './types.js';

/** How the rows of a table are read, by their row id, and what finds each of them damaged by throwing. */
interface Walk {
  table: string;
  /** Name of the row id. */
  key: string;
  /** What is read of each row behind its row id. */
  select: string;
  check: (file: string, columns: never) => void;
}

const rowsAtOnce = 256;
/** Messages of SQLite about its structure; one damaged page may bring thousands. */
const mostMessages = 100;

const walks: Walk[] = [
  {
    table: 'collections',
    key: 'c.collection',
    select: 'c.collection, c.name, c.present, c.last_sequence, c.documents, c.crc FROM collections c',
    check: (file, columns: CollectionColumns) => readCollection(file, columns),
  },
  {
    table: 'documents',
    key: 'd.document',
    select:
      'c.name, d.id, d.sequence, d.body, d.crc FROM documents d LEFT JOIN collections c ON c.collection = d.collection',
    check: (file, [collection, ...columns]: [string, ...DocumentColumns]) =>
      readDocument(file, collection, columns),
  },
  {
    table: 'vector_sets',
    key: 's.vector_set',
    select:
      'c.name, s.fingerprint, s.crc FROM vector_sets s LEFT JOIN collections c ON c.collection = s.collection',
    check: (file, [collection, fingerprint, crc]: [string, string, number]) =>
      checkVectorSet(file, collection, fingerprint, crc),
  },
  {
    table: 'vectors',
    key: 'v.row',
    select:
      'c.name, s.fingerprint, d.id, v.sequence, v.vector, v.crc FROM vectors v ' +
      'LEFT JOIN vector_sets s ON s.vector_set = v.vector_set ' +
      'LEFT JOIN collections c ON c.collection = s.collection LEFT JOIN documents d ON d.document = v.document',
    check: (file, [collection, fingerprint, ...columns]: [string, string, ...VectorColumns]) =>
      readVector(file, collection, fingerprint, columns),
  },
  {
    table: 'searches',
    key: 's.row',
    select: 's.query_id, s.collection, s.at, s.body, s.crc FROM searches s',
    check: (file, columns: SearchColumns) => readSearch(file, columns),
  },
  {
    table: 'events',
    key: 'e.sequence',
    select: 'e.sequence, e.received_at, e.query_id, e.application, e.body, e.crc FROM events e',
    check: (file, columns: EventColumns) => readEvent(file, columns),
  },
  {
    table: 'idempotency',
    key: 'i.row',
    select: 'i.key, i.at, i.first, i.count, i.crc FROM idempotency i',
    check: (file, columns: IdempotencyColumns) => readIdempotency(file, columns),
  },
  {
    table: 'records',
    key: 'r.row',
    select: 'r.kind, r.name, r.version, r.body, r.crc FROM records r',
    check: (file, columns: RecordColumns) => readRecord(file, columns),
  },
];

/**
 * Everything that a reader would ever look at: the structure of the file, each row's checksum, and what rows say of each other. It
 * goes on after damage, around the rows that cannot be read.
 *
 * @throws {AttuneError} what a disk that fails, or a lack of memory, brings; damage is reported, not thrown
 */
export function verifyStore(connection: Connection): VerifyReport {
  const { file } = connection;
  const damage: Damage[] = [];
  const report = (what: string) => damage.push({ file, what });
  attempt('structure', report, () => {
    for (const [said] of connection.all<[string]>(`PRAGMA integrity_check(${mostMessages})`)) {
      if (said !== 'ok') report(`structure: ${said}`);
    }
  });
  let rows = 0;
  for (const walk of walks) rows += walkTable(connection, walk, report);
  attempt('collections', report, () => {
    const wrong = connection.all<[string]>(
      'SELECT c.name FROM collections c WHERE ' +
        'c.documents <> (SELECT count(*) FROM documents d WHERE d.collection = c.collection AND d.body IS NOT NULL) ' +
        'OR c.last_sequence < (SELECT coalesce(max(sequence), 0) FROM documents d WHERE d.collection = c.collection)',
    );
    for (const [name] of wrong) report(`collections ${name}: its counters do not fit its documents`);
  });
  return { rows, damage };
}

function walkTable(connection: Connection, walk: Walk, report: (what: string) => void): number {
  const { table, key, select } = walk;
  const page = `SELECT ${key}, ${select} WHERE ${key} > ? ORDER BY ${key} LIMIT ${rowsAtOnce}`;
  let rows = 0;
  let after = 0;
  const look = ([row, ...columns]: [number, ...unknown[]]) => {
    rows++;
    after = row;
    try {
      walk.check(connection.file, columns as never);
    } catch (error) {
      // A row may be so damaged that it cannot be looked at; its place still names it.
      const known = error instanceof DamagedRow && !/null|undefined/.test(error.row);
      report(known ? `${(error as DamagedRow).row}: wrong checksum` : `${table}, row ${row}: wrong checksum`);
    }
  };
  while (true) {
    try {
      const found = connection.all<[number, ...unknown[]]>(page, after);
      found.forEach(look);
      if (found.length < rowsAtOnce) return rows;
    } catch (error) {
      throwUnlessDamage(error);
      break;
    }
  }
  // Some page cannot be read: row by row from here, over every number that may be one.
  const one = `SELECT ${key}, ${select} WHERE ${key} = ?`;
  const last = lastRow(connection, table, report);
  let unreadableFrom: number | undefined;
  const told = (to: number) => {
    if (unreadableFrom !== undefined) report(`${table}, rows ${unreadableFrom} to ${to}: unreadable`);
    unreadableFrom = undefined;
  };
  for (let row = after + 1; row <= last; row++) {
    try {
      const found = connection.get<[number, ...unknown[]]>(one, row);
      told(row - 1);
      if (found !== undefined) look(found);
    } catch (error) {
      throwUnlessDamage(error);
      unreadableFrom ??= row;
    }
  }
  told(last);
  return rows;
}

/** Of a table, or 0 when even that cannot be read. */
function lastRow(connection: Connection, table: string, report: (what: string) => void): number {
  let last = 0;
  attempt(table, report, () => {
    last = connection.value<number | null>(`SELECT max(rowid) FROM ${table}`) ?? 0;
  });
  return last;
}

function attempt(what: string, report: (what: string) => void, run: () => void): void {
  try {
    run();
  } catch (error) {
    throwUnlessDamage(error);
    report(`${what}: ${(error as Error).message}`);
  }
}

function throwUnlessDamage(error: unknown): void {
  const code = (error as { code?: unknown }).code;
  const isDamage =
    error instanceof AttuneError ? code === 'FILE_CORRUPT' : /^SQLITE_(CORRUPT|NOTADB)/.test(`${code}`);
  if (!isDamage) throw error;
}
