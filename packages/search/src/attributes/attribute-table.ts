import { addRow, allRows, createRowSet, type RowSet } from '@attune/indexes';
import type { AttributeValue, Filter } from '@attune/schema';
import { conditionOf } from './filter.js';

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
  readonly count: number;
  readonly #columns: ReadonlyMap<string, Column>;
  readonly #compiled = new Map<string, RowSet>();

  constructor({ count, columns }: AttributeColumns) {
    this.count = count;
    this.#columns = new Map(columns.map(({ field, values, codes }) => [field, { values, codes }]));
  }

  static of(attributes: readonly Readonly<Record<string, AttributeValue>>[]): AttributeTable {
    const builders = new Map<string, ColumnBuilder>();
    for (const [row, values] of attributes.entries()) {
      for (const [field, value] of Object.entries(values)) {
        let builder = builders.get(field);
        if (builder === undefined) {
          builder = new ColumnBuilder(attributes.length);
          builders.set(field, builder);
        }
        builder.put(row, value);
      }
    }
    const columns = [...builders].map(([field, { values, codes }]) => ({ field, values, codes }));
    return new AttributeTable({ count: attributes.length, columns });
  }

  /** Not copied: who writes to it, or hands its numbers over, is done with the table. */
  get columns(): AttributeColumns {
    return { count: this.count, columns: [...this.#columns].map(([field, each]) => ({ field, ...each })) };
  }

  get fields(): string[] {
    return [...this.#columns.keys()];
  }

  has(field: string): boolean {
    return this.#columns.has(field);
  }

  value(row: number, field: string): AttributeValue | undefined {
    const column = this.#columns.get(field);
    return column?.values[column.codes[row] ?? -1];
  }

  /** The rows that a filter lets through, as `search` takes them in `allowed`. It is remembered: do not write to it. */
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
    if ('and' in filter) {
      const rows = allRows(this.count);
      for (const each of filter.and) keepCommon(rows, this.#rowsOf(each));
      return rows;
    }
    if ('or' in filter) {
      const rows = createRowSet(this.count);
      for (const each of filter.or) {
        const others = this.#rowsOf(each);
        for (let word = 0; word < rows.length; ++word) rows[word]! |= others[word]!;
      }
      return rows;
    }
    if ('not' in filter) {
      const excluded = this.#rowsOf(filter.not);
      return keepCommon(
        allRows(this.count),
        excluded.map((word) => ~word),
      );
    }

    const rows = createRowSet(this.count);
    const column = this.#columns.get(filter.field);
    if (column === undefined) return rows;
    const { values, codes } = column;
    const meets = conditionOf(filter);
    const wanted = Uint8Array.from(values, (value) => (meets(value) ? 1 : 0));
    for (let row = 0; row < this.count; ++row) {
      if (codes[row]! >= 0 && wanted[codes[row]!] === 1) addRow(rows, row);
    }
    return rows;
  }
}

/** Leaves in `rows` what is in both. */
function keepCommon(rows: RowSet, others: RowSet): RowSet {
  for (let word = 0; word < rows.length; ++word) rows[word]! &= others[word]!;
  return rows;
}

/** Gives equal values one code. */
class ColumnBuilder {
  readonly values: AttributeValue[] = [];
  readonly codes: Int32Array;
  readonly #codeOf = new Map<AttributeValue, number>();
  /** Of lists, by their JSON. */
  readonly #codeOfList = new Map<string, number>();

  constructor(rows: number) {
    this.codes = new Int32Array(rows).fill(-1);
  }

  put(row: number, value: AttributeValue): void {
    this.codes[row] =
      typeof value === 'object'
        ? this.#code(this.#codeOfList, JSON.stringify(value), value)
        : this.#code(this.#codeOf, value, value);
  }

  #code<Key>(codes: Map<Key, number>, key: Key, value: AttributeValue): number {
    let code = codes.get(key);
    if (code === undefined) {
      code = this.values.push(value) - 1;
      codes.set(key, code);
    }
    return code;
  }
}
