import { type AttributeValue, isAttributeValue, timeOfValue } from '@attune/schema';
import type { FileRole } from './file-roles.js';
import type { RawRecord, RecordProblem } from './files/raw-record.js';
import { readRecords } from './files/records.js';
import { localeOf, locatedId } from './product-locales.js';
import type { SourceFile } from './source-plan.js';
import { listedTexts, type TextLists } from './text-lists.js';
import type { Part } from './types.js';
import { idOfValue, isBlank, partOfName, textOfValue, weightOfValue } from './values.js';

/** What a person did, or a query that was logged: a row of UBI 1.3. */
export interface EventFacts {
  kind: 'event' | 'query';
  action: string | undefined;
  /** Milliseconds since 1970; NaN when unreadable, undefined when missing. */
  timeMs: number | undefined;
  clientId: string | undefined;
  sessionId: string | undefined;
  /** Where the document stood among the results, from 0 or from 1. */
  ordinal: number | undefined;
  /** Of a query row: the documents that it was answered with, in order. */
  hits: string[];
}

/** One row of a source, with what its columns were taken for. Faults are named, never thrown. */
export interface DataRow {
  source: SourceFile;
  role: FileRole;
  file: string;
  line: number;
  byteOffset: number;
  raw: string;
  values: Record<string, unknown>;
  problems: readonly RecordProblem[];
  documentId: string | undefined;
  queryId: string | undefined;
  /** The query's text, without blanks at its ends. */
  query: string | undefined;
  /** The text columns as they stand, "" when missing. */
  texts: { field: string; value: string }[];
  /** undefined: there is no column of weights. NaN: there is, and this row's cannot be read. */
  weight: number | undefined;
  part: Part | undefined;
  event: EventFacts | undefined;
  /** Values more than the header has columns: which value belongs to which column is then unknown. */
  surplus: number;
  /** Why reading leaves the row out. */
  rejected: RejectionCode | undefined;
}

export type RejectionCode =
  | 'UNREADABLE_ROW'
  | 'RAGGED_ROW'
  | 'INVALID_UTF8'
  | 'MISSING_VALUE'
  | 'ALL_MISSING'
  | 'OTHER_LOCALE'
  | 'WEIGHT_INVALID'
  | 'NEGATIVE_WEIGHT'
  | 'EVENT_MISSING_FIELD';

export interface RowContext {
  /** Documents come from a file of their own, so an interaction needs no text. */
  hasCatalogue: boolean;
}

/** The rows of one file as they stand there, in batches. */
export function recordsOf({
  path,
  format,
  records,
}: SourceFile): Iterable<RawRecord[]> | AsyncIterable<RawRecord[]> {
  return records?.() ?? readRecords(path, format);
}

/** The rows of one file, in batches. Action lines of OpenSearch's bulk form are passed over. */
export async function* readRows(source: SourceFile, context: RowContext): AsyncGenerator<DataRow[]> {
  for await (const records of recordsOf(source)) {
    const rows: DataRow[] = [];
    for (const record of records) {
      if (source.role === 'events' && isBulkAction(record.values)) continue;
      const row = rowOf(record, source, context);
      if (source.lists === undefined) rows.push(row);
      else rows.push(...rowsOfTexts(row, source.lists, context));
    }
    yield rows;
  }
}

/** Values of a row that are neither its id nor one of its texts, and can be attributes. Blank ones are left out. */
export function attributesOf(row: DataRow): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  if (row.surplus > 0) return attributes;
  const { locales, mapping } = row.source;
  const isId = locales === undefined || locales.only !== undefined;
  const taken = new Set<string | undefined>([...(isId ? [mapping.columns.document] : []), ...mapping.fields]);
  for (const [name, exact] of Object.entries(row.values)) {
    // Attributes are compared as numbers, so a bigint gives up the digits that a number cannot hold.
    const value = typeof exact === 'bigint' ? Number(exact) : exact;
    if (!taken.has(name) && !isBlank(value) && isAttributeValue(value)) attributes[name] = value;
  }
  return attributes;
}

