import { AttuneError } from '@attune/errors';
import { bytes, number, type TextBytes, textOf } from './columns.js';
import type { Connection } from './connection.js';
import { countAll } from './count-all.js';
import { codeOf, DamagedRow } from './failures.js';
import {
  type CollectionColumns,
  collectionColumns,
  type DocumentColumns,
  documentColumns,
  type EventBatchColumns,
  type EventColumns,
  eventBatchColumns,
  eventColumns,
  type IdempotencyColumns,
  type IdentityColumns,
  idempotencyColumns,
  identityColumns,
  type RecordColumns,
  readCollection,
  readDocument,
  readEvent,
  readEventBatch,
  readIdempotency,
  readIdentity,
  readRecord,
  readSearch,
  readTotal,
  readVector,
  readVectorSet,
  recordColumns,
  type SearchColumns,
  searchColumns,
  type TotalColumns,
  totalColumns,
  type VectorColumns,
  type VectorSetColumns,
  vectorColumns,
  vectorSetColumns,
} from './rows.js';
import { readTotalOf } from './totals.js';
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

type WalkedRow = [row: number, ...columns: unknown[]];

const rowsAtOnce = 256;
/** Messages of SQLite about its structure; one damaged page may bring thousands. */
const mostMessages = 100;

const walks: Walk[] = [
  {
    table: 'collections',
    key: 'c.collection',
    select: `${collectionColumns('c.')} FROM collections c`,
    check: (file, columns: CollectionColumns) => readCollection(file, columns),
  },
  {
    table: 'documents',
    key: 'd.document',
    select: `${bytes('c.name')}, ${documentColumns('d.')} FROM documents d LEFT JOIN collections c ON c.collection = d.collection`,
    check: (file, [collection, ...columns]: [TextBytes, ...DocumentColumns]) =>
      readDocument(file, textOf(collection), columns),
  },
  {
    table: 'vector_sets',
    key: 's.vector_set',
    select: `${bytes('c.name')}, ${vectorSetColumns('s.')} FROM vector_sets s LEFT JOIN collections c ON c.collection = s.collection`,
    check: (file, [collection, ...columns]: [TextBytes, ...VectorSetColumns]) =>
      readVectorSet(file, textOf(collection), columns),
  },
  {
    table: 'vectors',
    key: 'v.row',
    select:
      `${bytes('c.name')}, ${bytes('s.fingerprint')}, ${vectorColumns} FROM vectors v ` +
      'LEFT JOIN vector_sets s ON s.vector_set = v.vector_set ' +
      'LEFT JOIN collections c ON c.collection = s.collection LEFT JOIN documents d ON d.document = v.document',
    check: (file, [collection, fingerprint, ...columns]: [TextBytes, TextBytes, ...VectorColumns]) =>
      readVector(file, textOf(collection), textOf(fingerprint), columns),
  },
  {
    table: 'searches',
    key: 's.row',
    select: `${searchColumns('s.')} FROM searches s`,
    check: (file, columns: SearchColumns) => readSearch(file, columns),
  },
  {
    table: 'events',
    key: 'e.sequence',
    select: `${eventColumns('e.')} FROM events e`,
    check: (file, columns: EventColumns) => readEvent(file, columns).event(),
  },
  {
    table: 'event_batches',
    key: 'b.first',
    select: `${eventBatchColumns('b.')} FROM event_batches b`,
    check: (file, columns: EventBatchColumns) => readEventBatch(file, columns),
  },
  {
    table: 'idempotency',
    key: 'i.row',
    select: `${idempotencyColumns('i.')} FROM idempotency i`,
    check: (file, columns: IdempotencyColumns) => readIdempotency(file, columns),
  },
  {
    table: 'records',
    key: 'r.row',
    select: `${recordColumns('r.')} FROM records r`,
    check: (file, columns: RecordColumns) => readRecord(file, columns),
  },
  {
    table: 'totals',
    key: 't.total',
    select: `${totalColumns('t.')} FROM totals t`,
    check: (file, columns: TotalColumns) => readTotal(file, columns),
  },
  {
    table: 'identity',
    key: 'i.row',
    select: `${identityColumns('i.')} FROM identity i`,
    check: (file, columns: IdentityColumns) => readIdentity(file, columns),
  },
];

/**
 * The structure of the file, or of one table after another: each statement holds the log until it has ended, and a whole file may take long.
 */
function* structureChecks(isSlow: boolean): Generator<string> {
  const check = `SELECT ${bytes('integrity_check')} FROM pragma_integrity_check`;
  if (isSlow) for (const { table } of walks) yield `${check}('${table}')`;
  else yield `${check}(${mostMessages})`;
}

/**
 * Everything that a reader would ever look at: the structure of the file, each row's checksum, and what rows say of each other. It
 * goes on after damage, around the rows that cannot be read.
 *
 * @param rest  called between parts of it, if it is to be read slowly; what it throws ends the reading
 * @throws {AttuneError} what a disk that fails, or a lack of memory, brings; damage is reported, not thrown
 */
