import { join } from 'node:path';
import { type DocumentRow, readDataset } from '@attune/data';
import { stemForLanguage } from '@attune/indexes';
import type { JudgedQuery } from '@attune/schema';
import { Catalogue, type JudgedSet, judgedSets } from '@attune/tune';
import { describe, expect, it } from 'vitest';
import { bestBm25 } from '../../../packages/tune/src/choices/best-bm25.js';
import { hasShared, sharedDir } from '../../shared-data.js';

const source = { file: 'products.jsonl', line: 1 };
const documentsOf = (...titles: string[]): DocumentRow[] =>
  titles.map((title, i) => ({ id: `p${i}`, fields: { title }, attributes: {}, source }));

const setOf = (text: string, wanted: string, filter: JudgedQuery['filter'] = {}): JudgedSet => ({
  name: 'dev',
  queries: [{ id: 'q', text, filter }],
  judgments: new Map([['q', new Map([[wanted, 1]])]]),
});

describe('bestBm25', () => {
  const catalogue = new Catalogue(documentsOf('shelves of oak', 'shelf brackets 12in', 'oak', 'a lamp'));

  it('finds the analyser that the judged queries need, and gives its index and settings', async () => {
    const { index, settings, choice } = await bestBm25(catalogue, setOf('12 in', 'p1'));
    expect(settings).toMatchObject({ analyser: 'english-split', fields: ['title'] });
    expect([index.analyser, index.k1, index.b]).toEqual(['english-split', settings.k1, settings.b]);
    expect([...index.search('12 in', { k: 1 }).rows]).toEqual([1]);
    expect(choice.tried).toHaveLength(3 * 6 * 4);
    expect(choice).toMatchObject({ what: 'BM25', on: 'dev', queryCount: 1 });
  });

  it('keeps the first of equal tries', async () => {
    const { settings } = await bestBm25(catalogue, setOf('lamp', 'p3'));
    expect(settings).toMatchObject({ analyser: 'plain', k1: 0.2, b: 0.25 });
  });

  it('tries the first field alone too, and confines a query to what its filter lets through', async () => {
    const documents = documentsOf('oak lamp', 'oak lamp', 'oak').map((each, i) => ({
      ...each,
      fields: { ...each.fields, note: i === 2 ? 'walnut walnut' : 'oak oak' },
      attributes: { shop: i === 0 ? 'east' : 'west' },
    }));
    const shops = new Catalogue(documents);
    const byTitle = await bestBm25(shops, setOf('oak', 'p2', { shop: 'west' }));
    expect(byTitle.choice.tried).toHaveLength(2 * 3 * 6 * 4);
    expect(byTitle.settings.fields).toEqual(['title']);
    expect(byTitle.choice.tried.filter(({ value }) => value === 1)).toHaveLength(3 * 6 * 4);
    const east = await bestBm25(shops, setOf('oak', 'p0', { shop: 'east' }));
    expect(east.choice.tried.every(({ value }) => value === 1)).toBe(true);
  });
});

describe('bestBm25 of texts without blanks', () => {
  const titles = ['橡木台灯', '木橡灯台', '电脑鼠标', 'LED灯泡12V', '书桌'];

  it('tries every cut, and keeps the usual one of equal cuts', async () => {
    const { settings, choice } = await bestBm25(new Catalogue(documentsOf(...titles)), setOf('鼠标', 'p2'));
    expect(settings.cut).toBe('characters+pairs');
    for (const cut of ['characters', 'pairs', 'words', 'jieba'])
      expect(choice.tried.some(({ name }) => name.startsWith(`plain, ${cut}, k1`))).toBe(true);
    // Every cut with the plain analyser, the best one with the two others.
    expect(choice.tried).toHaveLength((5 + 2) * 6 * 4);
  });

  it('finds the cut that the judged queries need', async () => {
    // The pair leads to another document; by characters the shorter one wins.
    const loose = new Catalogue(documentsOf('木台', '台木箱', '电脑鼠标'));
    const { settings, index } = await bestBm25(loose, setOf('台木', 'p0'));
    expect(settings.cut).toBe('characters');
    expect(index.cut).toBe('characters');
  });
});

describe.skipIf(!hasShared)(
  'the best BM25 of real product queries (needs the shared data beside the checkout)',
  () => {
    it('has stems for homedepot, and is better than the plain analyser with its usual k1 and b by 5 points', async () => {
      const dataset = await readDataset(join(sharedDir, 'data/products/homedepot'), {
        stemFor: stemForLanguage,
      });
      const { choosing } = judgedSets(dataset);
      const { settings, choice } = await bestBm25(new Catalogue(dataset.documents), choosing);
      expect(settings.analyser).not.toBe('plain');
      const figureOf = (name: string) => choice.tried.find((each) => each.name.startsWith(name))!.value;
      const best = Math.max(...choice.tried.map(({ value }) => value));
      expect(best - figureOf('plain, k1 1.2, b 0.75')).toBeGreaterThan(0.05);
    });
  },
);
