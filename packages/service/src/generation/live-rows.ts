import { addRow, createRowSet, hasRow, type RowSet } from '@attune/search';

/** The rows of a segment that count: all, less those that were overwritten or deleted. */
export class LiveRows {
  /** Rows that count. */
  count: number;
  readonly #rows: number;
  /** Made when the first is taken out. */
  #set: RowSet | undefined;

  constructor(rows: number) {
    this.#rows = rows;
    this.count = rows;
  }

  has(row: number): boolean {
    return this.#set === undefined || hasRow(this.#set, row);
  }

  remove(row: number): void {
    this.#set ??= allRows(this.#rows);
    if (!hasRow(this.#set, row)) return;
    this.#set[row >>> 5]! &= ~(1 << (row & 31));
    this.count--;
  }

  /** As they are now; undefined: all. */
  get set(): RowSet | undefined {
    return this.#set?.slice();
  }
}

function allRows(count: number): RowSet {
  const set = createRowSet(count).fill(0xffffffff);
  // The bits of the last word that are no rows stay 0.
  if (count % 32 !== 0) set.fill(0, count >>> 5);
  for (let row = count - (count % 32); row < count; ++row) addRow(set, row);
  return set;
}