export function verifyStore(connection: Connection, rest?: () => void): VerifyReport {
  const { file } = connection;
  const damage: Damage[] = [];
  const report = (what: string) => damage.push({ file, what });
  attempt('structure', report, () => {
    for (const check of structureChecks(rest !== undefined)) {
      for (const [said] of connection.all<[TextBytes]>(check)) {
        if (textOf(said) !== 'ok') report(`structure: ${textOf(said)}`);
      }
      rest?.();
    }
  });
  let rows = 0;
  for (const walk of walks) rows += walkTable(connection, walk, report, rest);
  attempt('collections', report, () => {
    const wrong = connection.all<[TextBytes]>(
      `SELECT ${bytes('c.name')} FROM collections c WHERE ` +
        'c.documents <> (SELECT count(*) FROM documents d WHERE d.collection = c.collection AND d.body IS NOT NULL) ' +
        'OR c.last_sequence < (SELECT coalesce(max(sequence), 0) FROM documents d WHERE d.collection = c.collection)',
    );
    for (const [name] of wrong) report(`collections ${textOf(name)}: its counters do not fit its documents`);
  });
  attempt('totals', report, () => {
    for (const what of wrongTotals(connection))
      report(`totals ${what}: it does not fit the rows that are there`);
  });
  return { rows, damage };
}

/** Names of the totals that are not what the tables hold. */
function wrongTotals(connection: Connection): string[] {
  const counts = countAll(connection);
  const kept = connection
    .all<[TextBytes]>(`SELECT ${bytes('what')} FROM totals`)
    .map(([what]) => textOf(what));
  const all = new Set([...kept, ...counts.keys()]);
  return [...all].filter((what) => readTotalOf(connection, what) !== (counts.get(what) ?? 0)).sort();
}

/** Page by page, and where one cannot be read row by row, around those that cannot. */
function walkTable(
  connection: Connection,
  walk: Walk,
  report: (what: string) => void,
  rest: (() => void) | undefined,
): number {
  const { table } = walk;
  let rows = 0;
  let after = 0;
  const look = ([row, ...columns]: WalkedRow) => {
    rows++;
    after = row;
    try {
      walk.check(connection.file, columns as never);
    } catch (error) {
      // A row may be so damaged that it cannot be looked at; its place still names it.
      const known = error instanceof DamagedRow && !/ \/|[/ ]$/.test(error.row);
      report(known ? `${(error as DamagedRow).row}: wrong checksum` : `${table}, row ${row}: wrong checksum`);
    }
  };
  let atOnce = rowsAtOnce;
  while (true) {
    const found = rowsAfter(connection, walk, after, atOnce);
    if (found !== undefined) {
      found.forEach(look);
      rest?.();
      if (found.length < atOnce) return rows;
    } else if (atOnce > 1) {
      atOnce = 1;
    } else {
      const next = firstReadable(connection, walk, after);
      if (next === undefined) {
        report(`${table}, rows from ${after + 1}: unreadable`);
        return rows;
      }
      report(`${table}, rows ${after + 1} to ${next}: unreadable`);
      after = next;
      atOnce = rowsAtOnce;
    }
  }
}

/** The next rows of a table, in their order; undefined where they cannot be read. */
function rowsAfter(
  connection: Connection,
  { key, select }: Walk,
  after: number,
  count: number,
): WalkedRow[] | undefined {
  const next = `SELECT ${number(key)}, ${select} WHERE ${key} > ? ORDER BY ${key} LIMIT ${count}`;
  try {
    const found = connection.all<WalkedRow>(next, after);
    return found.every(([row], place) => row > (found[place - 1]?.[0] ?? after)) ? found : undefined;
  } catch (error) {
    throwUnlessDamage(error);
    return undefined;
  }
}

/**
 * The first number from where rows can be read again, if any. Damage may make any number of a row's, so this gallops, and then halves: where
 * several pages are damaged, what lies between them may be passed over.
 */
function firstReadable(connection: Connection, walk: Walk, after: number): number | undefined {
  const isReadable = (from: number) => rowsAfter(connection, walk, from, 1) !== undefined;
  let [unreadable, step] = [after, 1];
  while (!isReadable(unreadable + step)) {
    unreadable += step;
    step *= 2;
    if (unreadable + step > Number.MAX_SAFE_INTEGER) return undefined;
  }
  while (step > 1) {
    step /= 2;
    if (!isReadable(unreadable + step)) unreadable += step;
  }
  return unreadable + 1;
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
  const code = codeOf(error);
  const isDamage =
    error instanceof AttuneError ? code === 'FILE_CORRUPT' : /^SQLITE_(CORRUPT|NOTADB)/.test(code);
  if (!isDamage) throw error;
}
