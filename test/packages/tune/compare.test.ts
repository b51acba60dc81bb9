import { join } from 'node:path';
import type { Dataset } from '@attune/data';
import { Encoder } from '@attune/encode';
import { Catalogue, compareModels, judgedSets } from '@attune/tune';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallShop, temporaryFolder, writeSmallBase } from './small-shop.js';

const folder = temporaryFolder();
let model: Encoder;

beforeAll(async () => {
  model = await Encoder.load(await writeSmallBase(join(folder, 'base')));
});

const compare = async (dataset: Dataset) => {
  const catalogue = new Catalogue(dataset.documents);
  const { report } = await compareModels({
    name: 'shop',
    catalogue,
    sets: judgedSets(dataset),
    model,
    against: ['bm25'],
  });
  return report;
};

/** A shop in which one query of the test was clicked a thousand times, and the others once. */
function clickedShop(): Dataset {
  const shop = smallShop();
  const test = shop.slices.find(({ name }) => name === 'test')!;
  [...test.judgments].forEach(([id, grades], place) => {
    test.judgments.set(id, new Map([...grades.keys()].map((document) => [document, place === 0 ? 1000 : 1])));
  });
  return shop;
}

describe('a comparison on judgments of clicks', () => {
  it('says that hardly any query has a relevant document where the clicks were taken for grades', async () => {
    const { main, notes } = await compare(clickedShop());
    expect(main.queriesWithoutRelevant).toBe(main.queryCount - 1);
    expect(notes.join(' ')).toMatch(/Only 1 of \d+ queries of test has a relevant document\..*--weights/);
  });

  it('counts every clicked document as relevant where they are counts, and says by which rule', async () => {
    const shop = clickedShop();
    for (const slice of shop.slices) slice.weights = 'counts';
    const { main, notes } = await compare(shop);
    expect(main.queriesWithoutRelevant).toBe(0);
    expect(main.relevanceRule).toContain('chosen at least once');
    expect(notes.join(' ')).not.toContain('--weights');
  });
});