function rowOf(record: RawRecord, source: SourceFile, context: RowContext): DataRow {
  const { columns, fields } = source.mapping;
  const { values } = record;
  const at = (column: string | undefined): unknown => (column === undefined ? undefined : values[column]);
  const row: DataRow = {
    source,
    role: source.role,
    file: source.name,
    line: record.line,
    byteOffset: record.byteOffset,
    raw: record.raw,
    values,
    problems: record.problems,
    documentId: undefined,
    queryId: undefined,
    query: undefined,
    texts: [],
    weight: undefined,
    part: undefined,
    event: undefined,
    surplus: record.surplus,
    rejected: undefined,
  };
  if (source.role === 'events') {
    readEvent(row);
  } else {
    row.documentId = source.role === 'queries' ? undefined : documentIdOf(record, source);
    row.queryId = source.role === 'documents' ? undefined : idOfValue(at(columns.queryId));
    if (columns.query !== undefined && source.role !== 'documents')
      row.query = textOfValue(at(columns.query)).trim();
    if (source.role === 'documents' || source.role === 'interactions') {
      // With values to spare, only the first text stands where it should; at worst it is cut short.
      const sure = record.surplus > 0 ? fields.slice(0, 1) : fields;
      for (const field of sure) row.texts.push({ field, value: textOfValue(values[field]) });
    }
    if (source.weights !== undefined && source.weights.columns.length > 0)
      row.weight = source.weights.of(values) ?? Number.NaN;
    row.part = partOfName(at(columns.part));
  }
  row.rejected = rejectionOf(row, context);
  return row;
}

function documentIdOf({ values }: RawRecord, { mapping, locales }: SourceFile): string | undefined {
  const { document } = mapping.columns;
  const id = document === undefined ? undefined : idOfValue(values[document]);
  if (id === undefined || locales === undefined || locales.only !== undefined) return id;
  return locatedId(id, localeOf(values, locales));
}

/** A row for each text of a row of lists; the row itself, rejected, where there is none. */
function rowsOfTexts(row: DataRow, lists: TextLists, context: RowContext): DataRow[] {
  const texts = row.rejected === 'UNREADABLE_ROW' ? [] : listedTexts(row.values, lists);
  if (texts.length === 0) return [row];
  return texts.map(({ documentId, text, weight }) => {
    const pair: DataRow = { ...row, documentId, texts: [{ field: 'text', value: text }] };
    // Without negatives there is nothing that weights tell apart.
    if (lists.negatives.length > 0) pair.weight = weight;
    pair.rejected = rejectionOf(pair, context);
    return pair;
  });
}

function rejectionOf(row: DataRow, context: RowContext): RejectionCode | undefined {
  for (const { code } of row.problems) {
    if (code === 'UNREADABLE_ROW') return code;
    if (code === 'RAGGED_ROW' && row.surplus > 0 && row.role !== 'documents') return code;
    if (code === 'INVALID_UTF8' && isBroken(row, context)) return code;
  }
  const { role, documentId, queryId, query } = row;
  if (role === 'events')
    return row.event === undefined || missingEventField(row) ? 'EVENT_MISSING_FIELD' : undefined;
  const namesQuery = queryId !== undefined || query !== undefined;
  if (role === 'queries' ? queryId === undefined : documentId === undefined) return 'MISSING_VALUE';
  const { locales } = row.source;
  if (role === 'documents' && locales?.only !== undefined && localeOf(row.values, locales) !== locales.only)
    return 'OTHER_LOCALE';
  if (role === 'documents') return row.texts.every(({ value }) => isBlank(value)) ? 'ALL_MISSING' : undefined;
  if (!namesQuery || (role !== 'queries' && query === undefined && queryId === undefined))
    return 'MISSING_VALUE';
  if ((role === 'queries' || role === 'interactions') && query !== undefined && isBlank(query))
    return 'ALL_MISSING';
  if (role === 'interactions') {
    const { texts } = row;
    if (!context.hasCatalogue && texts.length > 0 && texts.every(({ value }) => isBlank(value)))
      return 'ALL_MISSING';
  }
  if (row.weight !== undefined && !Number.isFinite(row.weight)) return 'WEIGHT_INVALID';
  // Of judgments a negative grade is TREC's way to say "worse than not relevant"; it is read as 0.
  if (role === 'interactions' && row.weight !== undefined && row.weight < 0) return 'NEGATIVE_WEIGHT';
  return undefined;
}

