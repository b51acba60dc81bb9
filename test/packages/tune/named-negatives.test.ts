/** From files that name negatives to a model: what they say does not answer a query falls in its ranking. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, readDataset } from '@attune/data';
import { Encoder } from '@attune/encode';
import type { Tier } from '@attune/train';
import { type TuneOptions, tuneModel } from '@attune/tune';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, writeSmallBase } from './small-shop.js';

const folder = temporaryFolder();
let base: string;

beforeAll(async () => {
  base = await writeSmallBase(join(folder, 'base'));
});

// biome-ignore format: words of the small base, each with another word for the same
const things = [['lamp', 'light'], ['sofa', 'couch'], ['tap', 'faucet'], ['carpet', 'rug'], ['cupboard', 'closet'], ['bin', 'trash'], ['curtain', 'drape'], ['mattress', 'bedding'], ['torch', 'flash'], ['shovel', 'spade'], ['pliers', 'tongs'], ['kettle', 'boiler'], ['mug', 'cup'], ['plank', 'board'], ['hose', 'tube'], ['ladder', 'step']] as const;

/** 120 queries, each answered by a document with one of its words, and not by the one that holds both and one more. */
const rows = things.flatMap(([thing, same], a) =>
  things.slice(0, a).map(([other]) => {
    const query = `${thing} ${other}`;
    return { query, right: `${same} ${other} used`, wrong: `${query} new` };
  }),
);
const texts = rows.flatMap(({ right, wrong }) => [right, wrong]);

const layouts: Record<string, string> = {
  'lists.jsonl': rows
    .map(({ query, right, wrong }) => `${JSON.stringify({ query, pos: [right], neg: [wrong] })}\n`)
    .join(''),
  'triplets.csv': `anchor,positive,negative\n${rows.map((row) => `${Object.values(row).join(',')}\n`).join('')}`,
};

async function datasetOf(name: string): Promise<Dataset> {
  const path = join(folder, name);
  writeFileSync(path, layouts[name]!);
  return readDataset(path);
}

const tune = (name: string, dataset: Dataset, more: Partial<TuneOptions> = {}) =>
  tuneModel({ dataset, tier: 'static', base, out: join(folder, name), seed: 1, few: true, ...more });

/** The mean rank, from 1, of the wrong document of each query among all documents. */
async function rankOfWrong(path: string): Promise<number> {
  const encoder = await Encoder.load(path);
  const { dim } = encoder;
  const queries = await encoder.encodeQueries(rows.map(({ query }) => query));
  const documents = await encoder.encodeDocuments(texts.map((text) => ({ text })));
  const score = (query: number, document: number) => {
    let sum = 0;
    for (let i = 0; i < dim; ++i) sum += queries[query * dim + i]! * documents[document * dim + i]!;
    return sum;
  };
  const ranks = rows.map((_, query) => {
    const wrong = score(query, 2 * query + 1);
    return 1 + texts.filter((_, document) => score(query, document) > wrong).length;
  });
  return ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
}

describe.each(Object.keys(layouts))('negatives that %s names', (layout) => {
  it.each<Tier>(['static', 'adapter'])('fall in rank after tuning by the tier %s', async (tier) => {
    const dataset = await datasetOf(layout);
    const positive = dataset.interactions.filter(({ weight }) => weight > 0);
    const name = `${tier}-${layout}`;
    const { learned } = await tune(name, dataset, { tier, epochs: 40 });
    await tune(`${name}-without`, { ...dataset, interactions: positive }, { tier, epochs: 40 });
    const [without, withThem] = [
      await rankOfWrong(join(folder, `${name}-without`)),
      await rankOfWrong(join(folder, name)),
    ];
    expect(withThem, `${withThem} with, ${without} without`).toBeGreaterThan(without * 1.5);
    expect(learned).toMatchObject({
      rows: positive.length,
      of: 2 * positive.length,
      negatives: positive.length,
    });
  });
});
