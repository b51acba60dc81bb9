import { join } from 'node:path';
import { readDataset } from '@attune/data';
import { beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../end-to-end/command.js';
import { temporaryFolder } from '../packages/tune/small-shop.js';
import { sharedDir } from '../shared-data.js';
import { beirOfCranfield, writeBeirOfCranfield } from './beir-of-cranfield.mjs';

it('judgments name a query by its place, and any grade above 0 is relevant', () => {
  const { corpus, queries, qrels } = beirOfCranfield({
    documents: '<doc><docno>7</docno><title>a\nwing .</title><text>a\nwing .\n it lifts .</text></doc>',
    queries: '<top><num> 1</num><title>\nlift\n</title></top><top><num> 4</num><title>drag</title></top>',
    judgments: '1 0 7 1\r\n2 0 7  3\r\n2 0 8 0\r\n',
  });
  expect(corpus).toEqual([{ _id: '7', title: 'a wing .', text: 'it lifts .' }]);
  expect(queries).toEqual([
    { _id: '1', text: 'lift' },
    { _id: '2', text: 'drag' },
  ]);
  expect(Object.values(qrels).flat().sort()).toEqual(['1\t7\t1', '2\t7\t1', '2\t8\t0']);
});

describe('Cranfield as a BEIR folder', () => {
  const folder = temporaryFolder();
  const cranfield = join(folder, 'cranfield');
  const model = join(folder, 'tuned');
  const run = async (...args: string[]) => {
    const { code, out, err } = await attune([...args, '--json']);
    expect([0, 3], err).toContain(code);
    return JSON.parse(out);
  };
  beforeAll(() => writeBeirOfCranfield(join(sharedDir, 'data/text/cranfield'), cranfield));

  it('has its 1,400 documents, 225 queries and 1,837 judgments', async () => {
    const { layout, documents, queries, interactions, slices } = await readDataset(cranfield);
    expect(layout).toBe('beir');
    // Two of the documents, 471 and 995, hold no text at all.
    expect(documents).toHaveLength(1_398);
    expect(queries).toHaveLength(225);
    const judged = slices.flatMap(({ judgments }) => [...judgments.values()].map(({ size }) => size));
    expect(interactions.length + judged.reduce((sum, size) => sum + size, 0)).toBe(1_837);
    expect(queries.find(({ id }) => id === '3')?.text).toMatch(/^what problems of heat conduction/);
  });

  it('is checked, learned from and judged, and its verdict is what the figures say', async () => {
    const { verdict, queries } = await run('validate', cranfield);
    expect(verdict).toBe('warn');
    const { smallestDifference, ...sizes } = queries;
    expect(sizes).toEqual({ all: 225, training: 86, choosing: 35, test: 104, areStated: true, least: 100 });
    expect(smallestDifference).toBeCloseTo(0.055, 3);

    await run('train', cranfield, '--out', model);
    const report = await run('eval', cranfield, '--model', model, '--base', 'attune-base-en');
    const mean = (leg: string) =>
      report.main.legs.find(({ name }: { name: string }) => name === leg).metrics['ndcg@10'].mean;
    expect(report.main.queryCount).toBe(104);
    expect(mean('tuned')).toBeGreaterThan(mean('base') + 0.05);
    expect(mean('bm25')).toBeGreaterThan(0.35);
    expect(report.verdict.decision).toBe('better');
    const { serve, sure, mean: difference, low, high } = report.verdict.advice;
    expect(serve).toBe('words');
    expect(sure).toBe('not shown');
    expect(difference).toBeCloseTo(mean('bm25') - Math.max(mean('tuned'), mean('hybrid')), 10);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  }, 300_000);
});
