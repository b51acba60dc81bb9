import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset, DocumentRow, InteractionRow, QueryRow, WeightKind } from '@attune/data';
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

// biome-ignore format: words of the small base
const things = ['lamp', 'sofa', 'tap', 'carpet', 'cupboard', 'bin', 'curtain', 'mattress', 'torch', 'shovel', 'pliers', 'kettle', 'mug', 'plank', 'hose', 'ladder'];

interface Bought {
  /** The word that only the product has that is bought more, and the one of the other. */
  words: readonly [more: string, less: string];
  counts: readonly [more: number, less: number];
  kind?: WeightKind;
  /** Of nine queries, how many are chosen on. */
  chosenOn?: number;
}

/** 120 queries, each with two products that hold all of its words and one other word. */
function shopOf({ words, counts, kind = 'counts', chosenOn = 4 }: Bought): Dataset {
  const source = { file: 'weighting.test.ts', line: 1 };
  const documents: DocumentRow[] = [];
  const queries: QueryRow[] = [];
  const interactions: InteractionRow[] = [];
  const slices = ['dev', 'test'].map((name) => ({ name, judgments: new Map(), weights: kind }));
  things.forEach((thing, a) => {
    for (const other of things.slice(0, a)) {
      const n = queries.length;
      const query = { id: `q${n}`, text: `${thing} ${other}`, source };
      const rows = words.map((word, i) => ({ id: `${n}-${word}`, word, weight: counts[i]! }));
      for (const { id, word } of rows)
        documents.push({ id, fields: { title: `${query.text} ${word}` }, attributes: {}, source });
      const part = n % 9 === 8 ? 'test' : n % 9 < chosenOn ? 'dev' : 'train';
      queries.push({ ...query, part });
      if (part === 'train') {
        for (const { id: documentId, weight } of rows)
          interactions.push({ queryId: query.id, query: query.text, documentId, weight, source });
      } else {
        const grades = new Map(rows.map(({ id, weight }) => [id, weight]));
        slices.find(({ name }) => name === part)!.judgments.set(query.id, grades);
      }
    }
  });
  return {
    path: 'bought',
    documents,
    queries,
    interactions,
    weights: { kind, why: 'They were made so.' },
    slices,
  };
}

/** The share of the test queries for which the product that was bought more has the higher score. */
async function shareOfRight(
  path: string,
  { queries }: Dataset,
  [more, less]: Bought['words'],
): Promise<number> {
  const encoder = await Encoder.load(path);
  const asked = queries.filter(({ part }) => part === 'test').map(({ text }) => text);
  const vectors = await encoder.encodeQueries(asked);
  const [of, others] = await Promise.all(
    [more, less].map((word) => encoder.encodeDocuments(asked.map((text) => ({ title: `${text} ${word}` })))),
  );
  const score = (documents: Float32Array, row: number) =>
    Array.from({ length: encoder.dim }, (_, i) => i + row * encoder.dim).reduce(
      (sum, i) => sum + vectors[i]! * documents[i]!,
      0,
    );
  return asked.filter((_, row) => score(of!, row) > score(others!, row)).length / asked.length;
}

const tune = (name: string, dataset: Dataset, more: Partial<TuneOptions> = {}) =>
  tuneModel({ dataset, tier: 'static', base, out: join(folder, name), seed: 1, few: true, ...more });
const whats = ({ choices }: Awaited<ReturnType<typeof tune>>) => choices.map(({ what }) => what);

describe('of two products that hold every word of the query and differ in others', () => {
  it.each<[Tier, Bought['words']]>([
    ['static', ['new', 'used']],
    ['static', ['used', 'new']],
    ['adapter', ['new', 'used']],
    ['adapter', ['used', 'new']],
  ])('the one that was bought more ranks first after tuning by the tier %s: %j', async (tier, words) => {
    const dataset = shopOf({ words, counts: [50, 2] });
    const name = `${tier}-${words[0]}`;
    const result = await tune(name, dataset, { tier });
    expect(await shareOfRight(join(folder, name), dataset, words)).toBe(1);
    expect(await shareOfRight(base, dataset, words)).toBeLessThan(0.9);
    expect(result.pairs).toBe(2 * new Set(dataset.interactions.map(({ queryId }) => queryId)).size);
  });
});

describe('how counts become weights', () => {
  const shop = (more: Partial<Bought> = {}) => shopOf({ words: ['used', 'new'], counts: [50, 2], ...more });

  it('is chosen on the choosing queries, and told with all that was tried', async () => {
    const result = await tune('chosen', shop());
    const choice = result.choices.find(({ what }) => what === 'weights of pairs')!;
    expect(choice).toMatchObject({ chosen: result.weighting, metric: 'ndcg@10', on: 'dev' });
    expect(choice.tried.map(({ name }) => name)).toEqual(['log', 'linear', 'reciprocal']);
    const best = Math.max(...choice.tried.map(({ value }) => value));
    expect(choice.tried.find(({ name }) => name === result.weighting)!.value).toBe(best);
    expect(result.training.scores[result.training.bestEpoch]).toBe(best);
    expect(result.bundle.manifest?.lineage?.recipe).toMatchObject({ weighting: result.weighting });
    expect(existsSync(join(folder, 'chosen.run'))).toBe(false);
  });

  it('is logarithmic where too few queries can be chosen on, or none is', async () => {
    const few = await tune('few-choosing', shop({ chosenOn: 3 }));
    expect(few.weighting).toBe('log');
    expect(whats(few)).not.toContain('weights of pairs');
    const none = await tune('none-choosing', shop(), { chooses: false });
    expect(none.weighting).toBe('log');
  });

  it('is what the caller names', async () => {
    const named = await tune('named', shop(), { weighting: 'reciprocal' });
    expect(named.weighting).toBe('reciprocal');
    expect(whats(named)).not.toContain('weights of pairs');
  });

  it('is no question where weights are grades or labels', async () => {
    for (const kind of ['grades', 'labels'] as const) {
      const result = await tune(kind, shop({ kind, counts: [3, 2] }));
      expect(result.weighting).toBe('linear');
      expect(whats(result)).not.toContain('weights of pairs');
    }
  });

  it('goes on after a stop in the middle of the second training, to the same model', async () => {
    const whole = await tune('uninterrupted', shop());
    const controller = new AbortController();
    let trainings = 0;
    const stopped = tune('stopped', shop(), {
      signal: controller.signal,
      onStep: (step) => {
        if (step.startsWith('training by ')) trainings += 1;
      },
      onProgress: ({ epoch }) => {
        if (trainings === 2 && epoch === 3) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    const continued = await tune('stopped', shop());
    expect(continued.bundle.fingerprint).toBe(whole.bundle.fingerprint);
    expect(continued.choices).toEqual(whole.choices);
  });
});
