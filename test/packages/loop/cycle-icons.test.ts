import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dataset, type FeedbackEvent, readDataset } from '@attune/data';
import { buildIconDataset, installIconPackages } from '@attune/demo';
import { Encoder } from '@attune/encode';
import { randomisationTest } from '@attune/evaluate';
import { stemForLanguage } from '@attune/indexes';
import { type CycleOptions, judgeGolden, runCycle } from '@attune/loop';
import type { LexicalSettings } from '@attune/search';
import { Catalogue, embedCatalogue, type JudgedSets, judgedSets, Searcher, tuneModel } from '@attune/tune';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AudienceQuery,
  audienceQueriesOf,
  feedbackOf,
  simulateAudience,
} from '../../audience/audience.js';
import { learnedTexts } from '../../audience/learned-texts.js';

/** Every claim on real data that the cycle makes: on the icons, with an audience whose wishes are known. */
const folder = mkdtempSync(join(tmpdir(), 'attune-cycle-icons-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lexical: LexicalSettings = {
  analyser: 'english-split',
  cut: 'characters+pairs',
  k1: 0.9,
  b: 0.9,
  fields: ['title'],
  fusionWeight: 0,
};
const searches = 200_000;
let dataset: Dataset;
let sets: JudgedSets;
let catalogue: Catalogue;
let serving: Searcher;
let queries: AudienceQuery[];
let hitsOf: Map<string, string[]>;

const keyOf = ({ text, filter }: Pick<AudienceQuery, 'text' | 'filter'>) => JSON.stringify([text, filter]);

beforeAll(async () => {
  const { packagesFolder } = await installIconPackages();
  await buildIconDataset(packagesFolder, join(folder, 'icons'));
  dataset = await readDataset(join(folder, 'icons'), { stemFor: stemForLanguage });
  sets = judgedSets(dataset);
  catalogue = new Catalogue(dataset.documents);

  const texts = [...new Set(dataset.interactions.map(({ query }) => query))];
  const known = learnedTexts(texts, { share: 0.3, seed: 1 });
  const interactions = dataset.interactions.filter(({ query }) => known.has(query));
  await tuneModel({
    dataset: { ...dataset, interactions },
    tier: 'static',
    out: join(folder, 'serving'),
    seed: 1,
  });
  serving = await searcherOf(join(folder, 'serving'), lexical);
  queries = audienceQueriesOf(dataset, { by: 'set', keep: (text) => !known.has(text) });
  const asked = queries.map(({ text, filter }) => ({
    text,
    filter: { field: 'set', equals: filter['set']! },
  }));
  const answers = await serving.search(asked, { limit: 20 });
  hitsOf = new Map(
    queries.map((query, i) => [keyOf(query), Array.from(answers[i]!.rows, (row) => catalogue.ids[row]!)]),
  );
}, 300_000);

async function searcherOf(bundle: string, lexical: LexicalSettings): Promise<Searcher> {
  const encoder = await Encoder.load(bundle);
  return Searcher.over(catalogue, { encoder, vectors: await embedCatalogue(encoder, catalogue), lexical });
}

async function feedback(audience: readonly AudienceQuery[], count = searches): Promise<FeedbackEvent[]> {
  const events: FeedbackEvent[] = [];
  let number = 0;
  for await (const visit of simulateAudience({
    queries: audience,
    search: async (query) => ({ queryId: `s${number++}`, hits: hitsOf.get(keyOf(query))! }),
    searches: count,
    seed: 2,
    from: Date.UTC(2026, 0, 1),
  }))
    events.push(...feedbackOf(visit, { sequence: events.length, release: 1 }));
  return events;
}

const cycle = (name: string, events: readonly FeedbackEvent[], more: Partial<CycleOptions> = {}) =>
  runCycle({
    collection: 'icons',
    folder: join(folder, name),
    candidate: join(folder, `${name}-candidate`),
    documents: dataset.documents,
    events,
    actionWeights: { impression: 0, click: 1 },
    golden: sets.choosing,
    serving: { bundle: join(folder, 'serving'), name: 'serving', lexical },
    ...more,
  });

describe('one cycle from clicks alone, on the icons', () => {
  it('makes a candidate that passes the gate, and is better on queries that nothing was learned, chosen or judged on', async () => {
    const result = await cycle('clicks', await feedback(queries));
    const { decision, candidate, feedback: learned } = result;
    console.info(decision.checks.map(({ said }) => said).join('\n'));
    expect(learned.learning.newestQueries).toBeGreaterThan(2000);
    // The audience looks by r^-1.
    expect(Math.abs(learned.bias.exponent - 1)).toBeLessThan(0.15);

    const tuned = await searcherOf(candidate!.bundle, candidate!.lexical);
    const scores = await judgeGolden(sets.main, catalogue, { candidate: tuned, serving });
    const differences = scores.candidate.map((value, i) => value - scores.serving[i]!);
    const gain = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    const p = randomisationTest(differences);
    console.info(`test: ${differences.length} queries, ${gain.toFixed(4)} NDCG@10, p ${p}`);
    expect(sets.main.queries).toHaveLength(2703);
    expect(differences.length).toBeGreaterThanOrEqual(1500);
    expect(gain).toBeGreaterThan(0);
    expect(p).toBeLessThan(0.01);
    expect(decision.reasons).toEqual([]);
    expect(decision.verdict).toBe('promote');
  }, 300_000);

  it('refuses, with its numbers, a candidate that learned from clicks on shuffled labels', async () => {
    const shuffled = queries.map((query, i) => ({
      ...query,
      relevant: someOf(hitsOf.get(keyOf(query))!, i),
    }));
    const { decision } = await cycle('shuffled', await feedback(shuffled, 60_000));
    const check = decision.checks.find(({ name }) => name === 'golden set: NDCG@10')!;
    console.info(check.said);
    expect(decision.verdict).toBe('refuse');
    expect(check.passed).toBe(false);
    expect(check.numbers['difference']).toBeLessThan(0);
    expect(decision.reasons.join()).toMatch(/On the golden set the candidate has NDCG@10 0\.\d+/);
  }, 300_000);

  it('makes no decision, with its numbers, where too few queries are judged', async () => {
    const few = { ...sets.choosing, queries: sets.choosing.queries.slice(0, 300) };
    const ids = new Set(few.queries.map(({ id }) => id));
    const judgments = new Map([...few.judgments].filter(([id]) => ids.has(id)));
    const { decision } = await cycle('few', await feedback(queries, 20_000), {
      golden: { ...few, judgments },
      rules: { leastDifference: -1, leastSliceDifference: -1, mostLatencyRatio: 10 },
    });
    expect(decision.verdict).toBe('no decision');
    expect(decision.reasons.join()).toMatch(/has 300 judged queries; 500 are needed to decide/);
  }, 300_000);
});

/** Two of the ids shown, by a number: right answers that have nothing to do with the query. */
function someOf(ids: readonly string[], i: number): Set<string> {
  return new Set([ids[(i * 7) % ids.length]!, ids[(i * 13 + 5) % ids.length]!]);
}
