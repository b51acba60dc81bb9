import type { RowSet } from '@attune/indexes';
import type { AttributeValue, ScalarValue } from '@attune/schema';
import type { Steps } from './sliced-work.js';

/** One attribute of all documents: every distinct value once, and which of them each row has. */
export interface Column {
  values: AttributeValue[];
  /** [rows], place in `values`; -1 where the row has none */
  codes: Int32Array;
}

/** Values or rows between two steps. */
const stepItems = 8192;

/** What a value costs in a dictionary that is made, in steps of `Steps`. */
const workPerValue = 16;

/** Where the values of a column are: which of them are a given one or, as lists, hold it, and which rows have each. */
export class ColumnDictionary {
  readonly #values: readonly AttributeValue[];
  /** Places of the values that are this one or hold it; made when one is first looked for, since ranges do without. */
  #codesOf: ReadonlyMap<ScalarValue, number | number[]> | undefined;
  /** [values + 1], where the rows of each begin */
  readonly #starts: Uint32Array;
  /** By value, rising within each. */
  readonly #rows: Uint32Array;

  private constructor(values: readonly AttributeValue[], { starts, rows }: RowsByValue) {
    this.#values = values;
    this.#starts = starts;
    this.#rows = rows;
  }

  /** Makes it. */
  static *of({ values, codes }: Column): Steps<ColumnDictionary> {
    return new ColumnDictionary(values, yield* rowsByValueOf(values.length, codes));
  }

  /** What making one takes, in the unit of `Steps`; lists that are long take more. */
  static workOf({ values, codes }: Column): number {
    return 2 * codes.length + workPerValue * values.length;
  }

  /** What `addEqual` takes, in the unit of `Steps`. */
  workOfEqual(value: ScalarValue): number {
    if (this.#codesOf === undefined) return workPerValue * this.#values.length;
    return placesOf(this.#codesOf, value).reduce(
      (sum, code) => sum + this.#starts[code + 1]! - this.#starts[code]!,
      1,
    );
  }

  /** Puts the rows that have a value, or a list that holds it, into a set. */
  *addEqual(rows: RowSet, value: ScalarValue): Steps<void> {
    this.#codesOf ??= yield* codesOfValues(this.#values);
    for (const code of placesOf(this.#codesOf, value)) yield this.#add(rows, code);
    yield 1;
  }

  /** Puts the rows into a set whose value meets a condition; of a list, one entry that does is enough. */
  *addWhere(rows: RowSet, meets: (value: ScalarValue) => boolean): Steps<void> {
    const values = this.#values;
    let work = 0;
    for (let code = 0; code < values.length; ++code) {
      const value = values[code]!;
      work += typeof value === 'object' ? value.length : 1;
      if (typeof value === 'object' ? value.some(meets) : meets(value)) work += this.#add(rows, code);
      if (work >= stepItems) {
        yield work;
        work = 0;
      }
    }
    yield work;
  }

  /** @returns rows that were put in */
  #add(rows: RowSet, code: number): number {
    const end = this.#starts[code + 1]!;
    const begin = this.#starts[code]!;
    for (let i = begin; i < end; ++i) {
      const row = this.#rows[i]!;
      rows[row >>> 5]! |= 1 << (row & 31);
    }
    return end - begin;
  }
}

function placesOf(
  codesOf: ReadonlyMap<ScalarValue, number | number[]>,
  value: ScalarValue,
): readonly number[] {
  const found = codesOf.get(value) ?? [];
  return typeof found === 'number' ? [found] : found;
}

interface RowsByValue {
  starts: Uint32Array;
  rows: Uint32Array;
}

/** A counting sort of the rows by their value. */
function* rowsByValueOf(valueCount: number, codes: Int32Array): Steps<RowsByValue> {
  const starts = new Uint32Array(valueCount + 1);
  for (let row = 0; row < codes.length; ++row) {
    if (codes[row]! >= 0) starts[codes[row]! + 1]!++;
    if (row % stepItems === stepItems - 1) yield stepItems;
  }
  for (let code = 0; code < valueCount; ++code) starts[code + 1]! += starts[code]!;
  yield valueCount;
  const next = starts.slice();
  const rows = new Uint32Array(starts[valueCount]!);
  for (let row = 0; row < codes.length; ++row) {
    if (codes[row]! >= 0) rows[next[codes[row]!]!++] = row;
    if (row % stepItems === stepItems - 1) yield stepItems;
  }
  return { starts, rows };
}

function* codesOfValues(values: readonly AttributeValue[]): Steps<Map<ScalarValue, number | number[]>> {
  const codesOf = new Map<ScalarValue, number | number[]>();
  const put = (value: ScalarValue, code: number) => {
    const known = codesOf.get(value);
    if (known === undefined) codesOf.set(value, code);
    else if (typeof known === 'object') known.push(code);
    else codesOf.set(value, [known, code]);
  };
  let work = 0;
  for (const [code, value] of values.entries()) {
    const entries = typeof value === 'object' ? new Set(value) : [value];
    for (const entry of entries) {
      put(entry, code);
      work += workPerValue;
    }
    if (work >= stepItems) {
      yield work;
      work = 0;
    }
  }
  yield work;
  return codesOf;
}
