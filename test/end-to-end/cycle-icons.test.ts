import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@attune/client';
import { type Dataset, readDataset, writeDataset } from '@attune/data';
import { buildIconDataset, installIconPackages } from '@attune/demo';
import { Encoder } from '@attune/encode';
import { evaluateRun, randomisationTest } from '@attune/evaluate';
import { stemForLanguage } from '@attune/indexes';
import type { GateDecision } from '@attune/loop';
import { Catalogue, embedCatalogue, type JudgedSet, judgedSets, tuneModel } from '@attune/tune';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audienceQueriesOf, simulateAudience } from '../audience/audience.js';
import { learnedTexts } from '../audience/learned-texts.js';
import { attune, attuneServe, type RunningServer } from './command.js';

/**
 * The loop whole, as a shop lives it: a server, an audience that searches it and clicks, one cycle, a promotion. A model of 10 % of the
 * train queries is in service; the audience asks the other 90 %; the test queries, which nothing has seen, are asked before and after.
 */
const folder = mkdtempSync(join(tmpdir(), 'attune-icons-http-'));
const searches = 40_000;
const atOnce = 64;
type Client = ReturnType<typeof createClient>;

const lexical = { analyser: 'english-split' as const, k1: 0.9, b: 0.9, fields: ['title'], fusionWeight: 0 };

let dataset: Dataset;
let server: RunningServer;
let client: Client;

