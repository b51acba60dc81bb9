import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import { sliceQueries } from '@attune/evaluate';
import { Catalogue, compareModels, judgedSets } from '@attune/tune';
import { describe, expect, it } from 'vitest';
import { filterSlices, querySlices } from '../../../packages/tune/src/query-slices.js';
import { smallShop, temporaryFolder, writeSmallBase } from './small-shop.js';

const queries = [
  { id: 'a', text: 'oak lamps', filter: { shop: 'east', year: 2026 } },
  { id: 'b', text: 'lamp', filter: { shop: 'west' } },
  { id: 'c', text: 'walnut sofa bed' },
];
const sliced = (slicers: ReturnType<typeof querySlices>) =>
  Object.fromEntries(
    Object.entries(slicers).map(([by, slicer]) => [by, Object.fromEntries(sliceQueries(queries, slicer))]),
  );

describe('the slices of queries', () => {
  it('go by their words, by which of these were learned from, and by what they are filtered by', () => {
    expect(
      sliced(
        querySlices(queries, {
          learnedFrom: ['a lamp', 'oak bed'],
          lexical: { analyser: 'english', cut: 'characters+pairs' },
        }),
      ),
    ).toEqual({
      words: { '1 word': [1], '2 words': [0], '3 words': [2] },
      'new words': { 'no new word': [0, 1], 'some new words': [2] },
      shop: { east: [0], west: [1] },
      year: { '2026': [0] },
    });
  });

  it('are none of novelty where nothing is known to be learned from, and none of filters where there are none', () => {
    const slicers = querySlices(queries.slice(2), {
      learnedFrom: [],
      lexical: { analyser: 'plain', cut: 'characters+pairs' },
    });
    expect(Object.keys(slicers)).toEqual(['words']);
    expect(filterSlices([])).toEqual({});
  });

  it('stand in the report of a comparison', async () => {
    const dataset = smallShop(['dev']);
    for (const query of dataset.queries) query.filter = { shop: 'east' };
    const { report } = await compareModels({
      name: 'shop',
      catalogue: new Catalogue(dataset.documents),
      sets: judgedSets(dataset),
      model: await Encoder.load(await writeSmallBase(join(temporaryFolder(), 'base'))),
      against: ['bm25'],
      learnedFrom: dataset.interactions.map(({ query }) => query),
    });
    expect(new Set(report.main.slices.map(({ by }) => by))).toEqual(new Set(['words', 'new words', 'shop']));
    const east = report.main.slices.find(({ by }) => by === 'shop')!;
    expect(east).toMatchObject({ name: 'east', queryCount: report.main.queryCount });
  });

  it('stand in a report that nothing was chosen for, because too few queries are judged', async () => {
    const dataset = smallShop(['test']);
    const [test] = dataset.slices;
    test!.judgments = new Map([...test!.judgments].slice(0, 4));
    const { report, legs } = await compareModels({
      name: 'shop',
      catalogue: new Catalogue(dataset.documents),
      sets: judgedSets(dataset),
      model: await Encoder.load(await writeSmallBase(join(temporaryFolder(), 'base'))),
      against: ['bm25', 'hybrid'],
    });
    expect(report.main).toMatchObject({ name: 'test', queryCount: 4 });
    expect(legs.map(({ name }) => name)).toEqual(['bm25', 'tuned', 'hybrid']);
    expect(report.choices.map(({ what, chosen, tried }) => [what, chosen, tried])).toEqual([
      ['BM25', 'english, k1 0.9, b 0.4', []],
      ['fusion weight', '0.7', []],
    ]);
  });
});