/** Whether bytes that are no text stand in an id, a query, or a title that the log alone has. Texts of a catalogue are kept. */
function isBroken(row: DataRow, { hasCatalogue }: RowContext): boolean {
  const { role, documentId, queryId, query, texts } = row;
  const has = (text: string | undefined) => text?.includes('\ufffd') ?? false;
  const isFromLog = role !== 'documents' && !hasCatalogue;
  return (
    has(documentId) || has(queryId) || has(query) || (isFromLog && texts.some(({ value }) => has(value)))
  );
}

function isBulkAction(values: Record<string, unknown>): boolean {
  const keys = Object.keys(values);
  const action = keys[0];
  if (keys.length !== 1 || action === undefined) return false;
  return /^(index|create|update|delete)$/.test(action) && typeof values[action] === 'object';
}

function readEvent(row: DataRow): void {
  const { values } = row;
  const isEvent = isThere(values['action_name']) || !isThere(values['user_query']);
  row.queryId = idOfValue(values['query_id']);
  const query = values['user_query'];
  row.query = typeof query === 'string' && query.trim() !== '' ? query.trim() : undefined;
  const hits = values['query_response_hit_ids'];
  const stamp = values['timestamp'];
  const attributes = objectOf(values['event_attributes']);
  row.event = {
    kind: isEvent ? 'event' : 'query',
    action: idOfValue(values['action_name']),
    timeMs: isThere(stamp) && stamp !== '' ? timeOfValue(stamp) : undefined,
    clientId: idOfValue(values['client_id']),
    sessionId: idOfValue(values['session_id']),
    ordinal: ordinalOf(objectOf(attributes?.['position'])?.['ordinal']),
    hits: Array.isArray(hits) ? hits.map(idOfValue).filter((id) => id !== undefined) : [],
  };
  const object = objectOf(attributes?.['object']);
  row.documentId = idOfValue(object?.['object_id']) ?? idOfValue(object?.['internal_id']);
  const title = object?.['name'] ?? object?.['title'] ?? object?.['description'];
  if (typeof title === 'string') row.texts.push({ field: 'title', value: title });
}

/** Actions that are about a document, and nothing without one. */
const actionsOnDocuments = new Set(['impression', 'click', 'add_to_cart', 'purchase']);

/** The first field that UBI requires and this row does not have. */
export function missingEventField(row: DataRow): string | undefined {
  const { event } = row;
  if (event === undefined) return 'action_name';
  if (event.kind === 'query') {
    if (row.query === undefined) return 'user_query';
    return row.queryId === undefined ? 'query_id' : undefined;
  }
  if (event.action === undefined) return 'action_name';
  if (event.timeMs === undefined || Number.isNaN(event.timeMs)) return 'timestamp';
  if (actionsOnDocuments.has(event.action) && row.documentId === undefined)
    return 'event_attributes.object.object_id';
  return undefined;
}

function ordinalOf(value: unknown): number | undefined {
  const ordinal = weightOfValue(value);
  return ordinal !== undefined && ordinal >= 0 && Number.isFinite(ordinal) ? Math.floor(ordinal) : undefined;
}

/** Some clients write null for what is absent. */
function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
