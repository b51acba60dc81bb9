import { AttuneError } from '@attune/errors';
import { bytes, type TextBytes, textOf } from './columns.js';
import { Connection } from './connection.js';
import { countRows } from './count-rows.js';
import { eventBatchesSchema } from './event-batches.js';
import { codeOf } from './failures.js';
import { schema } from './schema.js';

/** In the header of the file, so that `file` and we know whose it is: "Attn". */
export const applicationId = 0x4174746e;

/** One step leads from the version that is its place in the list to the next. A step that was released never changes. */
export type Migration = (connection: Connection) => void;

export const migrations: readonly Migration[] = [
  (connection) => connection.exec(schema),
  countRows,
  (connection) => connection.exec(eventBatchesSchema),
];

/** Which version a file has: 0 when it is empty, because nothing was made of it yet. */
export function versionOf(connection: Connection, steps: readonly Migration[] = migrations): number {
  const version = connection.pragma<[number]>('user_version')![0];
  const owner = connection.pragma<[number]>('application_id')![0];
  const isEmpty = connection.value<number>('SELECT count(*) FROM sqlite_schema') === 0;
  if (isEmpty && version === 0) return 0;
  if (owner !== applicationId) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `Expected ${connection.file} to be a store of Attune (application id ${applicationId}), but it is an SQLite file of ` +
        `another program (application id ${owner}). Was the right folder named?`,
    );
  }
  // The first step writes both, so no crash leaves one without the other.
  if (version < 1)
    throw damagedTables(connection, `it has tables, but says that it has version ${version} of them`);
  if (version > steps.length) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `${connection.file} has format version ${version}, and this Attune reads up to version ${steps.length}. ` +
        `It was written by a newer Attune: use that one`,
    );
  }
  return version;
}

/**
 * Looks whether the tables are those of its version: damage may have renamed, changed or hidden one, which some statements would not notice.
 *
 * @throws {AttuneError} FILE_CORRUPT
 */
export function expectTables(connection: Connection, steps: readonly Migration[] = migrations): void {
  const version = versionOf(connection, steps);
  const encoding = connection.pragma<[string]>('encoding')![0];
  if (encoding !== 'UTF-8') throw damagedTables(connection, `its texts are said to be ${encoding}`);
  let found: string;
  try {
    found = tablesOf(connection);
  } catch (error) {
    // The statement is sound, so an error in it is one of the tables.
    if (codeOf(error) !== 'SQLITE_ERROR') throw error;
    throw damagedTables(connection, (error as Error).message, error);
  }
  if (found !== tablesAfter(steps.slice(0, version)))
    throw damagedTables(connection, `its tables are not those of version ${version}`);
}

/** Every table and index as it was made; where each lies in the file is left out. */
function tablesOf(connection: Connection): string {
  const columns = ['type', 'name', 'tbl_name', 'sql'].map(bytes).join(', ');
  const rows = connection.all<(TextBytes | null)[]>(
    `SELECT ${columns} FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'`,
  );
  return rows
    .map((row) => JSON.stringify(row.map(textOf)))
    .sort()
    .join('\n');
}

const expected = new Map<string, string>();

function tablesAfter(steps: readonly Migration[]): string {
  const known = steps.every((step, place) => step === migrations[place]);
  const key = `${steps.length}`;
  const tables = (known ? expected.get(key) : undefined) ?? inMemory(steps);
  if (known) expected.set(key, tables);
  return tables;
}

function inMemory(steps: readonly Migration[]): string {
  const connection = new Connection('', 'memory');
  try {
    for (const step of steps) step(connection);
    return tablesOf(connection);
  } finally {
    connection.close();
  }
}

function damagedTables(connection: Connection, what: string, cause?: unknown): AttuneError {
  return new AttuneError('FILE_CORRUPT', `${connection.file} is damaged: ${what}. Restore a backup`, {
    cause,
  });
}

/** Leads a file to the present version. Each step is one transaction with its version: a crash leaves a whole version. */
export function migrate(connection: Connection, steps: readonly Migration[] = migrations): void {
  for (let version = versionOf(connection, steps); version < steps.length; version++) {
    connection.transaction(() => {
      steps[version]!(connection);
      connection.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version + 1}`);
    });
  }
}
