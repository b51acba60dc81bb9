import { AttuneError, received } from '@attune/errors';
import {
  asyncBufferFromFile,
  type FileMetaData,
  type ParquetParsers,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { jsonOf } from '../values.js';
import { withCheckedPages } from './parquet-pages.js';
import type { RawRecord } from './raw-record.js';

/** Decoded at once: pages before and behind are passed over, so that a row group of a million rows is never in memory. */
const rowsAtOnce = 1 << 16;
/** Rows of one batch. */
const rowsTogether = 4096;

/**
 * The rows of a Parquet file, in batches. A whole number beyond 2^53 is a bigint, a decimal that a number cannot hold is text, dates
 * and times are ISO 8601, lists are arrays and structs objects.
 *
 * @throws {AttuneError} FILE_CORRUPT when the file or its compression cannot be read
 */
export async function* parquetRecords(path: string): AsyncGenerator<RawRecord[]> {
  const file = await asyncBufferFromFile(path);
  const metadata = await orCorrupt(path, () => parquetMetadataAsync(file, { parsers }));
  const { children } = parquetSchema(metadata);
  checkColumns(path, metadata, children);
  const checked = withCheckedPages(file, metadata);
  const cells = children.map((child): [string, Cell] => [child.element.name, cellOf(child)]);
  readDecimalsRaw(metadata);
  let group = 0;
  for (const { num_rows } of metadata.row_groups) {
    const groupEnd = group + Number(num_rows);
    for (let start = group; start < groupEnd; start += rowsAtOnce) {
      const rows = await orCorrupt(path, () =>
        parquetReadObjects({
          file: checked,
          metadata,
          rowStart: start,
          rowEnd: Math.min(start + rowsAtOnce, groupEnd),
          compressors,
          parsers,
          utf8: false,
          useOffsetIndex: true,
          geoparquet: false,
        }),
      );
      for (let at = 0; at < rows.length; at += rowsTogether) {
        yield rows
          .slice(at, at + rowsTogether)
          .map((row, offset) => new ParquetRecord(start + at + offset + 1, row, cells));
      }
    }
    group = groupEnd;
  }
}

/**
 * Each column that is stored has a name of the schema, and each name is of one. The library begins to read the others too and waits for
 * none of them, so that damage in one would end the process.
 */
function checkColumns(path: string, { row_groups }: FileMetaData, children: readonly SchemaTree[]): void {
  const names = new Set<string>();
  for (const { element } of children) {
    if (names.has(element.name)) throw corrupt(path, `it has two columns called ${received(element.name)}`);
    names.add(element.name);
  }
  for (const { columns } of row_groups) {
    const paths = columns.map(({ meta_data }) => meta_data?.path_in_schema ?? []);
    const isStored = new Set(paths.map((path) => path.join('\0')));
    const other = paths.find(([name]) => name === undefined || !names.has(name));
    if (other !== undefined || isStored.size !== paths.length)
      throw corrupt(path, 'the columns that are stored are not those of its schema');
  }
}

/** A row of a Parquet file. Its raw text is made as JSON when it is asked for, as that of few rows is. */
class ParquetRecord implements RawRecord {
  readonly byteOffset = 0;
  readonly problems: RawRecord['problems'] = [];
  readonly surplus = 0;
  readonly line: number;
  readonly values: Record<string, unknown> = {};

  constructor(line: number, row: Record<string, unknown>, cells: readonly [string, Cell][]) {
    this.line = line;
    for (const [name, cell] of cells) this.values[name] = cell(row[name]);
  }

  get raw(): string {
    return jsonOf(this.values);
  }
}

/** From what the library gives to what a record holds. */
type Cell = (value: unknown) => unknown;

function cellOf({ element, children }: SchemaTree): Cell {
  const { converted_type, logical_type, scale = 0 } = element;
  if (converted_type === 'DECIMAL' || logical_type?.type === 'DECIMAL')
    return (value) => each(value, decimalOf(scale));
  if (children.length === 0) return (value) => each(value, plainValue);
  const inner = new Map(children.map((child) => [child.element.name, cellOf(child)]));
  // A list is a group whose entries stand two groups below it; the library gives an array of them.
  const [only] = children;
  const isList = converted_type === 'LIST' || logical_type?.type === 'LIST';
  if (isList && only !== undefined) {
    const [entry] = only.children;
    const cell = entry === undefined ? cellOf(only) : cellOf(entry);
    return (value) => each(value, cell);
  }
  return (value) =>
    each(value, (struct) => {
      if (typeof struct !== 'object' || struct === null) return struct;
      return Object.fromEntries(
        Object.entries(struct).map(([name, member]) => [name, (inner.get(name) ?? plainValue)(member)]),
      );
    });
}

function each(value: unknown, cell: Cell): unknown {
  if (value === undefined || value === null) return null;
  return Array.isArray(value) ? value.map((entry) => each(entry, cell)) : cell(value);
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return exactInteger(value);
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.length).toString('utf8');
  return value;
}

function exactInteger(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** An unscaled integer, or its bytes, most significant first in two's complement. */
function decimalOf(scale: number): Cell {
  return (value) => {
    const unscaled =
      value instanceof Uint8Array
        ? BigInt.asIntN(
            8 * value.length,
            value.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n),
          )
        : BigInt(value as number | bigint);
    if (scale === 0) return exactInteger(unscaled);
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
    const text = `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
    // Fifteen digits survive the way through a number.
    return digits.length <= 15 ? Number(text) : text;
  };
}

/** The library multiplies decimals as numbers. Without their type it gives the integer or the bytes that are stored. */
function readDecimalsRaw({ schema }: FileMetaData): void {
  for (const element of schema) {
    if (element.converted_type !== 'DECIMAL' && element.logical_type?.type !== 'DECIMAL') continue;
    delete element.converted_type;
    delete element.logical_type;
  }
}

const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis) => timeOf(Number(millis)),
  timestampFromMicroseconds: (micros) => timeOf(Number(micros) / 1000),
  timestampFromNanoseconds: (nanos) => timeOf(Number(nanos) / 1e6),
  dateFromDays: (days) => timeOf(days * 86_400_000)?.slice(0, 10),
};

/** ISO 8601; undefined for a time that a calendar of 275,760 years does not have. */
function timeOf(millis: number): string | undefined {
  const date = new Date(millis);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

async function orCorrupt<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw corrupt(path, (cause as Error).message, cause);
  }
}

function corrupt(path: string, why: string, cause?: unknown): AttuneError {
  return new AttuneError(
    'FILE_CORRUPT',
    `The Parquet file ${path} cannot be read: ${why}. Was it cut short while being copied?`,
    { cause },
  );
}
