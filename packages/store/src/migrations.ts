import { AttuneError } from '@attune/errors';
import type { Connection } from './connection.js';
import { schema } from './schema.js';

/** In the header of the file, so that `file` and we know whose it is: "Attn". */
export const applicationId = 0x4174746e;

/** One step leads from the version that is its place in the list to the next. A step that was released never changes. */
export type Migration = (connection: Connection) => void;

export const migrations: readonly Migration[] = [(connection) => connection.exec(schema)];

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
  if (version > steps.length) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `${connection.file} has format version ${version}, and this Attune reads up to version ${steps.length}. ` +
        `It was written by a newer Attune: use that one`,
    );
  }
  return version;
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