beforeAll(async () => {
  const { packagesFolder } = await installIconPackages();
  await buildIconDataset(packagesFolder, join(folder, 'icons'));
  dataset = await readDataset(join(folder, 'icons'), { stemFor: stemForLanguage });
  const known = knownTexts();
  const interactions = dataset.interactions.filter(({ query }) => known.has(query));
  await tuneModel({
    dataset: { ...dataset, interactions },
    tier: 'static',
    out: join(folder, 'first'),
    seed: 1,
  });

  const imported = await attune(['models', 'import', join(folder, 'data'), 'first', join(folder, 'first')]);
  expect(imported.code, imported.err).toBe(0);
  server = await attuneServe([join(folder, 'data'), '--log-level', 'error']);
  client = createClient({ url: server.url });
  await client.collections.create({ name: 'icons', bundle: 'first', lexical });
  const lines = dataset.documents.map(({ id, fields, attributes }) => ({ id, fields, attributes }));
  for await (const { error } of client.documents.write('icons', lines, { refresh: 'wait' }))
    expect(error).toBeUndefined();

  const golden = { ...dataset, interactions: [], queries: partOf('dev'), slices: slicesNamed('dev') };
  await writeDataset(join(folder, 'golden'), golden);
  for (const file of readdirSync(join(folder, 'golden')))
    await client.datasets.upload('golden', file, readFileSync(join(folder, 'golden', file), 'utf8'));
  await client.collections.configure('icons', {
    golden: { dataset: 'golden', slice: 'dev' },
    learning: { promotion: 'automatic', actionWeights: { impression: 0, click: 1 } },
  });
}, 300_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const partOf = (part: string) => dataset.queries.filter((query) => query.part === part);
const slicesNamed = (wanted: string) => dataset.slices.filter(({ name }) => name === wanted);
const knownTexts = () =>
  learnedTexts([...new Set(dataset.interactions.map(({ query }) => query))], { share: 0.1, seed: 1 });

describe('one cycle from the clicks of an audience, over HTTP', () => {
  it('ends with a better model in service, and no answer on the way mixed two models', async () => {
    const { main: test } = judgedSets(dataset);
    expect(test.queries).toHaveLength(2703);
    const before = await askedOverHttp(test);
    await searchAndClick();

    const watch = new SearchWatch(partOf('test').map(({ text }) => text));
    const { id } = await client.jobs.start({ kind: 'cycle', collection: 'icons', seed: 1 });
    let job = await client.jobs.get(id);
    for await (const state of client.jobs.watch(id)) job = state;
    const { candidate, report } = await client.collections.decision('icons', id);
    const decision = report as GateDecision;
    console.info(decision.checks.map(({ said }) => said).join('\n'));
    await expect.poll(() => watch.newestRelease, { timeout: 30_000 }).toBe(2);
    await watch.stop();

    expect(job.error).toBeNull();
    expect(decision.reasons).toEqual([]);
    expect(decision.verdict).toBe('promote');
    const { release, bundle } = await client.collections.get('icons');
    expect({ release, bundle }).toEqual({ release: 2, bundle: candidate });

    const after = await askedOverHttp(test);
    const differences = after.map((value, i) => value - before[i]!);
    const gain = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    const p = randomisationTest(Float64Array.from(differences));
    console.info(`test: ${differences.length} queries, ${gain.toFixed(4)} NDCG@10, p ${p}`);
    expect(gain).toBeGreaterThan(0);
    expect(p).toBeLessThan(0.01);
    await watch.expectEachOfItsModel(['first', bundle]);

    await client.rollBack('icons');
    expect(await askedOverHttp(test)).toEqual(before);
  }, 1_800_000);
});

/** NDCG@10 of each judged query, as the server answers it. */
async function askedOverHttp({ queries, judgments, ignore }: JudgedSet): Promise<number[]> {
  const rankings: { queryId: string; documentIds: string[]; scores: number[] }[] = [];
  const next = queries[Symbol.iterator]();
  const ask = async () => {
    for (const { id, text, filter = {} } of next) {
      const ignored = ignore?.get(id) ?? new Set();
      const conditions = Object.entries(filter).map(([field, equals]) => ({ field, equals }));
      const { hits } = await client.search('icons', {
        text,
        limit: 10 + ignored.size,
        record: false,
        ...(conditions.length > 0 && { filter: { and: conditions } }),
      });
      const documentIds = hits.map((hit) => hit.id).filter((hit) => !ignored.has(hit));
      rankings.push({ queryId: id, documentIds, scores: documentIds.map((_, rank) => -rank) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  return [...evaluateRun(judgments, rankings, { metrics: ['ndcg@10'] }).values.get('ndcg@10')!];
}

/** The audience, which posts its events as a page does: by the query id of each answer, the time being that of their coming. */
async function searchAndClick(): Promise<void> {
  const known = knownTexts();
  const visits = simulateAudience({
    queries: audienceQueriesOf(dataset, { by: 'set', keep: (text) => !known.has(text) }),
    search: async ({ text, filter }) => {
      const { query_id: queryId, hits } = await client.search('icons', {
        text,
        limit: 20,
        filter: { field: 'set', equals: filter['set']! },
      });
      return { queryId, hits: hits.map(({ id }) => id) };
    },
    searches,
    seed: 2,
    from: Date.now(),
    // A page of icons is a grid: people look further down than in a list. What the gate then sees is far from its bound (the lower end
    // of the newest slice's interval was 0.0044 after 40,000 searches), so that the order in which searches come in decides nothing.
    examinationExponent: 0.5,
    concurrency: atOnce,
  });
  let waiting: Parameters<Client['events']['send']>[0] & object[] = [];
  let kept = 0;
  for await (const { events } of visits) {
    waiting.push(...events.map(({ timestamp: _, ...event }) => event));
    if (waiting.length < 900) continue;
    kept += (await client.events.send(waiting)).count;
    waiting = [];
  }
  if (waiting.length > 0) kept += (await client.events.send(waiting)).count;
  expect(kept).toBeGreaterThan(searches);
}

/** Searches all the time, and remembers of each answer which model it names, and what it scored first. */
class SearchWatch {
  readonly #texts: readonly string[];
  readonly #searching: Promise<void>[];
  readonly #answers: { text: string; release: number; fingerprint: string; id: string; score: number }[] = [];
  #done = false;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
    this.#searching = [0, 1].map((from) => this.#search(from));
  }

  async #search(from: number): Promise<void> {
    for (let turn = from; !this.#done; turn += 2) {
      const text = this.#texts[turn % this.#texts.length]!;
      const { release, fingerprint, hits } = await client.search(
        'icons',
        { text, limit: 1, mode: 'vector', record: false },
        { timeoutMs: 5_000 },
      );
      this.#answers.push({ text, release, fingerprint, id: hits[0]!.id, score: hits[0]!.score });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get newestRelease(): number {
    return this.#answers.at(-1)?.release ?? 0;
  }

  /** Throws when a search was not answered. */
  async stop(): Promise<void> {
    this.#done = true;
    await Promise.all(this.#searching);
  }

  /** Whether the score of each answer is that of the query's and the document's vectors by the very bundle that the answer names. */
  async expectEachOfItsModel(bundles: string[]): Promise<void> {
    const catalogue = new Catalogue(dataset.documents);
    const rowOf = new Map(catalogue.ids.map((id, row) => [id, row]));
    const seen: number[] = [];
    for (const [i, bundle] of bundles.entries()) {
      const encoder = await Encoder.load(join(folder, 'data', 'bundles', bundle));
      const { vectors } = await embedCatalogue(encoder, catalogue);
      const own = this.#answers.filter(({ fingerprint }) => fingerprint === encoder.fingerprint);
      const queries = await encoder.encodeQueries(own.map(({ text }) => text));
      const { dim } = encoder;
      for (const [n, { id, score, release }] of own.entries()) {
        const document = rowOf.get(id)! * dim;
        let cosine = 0;
        for (let d = 0; d < dim; ++d) cosine += queries[n * dim + d]! * vectors[document + d]!;
        expect(Math.abs(cosine - score)).toBeLessThan(1e-5);
        expect(release).toBe(i + 1);
      }
      seen.push(own.length);
    }
    console.info(`searches answered during the cycle: ${seen.join(' by the first model, ')} by the second`);
    expect(seen.reduce((sum, count) => sum + count, 0)).toBe(this.#answers.length);
    expect(seen[0]).toBeGreaterThan(100);
    expect(seen[1]).toBeGreaterThan(0);
  }
}
