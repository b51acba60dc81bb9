import { allRows, hasRow, type RowSet, removeRow } from '@attune/indexes';

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
    removeRow(this.#set, row);
    this.count--;
  }

  /** As they are now; undefined: all. */
  get set(): RowSet | undefined {
    return this.#set?.slice();
  }
}
