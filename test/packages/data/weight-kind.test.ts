import { describe, expect, it } from 'vitest';
import { ColumnSample } from '../../../packages/data/src/weights/column-sample.js';
import { kindOfColumn } from '../../../packages/data/src/weights/kind.js';

const told = (column: string, values: readonly unknown[]) => {
  const sample = new ColumnSample(column);
  for (const value of values) sample.add(value);
  return kindOfColumn(sample);
};
const times = (count: number, value: unknown) => new Array(count).fill(value);
/** 1, 2, 3, …, each less often than the one before: what clicks look like. */
const heavyTail = Array.from({ length: 40 }, (_, i) => times(Math.ceil(200 / (i + 1) ** 2), i + 1)).flat();
const shares = Array.from({ length: 50 }, (_, i) => (i + 1) / 1000);

describe('the kind of a column of weights', () => {
  it.each<[kind: string, what: string, column: string, values: readonly unknown[]]>([
    ['grades', 'relevance from 0 to 3', 'weight', [0, 1, 2, 3, 3, 2]],
    ['grades', 'relevance in sixths', 'score', [0, 0.1667, 0.3333, 0.5, 0.6667, 0.8333, 1, 1, 1]],
    ['grades', 'stars in halves', 'weight', [1, 1.5, 2, 3.5, 4, 4.5, 5]],
    ['grades', 'percent in quarters', 'weight', [0, 25, 50, 75, 100, 100, 50]],
    ['grades', 'ones alone', 'weight', [1, 1, 1]],
    ['grades', 'true and false of a judge', 'relevant', [true, false, 'true']],
    ['grades', 'scores of which most are high', 'score', Array.from({ length: 30 }, (_, i) => 0.5 + i / 60)],
    ['counts', 'a heavy tail of whole numbers', 'weight', heavyTail],
    ['counts', 'a tail below 10', 'weight', [...times(90, 1), ...times(9, 2), 8]],
    ['counts', 'few clicks, by the name', 'clicks', [0, 1, 2]],
    ['counts', 'clicks in Chinese', '点击量', [1, 2, 3]],
    ['counts', 'orders with a capital', 'OrderCount', [0, 1]],
    ['counts', 'one impression a row', 'clicked', ['True', 'False']],
    ['counts', 'clicks that fade with their age', 'clicks', [0.5, 3.25, 17.125]],
    ['counts', 'hundreds without a tail', 'weight', Array.from({ length: 300 }, (_, i) => 700 + i)],
    ['rates', 'small shares', 'weight', [...times(200, 0.001), ...shares, 0.9]],
    ['rates', 'a few, by the name', 'ctr', [0.1, 0.2]],
    ['rates', 'percentages', 'weight', ['3.5 %', '12%']],
    ['labels', 'letters of ESCI', 'esci_label', ['E', 'S', 'i']],
    ['labels', 'words that nobody knows', 'label', ['alpha', 'beta']],
  ])('%s: %s', (kind, _, column, values) => {
    expect(told(column, values)).toMatchObject({ kind, why: expect.stringMatching(/^(its|it|all) /) });
  });

  it('is told by values that are there: blanks and negative numbers say nothing', () => {
    expect(told('weight', ['', null, 'nan', -50, 0, 1, 2])).toMatchObject({
      kind: 'grades',
      why: 'it has 3 different values, from 0 to 2',
    });
  });
});
