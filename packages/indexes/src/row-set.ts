import type { RowSet } from './types.js';

/** An empty set that can hold rows 0 to rowCount - 1. */
export function createRowSet(rowCount: number): RowSet {
  return new Uint32Array(Math.ceil(rowCount / 32));
}

/** Rows 0 to rowCount - 1. The bits of the last word that are no rows stay 0. */
export function allRows(rowCount: number): RowSet {
  const set = createRowSet(rowCount).fill(0xffffffff);
  const used = rowCount % 32;
  if (used !== 0) set[set.length - 1] = 2 ** used - 1;
  return set;
}

export function addRow(set: RowSet, row: number): void {
  set[row >>> 5]! |= 1 << (row & 31);
}

export function removeRow(set: RowSet, row: number): void {
  set[row >>> 5]! &= ~(1 << (row & 31));
}

/** How many rows are in it. */
export function countRows(set: RowSet): number {
  let count = 0;
  for (let word of set) {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** Rows beyond the set's end are not in it. */
export function hasRow(set: RowSet, row: number): boolean {
  return ((set[row >>> 5] ?? 0) & (1 << (row & 31))) !== 0;
}
