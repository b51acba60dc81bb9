import { join } from 'node:path';
import { Connection } from './connection.js';
import { asAttuneError } from './failures.js';
import { versionOf } from './migrations.js';
import {
  type CollectionColumns,
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

interface Table {
  name: string;
  /** Its numeric row id, by which the walk goes past what is damaged. */
  key: string;
  /** Columns after the row id; `from` with what they need beside. */
  columns: string;
  from?: string;
  check: (file: string, row: unknown[]) => void;
}

const tables: readonly Table[] = [
  {
    name: 'collections',
    key: 't.collection',
    columns: 't.collection, t.name, t.present, t.last_sequence, t.documents, t.crc',
    check: (file, row) => readCollection(file, row as CollectionColumns),
  },
  {
    name: 'documents',
    key: 't.document',
    columns: 'c.name, t.id, t.sequence, t.body, t.crc',
    from: 'documents t JOIN collections c ON c.collection = t.collection',
    check: (file, [collection, ...row]) => readDocument(file, collection as string, row as DocumentColumns),
  },
  {
    name: 'vectors',
    key: 't.row',
    columns: 'c.name, s.fingerprint, d.id, t.sequence, t.vector, t.crc',
    from:
      'vectors t JOIN vector_sets s ON s.vector_set = t.vector_set JOIN collections c ON c.collection = s.collection ' +
      'JOIN documents d ON d.document = t.document',
    check: (file, [collection, fingerprint, ...row]) =>
      readVector(file, collection as string, fingerprint as string, row as VectorColumns),
  },
  {
    name: 'searches',
    key: 't.row',
    columns: 't.query_id, t.collection, t.at, t.body, t.crc',
    check: (file, row) => readSearch(file, row as SearchColumns),
  },
  {
    name: 'events',
    key: 't.sequence',
    columns: 't.sequence, t.received_at, t.query_id, t.application, t.body, t.crc',
    check: (file, row) => readEvent(file, row as EventColumns),
  },
  {
    name: 'idempotency',
    key: 't.row',
    columns: 't.key, t.at, t.first, t.count, t.crc',
    check: (file, row) => readIdempotency(file, row as IdempotencyColumns),
  },
  {
    name: 'records',
    key: 't.row',
    columns: 't.kind, t.name, t.version, t.body, t.crc',
    check: (file, row) => readRecord(file, row as RecordColumns),
  },
];

const pageRows = 500;
/** More of it says nothing more. */
const mostDamage = 1_000;

/** Reads every row of a store and checks it, past whatever is damaged, and lets SQLite check its own structure. */
export function verifyStore(folder: string): VerifyReport {
  const file = join(folder, 'attune.db');
  const damage: Damage[] = [];
  const note = (what: string) => {
    if (damage.length < mostDamage) damage.push({ file, what });
  };
  let rows = 0;
  let connection: Connection | undefined;
  try {
    connection = new Connection(file, 'read');
    connection.pragma('busy_timeout = 5000');
    versionOf(connection);
  } catch (error) {
    connection?.close();
    throw asAttuneError(error, file);
  }
  try {
    for (const [said] of connection.all<[string]>('PRAGMA integrity_check(100)')) {
      if (said !== 'ok') note(said);
    }
  } catch (error) {
    note(asAttuneError(error, file).message);
  }
  for (const table of tables) {
    try {
      rows += walk(connection, table, note);
    } catch (error) {
      note(`table ${table.name} can only be read in part: ${asAttuneError(error, file).message}`);
    }
  }
  connection.close();
  return { rows, damage };
}

function walk(connection: Connection, table: Table, note: (what: string) => void): number {
  const { key, columns, from = `${table.name} t`, check } = table;
  let seen = 0;
  let after = -1;
  while (true) {
    const page = connection.all<[number, ...unknown[]]>(
      `SELECT ${key}, ${columns} FROM ${from} WHERE ${key} > ? ORDER BY ${key} LIMIT ?`,
      after,
      pageRows,
    );
    for (const [, ...row] of page) {
      try {
        check(connection.file, row);
      } catch (error) {
        note((error as Error).message);
      }
    }
    seen += page.length;
    if (page.length < pageRows) return seen;
    after = page.at(-1)![0];
  }
}
