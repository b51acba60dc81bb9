import { addRow, allRows, countRows, createRowSet, hasRow, removeRow } from '@attune/indexes';
import { expect, it } from 'vitest';
import { randomNumbers } from '../../random.js';

it('a set of rows holds what was added and not removed, and counts it', () => {
  const random = randomNumbers(1);
  for (const rowCount of [0, 1, 31, 32, 33, 1000]) {
    const set = createRowSet(rowCount);
    const plain = new Set<number>();
    for (let i = 0; i < rowCount; ++i) {
      const row = Math.floor(random() * rowCount);
      if (random() < 0.7) {
        addRow(set, row);
        plain.add(row);
      } else {
        removeRow(set, row);
        plain.delete(row);
      }
    }
    const rows = Array.from({ length: rowCount }, (_, row) => row);
    expect(rows.filter((row) => hasRow(set, row))).toEqual(rows.filter((row) => plain.has(row)));
    expect(countRows(set)).toBe(plain.size);
    expect(countRows(allRows(rowCount))).toBe(rowCount);
  }
});
