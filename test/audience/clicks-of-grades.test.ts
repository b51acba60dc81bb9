import type { Dataset } from '@attune/data';
import { expect, it } from 'vitest';
import { clicksOfGrades } from './clicks-of-grades.mjs';

const source = { file: 'corpus.jsonl', line: 1 };
const titles = ['oak desk lamp', 'oak desk', 'a lamp for the desk and much more', 'red sofa'];
const documents = titles.map((title, i) => ({ id: `${i}`, fields: { title }, attributes: {}, source }));
const grades = new Map([
  ['0', 0],
  ['1', 0.5],
  ['2', 1],
  ['unknown', 1],
]);
const interactions = [...grades].map(([documentId, weight]) => ({
  queryId: 'q',
  query: 'oak desk lamp',
  documentId,
  weight,
  source,
}));
const dataset: Dataset = { path: 'shop', documents, queries: [], interactions, slices: [] };

it('graded documents are shown in the order of BM25, and clicked by their grade where they are looked at', () => {
  const searches = 40_000;
  const clicks = clicksOfGrades(dataset, { seed: 1, searches });
  expect(clicks.map(({ documentId, impressions }) => [documentId, impressions])).toEqual([
    ['0', searches],
    ['1', searches],
    ['2', searches],
  ]);
  for (const [i, { documentId, clicks: found }] of clicks.entries()) {
    const share = (0.08 + 0.72 * grades.get(documentId)!) / (i + 1);
    expect(Math.abs(found / searches - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / searches));
  }
  expect(clicksOfGrades(dataset, { seed: 1, searches })).toEqual(clicks);
  expect(clicksOfGrades(dataset, { seed: 2, searches })).not.toEqual(clicks);
});
