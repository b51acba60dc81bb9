import { bytes, number, type TextBytes, textOf } from './columns.js';
import type { Connection } from './connection.js';
import { renewIdentity } from './identity.js';
import { countedSchema } from './schema.js';
import { addToTotal, eventsTotal, recordsTotal, searchBytesTotal } from './totals.js';
import type { RecordKind } from './types.js';

/** The step from version 1 to version 2. */
export function countRows(connection: Connection): void {
  connection.exec(countedSchema);
  const kinds = connection.all<[TextBytes, number]>(
    `SELECT ${bytes('kind')}, ${number('count(*)')} FROM records GROUP BY kind`,
  );
  for (const [kind, count] of kinds) addToTotal(connection, recordsTotal(textOf(kind) as RecordKind), count);
  // Until then none was deleted, and they were numbered from 1.
  addToTotal(connection, eventsTotal, connection.value('SELECT coalesce(max(sequence), 0) FROM events'));
  addToTotal(
    connection,
    searchBytesTotal,
    connection.value('SELECT coalesce(sum(length(CAST(body AS BLOB))), 0) FROM searches'),
  );
  renewIdentity(connection);
}
