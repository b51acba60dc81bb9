import { join } from 'node:path';
import type { Dataset } from '@attune/data';
import { Encoder, recordSearch } from '@attune/encode';
import { trecOrder } from '@attune/evaluate';
import {
  Catalogue,
  type CompareOptions,
  compareModels,
  datasetDigest,
  judgedSets,
  rankingsOf,
} from '@attune/tune';
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
    expect(notes.join(' ')).toMatch(
      /Only 1 of \d+ queries of test has a relevant document\..*say so with `weights`/,
    );
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

describe('the settings that a comparison is of', () => {
  const shop = smallShop();
  const carried = {
    analyser: 'plain',
    cut: 'characters+pairs',
    k1: 1.6,
    b: 0.9,
    fields: ['title'],
    fusionWeight: 0.05,
  };
  const choice = { what: 'BM25', chosen: 'plain', metric: 'ndcg@10', on: 'dev', queryCount: 3, tried: [] };
  const compared = async (encoder: Encoder, more: Partial<CompareOptions> = {}) => {
    const { report, model } = await compareModels({
      name: 'shop',
      catalogue: new Catalogue(shop.documents),
      sets: judgedSets(shop),
      model: encoder,
      against: ['bm25', 'hybrid'],
      dataset: datasetDigest(shop),
      ...more,
    });
    return { lexical: model.lexical, choices: report.choices, notes: report.notes.join(' ') };
  };
  let carrying: Encoder;
  beforeAll(async () => {
    const bundle = await writeSmallBase(join(folder, 'carrying'));
    await recordSearch(bundle, { settings: carried, choices: [choice] });
    carrying = await Encoder.load(bundle);
  });

  it('are those that the model carries, and it says that they were chosen on other data', async () => {
    const { lexical, choices, notes } = await compared(carrying);
    expect(lexical).toEqual(carried);
    expect(choices).toEqual([choice]);
    expect(notes).toContain('those that carrying carries, chosen on other data');
    expect((await compared(carrying, { dataset: undefined })).notes).not.toContain('carries');
  });

  it('are chosen where that is asked for, and it says that the model takes its own', async () => {
    const { lexical, choices, notes } = await compared(carrying, { chooses: true });
    expect(lexical).not.toEqual(carried);
    expect(choices.map(({ what, on }) => [what, on])).toEqual([
      ['BM25', 'dev'],
      ['fusion weight', 'dev'],
    ]);
    expect(notes).toContain('An index or a collection of carrying takes those that it carries, unless');
  });

  it('are chosen for a model that carries none, and it says how to give them', async () => {
    const { lexical, notes } = await compared(model);
    expect(notes).toContain('takes the usual ones, because it carries none, unless it is given these');
    expect(notes).toContain(
      `analyser ${lexical.analyser}, k1 ${lexical.k1}, b ${lexical.b}, fields ${lexical.fields.join(', ')}, ` +
        `fusion weight ${lexical.fusionWeight}.`,
    );
  });

  it('judges documents of equal scores in the order in which they are served', () => {
    const catalogue = new Catalogue(shop.documents);
    const set = { name: 'dev', queries: [{ id: 'q', text: 'lamp' }], judgments: new Map() };
    const answers = [{ rows: Int32Array.of(1, 0, 3, 2), scores: Float32Array.of(0.5, 0.5, 0.5, 0.5) }];
    const [ranking] = rankingsOf(
      answers,
      { ...set, ignore: new Map([['q', new Set(['item-000'])]]) },
      catalogue,
      2,
    );
    expect(trecOrder(ranking!)).toEqual(['item-001', 'item-003']);
  });
});
