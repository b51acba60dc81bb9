import { AttuneError } from '@attune/errors';
import { addRow, createRowSet } from './row-set.js';
import type { RowSet } from './types.js';

export type AttributeValue = string | number | boolean | readonly string[];

/**
 * Which documents may answer. A document without the field matches no condition on it, so `not` lets it through.
 *
 * @example
 * const filter: Filter = { and: [{ field: 'set', equals: 'emoji' }, { field: 'price', atMost: 20 }] };
 */
export type Filter =
  | { field: string; equals: AttributeValue }
  | { field: string; in: readonly AttributeValue[] }
  | ({ field: string } & Range)
  | { and: readonly Filter[] }
  | { or: readonly Filter[] }
  | { not: Filter };

/** At least one bound, all of the same type; strings compare by code unit, as ISO dates should. */
interface Range {
  atLeast?: number | string | undefined;
  above?: number | string | undefined;
  atMost?: number | string | undefined;
  below?: number | string | undefined;
}

/** One field of all documents: every distinct value once, and which of them each row has. */
interface Column {
  values: AttributeValue[];
  /** [rows], place in `values`; -1 where the row has none */
  codes: Int32Array;
}

/** A table as plain data, for another thread. */
export interface AttributeColumns {
  /** Rows. */
  count: number;
  columns: ({ field: string } & Column)[];
}

// A server meets the same few filters again and again; beyond this many the oldest is forgotten.
const rememberedFilters = 64;

/** The attributes of all documents, by column. Row i is document i of the index beside it. */
export class AttributeTable {
  #count: number;
  readonly #columns = new Map<string, Column>();
  readonly #compiled = new Map<string, RowSet>();

  constructor(attributes: readonly Readonly<Record<string, AttributeValue>>[]) {
    this.#count = attributes.length;
    const codeOf = new Map<string, Map<AttributeValue, number>>();
    for (const [row, values] of attributes.entries()) {
      for (const [field, value] of Object.entries(values)) {
        let column = this.#columns.get(field);
        if (column === undefined) {
          column = { values: [], codes: new Int32Array(this.count).fill(-1) };
          this.#columns.set(field, column);
          codeOf.set(field, new Map());
        }
        const codes = codeOf.get(field)!;
        let code = codes.get(value);
        if (code === undefined) {
          code = column.values.push(value) - 1;
          codes.set(value, code);
        }
        column.codes[row] = code;
      }
    }
  }

  /** What `columns` gave. */
  static fromColumns({ count, columns }: AttributeColumns): AttributeTable {
    const table = new AttributeTable([]);
    table.#count = count;
    for (const { field, values, codes } of columns) table.#columns.set(field, { values, codes });
    return table;
  }

  /** Rows. */
  get count(): number {
    return this.#count;
  }

  /** Not copied: who writes to it, or hands its numbers over, is done with the table. */
  get columns(): AttributeColumns {
    return { count: this.#count, columns: [...this.#columns].map(([field, each]) => ({ field, ...each })) };
  }

  get fields(): string[] {
    return [...this.#columns.keys()];
  }

  /** @throws {AttuneError} INVALID_ARGUMENT for a field that no document has */
  value(row: number, field: string): AttributeValue | undefined {
    const { values, codes } = this.#column(field);
    return values[codes[row] ?? -1];
  }

  /**
   * The rows that a filter lets through, as `search` takes them in `allowed`. It is remembered: do not write to it.
   *
   * @throws {AttuneError} INVALID_ARGUMENT for a field that no document has, or a filter of another shape
   */
  compile(filter: Filter): RowSet {
    const key = JSON.stringify(filter);
    let rows = this.#compiled.get(key);
    if (rows === undefined) {
      rows = this.#rowsOf(filter);
      if (this.#compiled.size >= rememberedFilters)
        this.#compiled.delete(this.#compiled.keys().next().value!);
      this.#compiled.set(key, rows);
    }
    return rows;
  }

  #rowsOf(filter: Filter): RowSet {
    if (typeof filter !== 'object' || filter === null) throw unknownFilter(filter);
    if ('and' in filter) return this.#all(filter.and);
    if ('or' in filter) return this.#any(filter.or);
    if ('not' in filter) return this.#complement(this.#rowsOf(filter.not));
    if (typeof filter.field !== 'string') throw unknownFilter(filter);

    const { values, codes } = this.#column(filter.field);
    const matches = conditionOf(filter);
    const wanted = Uint8Array.from(values, (value) => (matches(value) ? 1 : 0));
    const rows = createRowSet(this.count);
    for (let row = 0; row < this.count; ++row) {
      if (codes[row]! >= 0 && wanted[codes[row]!] === 1) addRow(rows, row);
    }
    return rows;
  }

  #all(filters: readonly Filter[]): RowSet {
    const rows = this.#complement(createRowSet(this.count));
    for (const filter of filters) {
      const others = this.#rowsOf(filter);
      for (let word = 0; word < rows.length; ++word) rows[word]! &= others[word]!;
    }
    return rows;
  }

  #any(filters: readonly Filter[]): RowSet {
    const rows = createRowSet(this.count);
    for (const filter of filters) {
      const others = this.#rowsOf(filter);
      for (let word = 0; word < rows.length; ++word) rows[word]! |= others[word]!;
    }
    return rows;
  }

  #complement(rows: RowSet): RowSet {
    const others = rows.map((word) => ~word);
    // The bits of the last word that are no rows stay 0, so that counting them is right.
    const used = this.count % 32;
    if (used !== 0) others[others.length - 1]! &= 2 ** used - 1;
    return others;
  }

  #column(field: string): Column {
    const column = this.#columns.get(field);
    if (column === undefined) {
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected a field that documents have (${this.fields.join(', ') || 'they have none'}), but received ` +
          `${JSON.stringify(field)}.`,
      );
    }
    return column;
  }
}

function conditionOf(filter: Exclude<Filter, { and: unknown } | { or: unknown } | { not: unknown }>) {
  if ('equals' in filter) return (value: AttributeValue) => value === filter.equals;
  if ('in' in filter) {
    const wanted = new Set(filter.in);
    return (value: AttributeValue) => wanted.has(value);
  }
  const { atLeast, above, atMost, below } = filter;
  const types = new Set(
    [atLeast, above, atMost, below].filter((bound) => bound !== undefined).map((bound) => typeof bound),
  );
  const type = [...types][0];
  if (types.size !== 1 || (type !== 'number' && type !== 'string')) throw unknownFilter(filter);
  return (value: AttributeValue) =>
    typeof value === type &&
    (atLeast === undefined || value >= atLeast) &&
    (above === undefined || value > above) &&
    (atMost === undefined || value <= atMost) &&
    (below === undefined || value < below);
}

function unknownFilter(filter: unknown): AttuneError {
  return new AttuneError(
    'INVALID_ARGUMENT',
    'Expected a filter to be { field, equals }, { field, in }, { field, atLeast / above / atMost / below } with bounds of one ' +
      `type, { and }, { or } or { not }, but received ${JSON.stringify(filter)}.`,
  );
}
