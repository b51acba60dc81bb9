/** A small shop with an audience that clicked, and cycles over it. */
import { join } from 'node:path';
import type { FeedbackEvent } from '@attune/data';
import { Encoder } from '@attune/encode';
import { type CycleOptions, runCycle } from '@attune/loop';
import type { LexicalSettings } from '@attune/search';
import { Catalogue, embedCatalogue, judgedSets, Searcher } from '@attune/tune';
import { audienceQueriesOf, feedbackOf, simulateAudience } from '../../../audience/audience.js';
import { smallShop, temporaryFolder, writeSmallBase } from '../../tune/small-shop.js';

export const folder = temporaryFolder();
export const shop = smallShop(['dev', 'test']);
export const golden = judgedSets(shop).choosing;
export const lexical: LexicalSettings = {
  analyser: 'english',
  cut: 'characters+pairs',
  k1: 0.9,
  b: 0.4,
  fields: ['title'],
  fusionWeight: 0,
};
export const rules = {
  leastGoldenQueries: 10,
  leastNewestQueries: 10,
  mostLatencyRatio: 5,
  leastPairs: 5,
  rounds: 500,
};

export interface CycleLab {
  base: string;
  events: FeedbackEvent[];
  optionsOf: (name: string, more?: Partial<CycleOptions>) => CycleOptions;
  cycle: (name: string, more?: Partial<CycleOptions>) => ReturnType<typeof runCycle>;
}

export async function openLab(searches = 3000, { seed = 1 } = {}): Promise<CycleLab> {
  const base = await writeSmallBase(join(folder, `${seed}-base`), seed);
  const events = await eventsOf(base, { searches, seed });
  const optionsOf: CycleLab['optionsOf'] = (name, more = {}) => ({
    collection: 'shop',
    folder: join(folder, name),
    candidate: join(folder, `${name}-candidate`),
    documents: shop.documents,
    events,
    actionWeights: { impression: 0, click: 1 },
    golden,
    serving: { bundle: base, name: 'base', lexical },
    rules,
    seed: 1,
    ...more,
  });
  return { base, events, optionsOf, cycle: (name, more) => runCycle(optionsOf(name, more)) };
}

async function eventsOf(base: string, options: { searches: number; seed: number }): Promise<FeedbackEvent[]> {
  const catalogue = new Catalogue(shop.documents);
  const encoder = await Encoder.load(base);
  const vectors = await embedCatalogue(encoder, catalogue);
  const searcher = Searcher.over(catalogue, { encoder, vectors, lexical });
  const queries = audienceQueriesOf(shop);
  const answers = await searcher.search(
    queries.map(({ text }) => ({ text })),
    { limit: 60 },
  );
  const hits = answers.map(({ rows }) => Array.from(rows, (row) => catalogue.ids[row]!));
  const all: FeedbackEvent[] = [];
  let number = 0;
  const audience = simulateAudience({
    queries,
    search: async (query) => ({ queryId: `s${number++}`, hits: hits[queries.indexOf(query)]! }),
    ...options,
    people: options.searches,
    from: Date.UTC(2026, 0, 1),
    examinationExponent: 0.3,
    popularityExponent: 0.2,
  });
  for await (const visit of audience) all.push(...feedbackOf(visit, { sequence: all.length, release: 1 }));
  return all;
}
