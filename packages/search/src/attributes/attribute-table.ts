import { allRows, createRowSet, type RowSet } from '@attune/indexes';
import type { AttributeValue, Condition, Filter } from '@attune/schema';
import { type Column, ColumnDictionary } from './column.js';
import { rangeCondition } from './filter.js';
import { inOneGo, SlicedWork, type Steps, sliceWork } from './sliced-work.js';

/** A table as plain data, for another thread. */
export interface AttributeColumns {
  /** Rows. */
  count: number;
  columns: ({ field: string } & Column)[];
}

// A server meets the same few filters again and again; beyond this many the oldest is forgotten.
const rememberedFilters = 64;

/** Filters that take long, of all tables of this thread. */
const longFilters = new SlicedWork();

/** The attributes of all documents, by column. Row i is document i of the index beside it. */
export class AttributeTable {
  readonly count: number;
  readonly #columns: ReadonlyMap<string, Column>;
  /** Made when a filter first asks for the attribute. */
  readonly #dictionaries = new Map<string, ColumnDictionary>();
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

  /** Whether `rowsOf` has to look a filter up in slices. */
  isLong(filter: Filter): boolean {
    return !this.#compiled.has(JSON.stringify(filter)) && this.#workOf(filter) > sliceWork;
  }

  /**
   * The rows that a filter lets through, as `search` takes them in `allowed`: in slices where that takes long, with others served in
   * between. It is remembered: do not write to it.
   *
   * @throws {AttuneError} CANCELLED
   */
  async rowsOf(filter: Filter, signal?: AbortSignal): Promise<RowSet> {
    const isLong = this.isLong(filter);
    const steps = this.#remembered(filter);
    return isLong ? longFilters.run(steps, signal) : inOneGo(steps);
  }

  *#remembered(filter: Filter): Steps<RowSet> {
    const key = JSON.stringify(filter);
    // Also where another search for the same has waited for its turn before this one.
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const rows = yield* this.#compile(filter);
    if (this.#compiled.size >= rememberedFilters) this.#compiled.delete(this.#compiled.keys().next().value!);
    this.#compiled.set(key, rows);
    return rows;
  }

  *#compile(filter: Filter): Steps<RowSet> {
    const rows = createRowSet(this.count);
    yield* this.#add(rows, filter);
    return rows;
  }

  /** Puts what a filter lets through into a set. */
  *#add(rows: RowSet, filter: Filter): Steps<void> {
    if ('or' in filter) {
      for (const each of filter.or) yield* this.#add(rows, each);
      return;
    }
    if (!('and' in filter || 'not' in filter)) {
      yield* this.#addMeeting(rows, filter);
      return;
    }
    const common = allRows(this.count);
    for (const each of 'and' in filter ? filter.and : [filter.not]) {
      const others = yield* this.#compile(each);
      const flip = 'not' in filter ? 0xffffffff : 0;
      for (let word = 0; word < common.length; ++word) common[word]! &= others[word]! ^ flip;
      yield common.length;
    }
    for (let word = 0; word < rows.length; ++word) rows[word]! |= common[word]!;
    yield rows.length;
  }

  *#addMeeting(rows: RowSet, condition: Condition): Steps<void> {
    const { field } = condition;
    const column = this.#columns.get(field);
    if (column === undefined) return;
    let dictionary = this.#dictionaries.get(field);
    if (dictionary === undefined) {
      dictionary = yield* ColumnDictionary.of(column);
      this.#dictionaries.set(field, dictionary);
    }
    if ('equals' in condition) yield* dictionary.addEqual(rows, condition.equals);
    else if ('in' in condition) for (const value of condition.in) yield* dictionary.addEqual(rows, value);
    else yield* dictionary.addWhere(rows, rangeCondition(condition));
  }

  /** What a filter takes, about, in the unit of `Steps`. */
  #workOf(filter: Filter): number {
    if ('or' in filter) return filter.or.reduce((sum, each) => sum + this.#workOf(each), 0);
    const words = Math.ceil(this.count / 32);
    if ('and' in filter) return filter.and.reduce((sum, each) => sum + words + this.#workOf(each), words);
    if ('not' in filter) return words + this.#workOf(filter.not);
    return this.#workOfCondition(filter);
  }

  #workOfCondition(condition: Condition): number {
    const column = this.#columns.get(condition.field);
    if (column === undefined) return 0;
    const dictionary = this.#dictionaries.get(condition.field);
    if (dictionary === undefined) return ColumnDictionary.workOf(column);
    if ('equals' in condition) return dictionary.workOfEqual(condition.equals);
    if ('in' in condition)
      return condition.in.reduce<number>((sum, value) => sum + dictionary.workOfEqual(value), 0);
    return column.values.length + this.count;
  }
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
