import { halfOf } from '@attune/evaluate';
import { judgedSets } from '@attune/tune';
import { describe, expect, it } from 'vitest';
import { smallShop } from './small-shop.js';

const idsOf = (queries: readonly { id: string }[]) => queries.map(({ id }) => id);

describe('judgedSets', () => {
  it('reports test where there is one, and chooses on all of dev', () => {
    const dataset = smallShop(['dev', 'test', 'test-east']);
    const { choosing, main, quadrants } = judgedSets(dataset);
    const [dev, test, east] = dataset.slices;
    expect(choosing.name).toBe('dev');
    expect(idsOf(choosing.queries)).toEqual([...dev!.judgments.keys()]);
    expect(main.name).toBe('test');
    expect(idsOf(main.queries)).toEqual([...test!.judgments.keys()]);
    expect(quadrants.map(({ name }) => name)).toEqual(['test-east']);
    expect(idsOf(quadrants[0]!.queries)).toEqual([...east!.judgments.keys()]);
  });

  it('never reports a slice of dev beside test, because choices were made on its queries', () => {
    const { quadrants } = judgedSets(smallShop(['dev', 'test', 'dev-east', 'test-east']));
    expect(quadrants.map(({ name }) => name)).toEqual(['test-east']);
  });

  it('halves dev where there is no test, so that no query is chosen on and reported', () => {
    const dataset = smallShop(['dev']);
    dataset.slices.push(
      { ...dataset.slices[0]!, name: 'dev-east' },
      { ...dataset.slices[0]!, name: 'train-novel-doc' },
    );
    const { choosing, main, quadrants } = judgedSets(dataset);
    expect(choosing.name).toBe('choosing half of dev');
    expect(main.name).toBe('reporting half of dev');
    expect(choosing.queries.length).toBeGreaterThan(0);
    expect(main.queries.length).toBeGreaterThan(0);
    expect(choosing.queries.length + main.queries.length).toBe(dataset.slices[0]!.judgments.size);
    expect(choosing.queries.every(({ text }) => halfOf(text) === 'choosing')).toBe(true);
    expect(main.queries.every(({ text }) => halfOf(text) === 'reporting')).toBe(true);
    expect(idsOf(quadrants[0]!.queries)).toEqual(idsOf(main.queries));
  });

  it('keeps every query that choices were made on out of every figure, whatever the slice is called', () => {
    const dataset = smallShop(['dev']);
    dataset.slices.push(
      { ...dataset.slices[0]!, name: 'train-novel-doc' },
      { ...dataset.slices[0]!, name: 'hard' },
    );
    const { choosing, main, quadrants } = judgedSets(dataset);
    const chosen = new Set(idsOf(choosing.queries));
    for (const { queries, judgments } of [main, ...quadrants]) {
      expect(idsOf(queries).filter((id) => chosen.has(id))).toEqual([]);
      expect([...judgments.keys()]).toEqual(idsOf(queries));
    }
  });

  it('chooses on a sample where there are more queries than choices need, and reports none of the others', () => {
    const dataset = smallShop(['dev', 'test']);
    const [dev, test] = dataset.slices;
    const { source } = dataset.queries[0]!;
    for (let n = 0; n < 25_000; ++n) {
      dataset.queries.push({ id: `many-${n}`, text: `many ${n}`, part: 'dev', source });
      dev!.judgments.set(`many-${n}`, new Map([['item-000', 2]]));
    }
    // The test asks some of them again, under other ids.
    for (let n = 0; n < 25_000; n += 100) {
      dataset.queries.push({ id: `again-${n}`, text: `many ${n}`, part: 'test', source });
      test!.judgments.set(`again-${n}`, new Map([['item-000', 2]]));
    }
    const { choosing, main } = judgedSets(dataset);
    expect(choosing.name).toBe('sample of dev');
    expect(choosing.queries.length).toBe(10_000);
    expect([...choosing.judgments.keys()]).toEqual(idsOf(choosing.queries));
    expect(main.queries.some(({ text }) => text.startsWith('many'))).toBe(false);
    // Hashes choose them: neither the first nor the last of the log are preferred.
    const half = choosing.queries.filter(({ id }) => Number(id.split('-')[1]) < 12_500).length;
    expect(half / 10_000).toBeCloseTo(0.5, 1);
  });

  it('makes grades of counts within each query, with whatever was chosen as relevant', () => {
    const dataset = smallShop();
    const [dev] = dataset.slices;
    const [id] = [...dev!.judgments.keys()];
    dev!.weights = 'counts';
    dev!.judgments.set(
      id!,
      new Map([
        ['item-000', 999],
        ['item-001', 9],
        ['item-002', 0],
      ]),
    );
    const { choosing, main } = judgedSets(dataset);
    const gains = [...choosing.judgments.get(id!)!.values()];
    expect(gains[0]).toBe(1);
    expect(gains[1]).toBeCloseTo(1 / 3, 12);
    expect(gains[2]).toBe(0);
    expect(choosing.relevance!.relevantFrom).toBeCloseTo(1 / 3, 12);
    expect(main.relevance).toBeUndefined();
  });

  it('gives each query the filter of its slice and its own, and the pairs to be ignored', () => {
    const dataset = smallShop();
    const [dev] = dataset.slices;
    const id = [...dev!.judgments.keys()][0]!;
    dev!.filter = { shop: 'east' };
    dev!.ignore = new Map([[id, new Set(['item-000'])]]);
    dataset.queries.find((query) => query.id === id)!.filter = { sales: 3 };
    const { queries, ignore } = judgedSets(dataset).choosing;
    const [first, second] = queries;
    expect(first).toMatchObject({ id, filter: { shop: 'east', sales: 3 } });
    expect(second).toMatchObject({ filter: { shop: 'east' } });
    expect([ignore?.get(first!.id), ignore?.get(second!.id)]).toEqual([new Set(['item-000']), undefined]);
  });

  it('halves test where there is no dev', () => {
    const dataset = smallShop(['test']);
    const { choosing, main } = judgedSets(dataset);
    expect([choosing.name, main.name]).toEqual(['choosing half of test', 'reporting half of test']);
    expect(choosing.queries.every(({ text }) => halfOf(text) === 'choosing')).toBe(true);
    expect(main.queries.every(({ text }) => halfOf(text) === 'reporting')).toBe(true);
    expect(choosing.queries.length + main.queries.length).toBe(dataset.slices[0]!.judgments.size);
  });

  it('halves another slice where there is neither, but for those of training', () => {
    const dataset = smallShop(['test']);
    dataset.slices = ['train-in-domain', '2019'].map((name) => ({ ...dataset.slices[0]!, name }));
    expect(judgedSets(dataset).main.name).toBe('reporting half of 2019');
  });

  it('reports all of a test that is too small to be halved, and chooses on nothing', () => {
    const dataset = smallShop(['test']);
    const [test] = dataset.slices;
    test!.judgments = new Map([...test!.judgments].slice(0, 12));
    const { choosing, main } = judgedSets(dataset);
    expect(choosing.queries).toEqual([]);
    expect(main.name).toBe('test');
    expect(idsOf(main.queries)).toEqual([...test!.judgments.keys()]);
  });

  it('refuses data without judged queries, and names the files of each layout', () => {
    const slices = smallShop(['test']).slices.map((slice) => ({ ...slice, name: 'train-in-domain' }));
    expect(() => judgedSets({ ...smallShop(), slices })).toThrow(
      expect.objectContaining({
        code: 'DATA_INVALID',
        message: expect.stringMatching(/only those of train-in-domain.*qrels\/dev\.tsv/s),
      }),
    );
    expect(() => judgedSets({ ...smallShop(), slices: [] })).toThrow(/found none/);
  });
});
