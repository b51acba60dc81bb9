import { bytes, number, type TextBytes, textOf } from './columns.js';
import type { Connection } from './connection.js';
import { batchesTotal, eventsTotal, recordsTotal, searchBytesTotal } from './totals.js';
import type { RecordKind } from './types.js';

/** What every total has to be, counted in the tables. */
export function countAll(connection: Connection): Map<string, number> {
  const kinds = connection.all<[TextBytes, number]>(
    `SELECT ${bytes('kind')}, ${number('count(*)')} FROM records GROUP BY kind`,
  );
  const counts = new Map(kinds.map(([kind, count]) => [recordsTotal(textOf(kind) as RecordKind), count]));
  counts.set(eventsTotal, connection.value('SELECT count(*) FROM events'));
  counts.set(
    searchBytesTotal,
    connection.value('SELECT coalesce(sum(length(CAST(body AS BLOB))), 0) FROM searches'),
  );
  counts.set(batchesTotal, connection.value('SELECT count(*) FROM event_batches'));
  return counts;
}
