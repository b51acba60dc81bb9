/**
 * Version 1 of the tables; version 2 adds those below, version 3 those of event-batches.ts.
 *
 * - Each row carries `crc`, the checksum of what it means (checksum.ts, rows.ts).
 * - All have a numeric row id, by which `verify` walks past damage, and large bodies stay out of the branches of the trees.
 * - `collections` outlives its collection: a new one of the same name goes on counting, so a sequence never means two things.
 * - A deleted document stays as a row without a body, which is how `changes` reports it.
 * - A vector points at its document's row, and counts while the sequences are equal.
 */
export const schema = `
CREATE TABLE collections (
  collection INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  present INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;

CREATE TABLE documents (
  document INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL,
  id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  body TEXT,
  crc INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX documents_by_id ON documents (collection, id);
CREATE UNIQUE INDEX documents_by_sequence ON documents (collection, sequence);

CREATE TABLE vector_sets (
  vector_set INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  crc INTEGER NOT NULL,
  UNIQUE (collection, fingerprint)
) STRICT;

CREATE TABLE vectors (
  row INTEGER PRIMARY KEY,
  vector_set INTEGER NOT NULL,
  document INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  vector BLOB NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX vectors_by_document ON vectors (vector_set, document);

CREATE TABLE searches (
  row INTEGER PRIMARY KEY,
  query_id TEXT NOT NULL UNIQUE,
  collection TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
CREATE INDEX searches_by_time ON searches (at);

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY,
  received_at INTEGER NOT NULL,
  query_id TEXT,
  application TEXT,
  body TEXT NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_query ON events (query_id) WHERE query_id IS NOT NULL;

CREATE TABLE idempotency (
  row INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;

CREATE TABLE records (
  row INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  crc INTEGER NOT NULL,
  UNIQUE (kind, name)
) STRICT;
`;

/** Version 2: how many rows there are (totals.ts), and what tells this store from every other. */
export const countedSchema = `
CREATE TABLE totals (
  total INTEGER PRIMARY KEY,
  what TEXT NOT NULL,
  count INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;

CREATE TABLE identity (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
`;
