/** What clients send: filters and events. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { parseJson } from '@attune/files';
import { hasRow } from '@attune/indexes';
import {
  type AttributeValue,
  checkEvents,
  checkFilter,
  type Filter,
  keptEvents,
  SchemaError,
} from '@attune/schema';
import { AttributeTable } from '@attune/search';
import type { Target } from '../fuzz.js';

export const requests: readonly Target[] = [
  {
    name: 'filters',
    words: ['and', 'or', 'not', 'field', 'equals', 'in', 'atLeast', 'above', 'atMost', 'below', ...'abcd'],
    read: readFilter,
  },
  {
    name: 'events',
    words: [
      ...['action_name', 'query_id', 'user_query', 'timestamp', 'client_id', 'session_id', 'application'],
      ...['event_attributes', 'object', 'object_id', 'position', 'ordinal', 'click', '2026-11-29T10:00:00Z'],
      ...['1764410400', '1764410400000', '1764410400000000', '20261129', '0000-00-00'],
    ],
    read: readEvents,
  },
];

type Attributes = Record<string, AttributeValue>;

const values: readonly AttributeValue[] = [
  ...[0, 1, -1, 0.5, 10, 1e300, 2 ** 53, true, false, '', 'a', 'b', '漢', '10', '2026-11-29', '\ud83d'],
  ...[[], ['a'], ['a', 'b'], ['10', ''], ['__proto__']],
];
const documents = Array.from({ length: 70 }, (_, row) => attributesOf(row));
const table = AttributeTable.of(documents);

/** Each row has another choice of the fields, and of their values. */
function attributesOf(row: number): Attributes {
  const fields = ['a', 'b', 'c', 'toString', '__proto__'];
  const of = (at: number) =>
    `${JSON.stringify(fields[at])}:${JSON.stringify(values[(row * (at + 1)) % values.length])}`;
  return JSON.parse(`{${fields.flatMap((_, at) => (((row >> at) & 1) === 1 ? [of(at)] : [])).join(',')}}`);
}

async function readFilter(input: Buffer): Promise<string> {
  const value = jsonOf(input);
  if (value === undefined) return 'no JSON';
  let filter: Filter;
  try {
    filter = checkFilter(value.json);
  } catch (error) {
    checkFindings(error, value.json);
    throw error;
  }
  const rows = await table.rowsOf(filter);
  const found = documents.map((_, row) => hasRow(rows, row));
  deepStrictEqual(
    found,
    documents.map((attributes) => matches(filter, attributes)),
  );
  return `${Object.keys(filter)} ${found.includes(true)}`;
}

/** The definition of a filter, as its documentation has it, over one document. */
function matches(filter: Filter, attributes: Attributes): boolean {
  if ('and' in filter) return filter.and.every((part) => matches(part, attributes));
  if ('or' in filter) return filter.or.some((part) => matches(part, attributes));
  if ('not' in filter) return !matches(filter.not, attributes);
  if (!Object.hasOwn(attributes, filter.field)) return false;
  const value = attributes[filter.field]!;
  return (Array.isArray(value) ? value : [value]).some((each) => {
    if ('equals' in filter) return each === filter.equals;
    if ('in' in filter) return filter.in.some((one) => one === each);
    const { atLeast, above, atMost, below } = filter;
    const isOfType = [atLeast, above, atMost, below].every(
      (one) => one === undefined || typeof one === typeof each,
    );
    const has = (bound: unknown, meets: boolean) => bound === undefined || meets;
    return (
      isOfType &&
      has(atLeast, each >= atLeast!) &&
      has(above, each > above!) &&
      has(atMost, each <= atMost!) &&
      has(below, each < below!)
    );
  });
}

function readEvents(input: Buffer): string {
  const value = jsonOf(input);
  if (value === undefined) return 'no JSON';
  const list = Array.isArray(value.json) ? value.json : [value.json];
  try {
    const kept = JSON.parse(JSON.stringify(keptEvents(checkEvents(list))));
    strictEqual(kept.length, list.length);
    // What is kept can be kept again, and is then the same.
    deepStrictEqual(JSON.parse(JSON.stringify(keptEvents(checkEvents(kept)))), kept);
    const known = ['query_id', 'timestamp', 'event_attributes', 'application'];
    const fieldsOf = (event: object) => known.filter((field) => Object.hasOwn(event, field)).join();
    return [...new Set(kept.map(fieldsOf))].sort().join(' ').slice(0, 80);
  } catch (error) {
    checkFindings(error, list);
    throw error;
  }
}

/** What a route is given has been read as JSON that does not nest too deeply. */
function jsonOf(input: Buffer): { json: unknown } | undefined {
  try {
    return { json: parseJson(input.toString('utf8')) };
  } catch {
    return undefined;
  }
}

/** Each names a place that is there. */
function checkFindings(error: unknown, value: unknown): void {
  if (!(error instanceof SchemaError)) return;
  ok(error.findings.length >= 1 && error.findings.length <= 8, `${error.findings.length} findings`);
  for (const { pointer } of error.findings) {
    let place: unknown = value;
    for (const step of pointer.split('/').slice(1)) {
      if (step.endsWith('…')) break;
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      ok(typeof place === 'object' && place !== null && Object.hasOwn(place, name), `no ${pointer}`);
      place = (place as Record<string, unknown>)[name];
    }
  }
}
