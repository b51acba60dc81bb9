/**
 * Version 3 of the tables adds where events came from: a row for each request that brought some. Events are numbered without gaps, so a row says
 * which are its own; those of earlier versions have none.
 */
export const eventBatchesSchema = `
CREATE TABLE event_batches (
  first INTEGER PRIMARY KEY,
  count INTEGER NOT NULL,
  key TEXT,
  may_import INTEGER NOT NULL,
  taken_back_at INTEGER,
  sha256 TEXT NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
CREATE INDEX event_batches_by_key ON event_batches (key) WHERE key IS NOT NULL;
`;
