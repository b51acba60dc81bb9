import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentText, Encoder } from '@attune/encode';
import type { Filter, ScoreModifiers, SearchMode, SearchRequest, WeightedPart } from '@attune/schema';
import {
  answerQueries,
  lexicalSettings,
  Segment,
  segmentColumns,
  View,
  type ViewQuery,
} from '@attune/search';
import { Service } from '@attune/service';
import { StoreReader } from '@attune/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hitsOf, upsert } from './small-service.js';

type List = readonly WeightedPart<Float32Array>[];

const words = ['oak', 'steel', 'red', 'desk', 'lamp', 'sofa', 'shelf', 'garden', 'chair'];
const documents = Array.from({ length: 150 }, (_, i) =>
  upsert(`${i}`, `${words[i % 9]} ${words[(i * 5 + 2) % 9]} ${words[(i * i) % 9]} ${i % 13}`, {
    price: (i * 37) % 101,
    ...(i % 3 !== 0 && { shop: i % 3 === 1 ? 'east' : 'west' }),
  }),
);
const modes: readonly SearchMode[] = ['vector', 'lexical', 'hybrid'];
const lexical = lexicalSettings();

let folder: string;
let service: Service;
let encoder: Encoder;
let view: View;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-service-'));
  service = await Service.open(folder);
  await service.createCollection('shop');
  await service.write('shop', documents, { refresh: true });
  encoder = await Encoder.load('attune-base-en');
  view = await plainView();
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

/** The same documents as one segment, made without a service. */
async function plainView(): Promise<View> {
  const { dim, fingerprint } = encoder;
  const vectors = await encoder.encodeDocuments(documents.map(({ fields }) => fields));
  const rows = documents.map(({ id, fields, attributes }, i) => ({
    id,
    attributes,
    words: documentText(fields, lexical.fields),
    vector: vectors.slice(i * dim, (i + 1) * dim),
    line: JSON.stringify({ id, fields, attributes }),
  }));
  return View.of(await Segment.of(segmentColumns(rows, { dim, lexical }), { dim, fingerprint }));
}

/** Each part encoded by itself, and put together as the formula is read. */
async function plainVector(list: List): Promise<Float32Array> {
  const sum = new Float64Array(encoder.dim);
  for (const part of list) {
    const vector = 'text' in part ? await encoder.encodeQueries([part.text]) : part.vector;
    const length = Math.sqrt(vector.reduce((squares, value) => squares + value * value, 0));
    for (const [i, value] of vector.entries()) sum[i]! += ((part.weight ?? 1) * value) / length;
  }
  const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0));
  return Float32Array.from(sum, (value) => value / length);
}

async function plainHits(query: Pick<ViewQuery, 'text' | 'vector'>, spec: ViewQuery['spec'], limit: number) {
  const [answer] = await answerQueries(view, [{ spec, ...query, limit }], lexical);
  if (answer === undefined || 'error' in answer) throw answer?.error;
  return [...answer.rows].map((row, i) => ({ id: view.id(row), score: answer.scores[i] }));
}

const search = async (request: SearchRequest<Float32Array>) =>
  hitsOf(await service.search('shop', request)).map(({ id, score }) => ({ id, score }));

const textsOf = (list: List) =>
  list.flatMap((part) => ('text' in part ? [{ text: part.text, weight: part.weight ?? 1 }] : []));

describe('a weighted list', () => {
  it('is answered to the bit as its parts put together are, in every mode, with filters and modifiers', async () => {
    const given = await encoder.encodeQueries(['garden chair']);
    const scaled = given.map((value) => -3 * value); // whatever its length
    const lists: List[] = [
      [{ text: 'oak lamp' }, { text: 'steel', weight: -0.5 }],
      [{ text: 'red sofa', weight: 0.25 }, { vector: given, weight: 2 }, { text: 'desk' }],
      [{ vector: scaled }, { text: 'shelf', weight: 3 }, { vector: given, weight: 0.001 }],
      [
        { text: 'garden', weight: 1000 },
        { text: 'chair', weight: -1000 },
      ],
    ];
    const specs: { filter?: Filter; modifiers?: ScoreModifiers }[] = [
      {},
      {
        filter: {
          or: [
            { field: 'shop', equals: 'east' },
            { field: 'price', atMost: 20 },
          ],
        },
      },
      { modifiers: { add: [{ field: 'price', weight: 0.01, log: true }] } },
      { filter: { field: 'price', above: 30 }, modifiers: { multiplyBy: [{ field: 'price', weight: 0.1 }] } },
    ];
    const asked = lists.flatMap((query) =>
      modes.flatMap((mode) => specs.map((spec) => ({ query, mode, limit: 12, ...spec }))),
    );
    // All at once, so that batches hold different ones.
    const answers = await Promise.all(asked.map(search));
    for (const [i, { query, limit, ...spec }] of asked.entries()) {
      const plain = { text: textsOf(query), vector: await plainVector(query) };
      expect(answers[i], JSON.stringify(asked[i])).toEqual(await plainHits(plain, spec, limit));
      expect(answers[i]!.length).toBeGreaterThan(0);
    }
  });

  it('of one text is that text, and a query of one text is it to the bit', async () => {
    for (const mode of modes) {
      const expected = await search({ text: 'oak desk', mode, limit: 100 });
      expect(await search({ query: { text: 'oak desk' }, mode, limit: 100 })).toEqual(expected);
      const vector = await encoder.encodeQueries(['oak desk']);
      expect(await plainHits({ text: 'oak desk', vector }, { mode }, 100)).toEqual(expected);

      const scoreOf = new Map(expected.map(({ id, score }) => [id, score]));
      const one = await search({ query: [{ text: 'oak desk' }], mode, limit: 100 });
      expect(one).toHaveLength(expected.length);
      for (const { id, score } of one) expect(Math.abs(score - scoreOf.get(id)!)).toBeLessThan(1e-6);
    }
  });

  it('of one vector is that vector', async () => {
    const vector = await encoder.encodeQueries(['oak desk']);
    const expected = await search({ vector, limit: 20 });
    expect(await search({ query: { vector }, limit: 20 })).toEqual(expected);
    const one = await search({ query: [{ vector }], limit: 20 });
    for (const [i, { score }] of one.entries())
      expect(Math.abs(score - expected[i]!.score)).toBeLessThan(1e-6);
  });

  it('is searched by vectors alone where it has no text, and by both where it has one', async () => {
    const vector = await encoder.encodeQueries(['oak desk']);
    const list: List = [{ vector }, { vector: vector.map((value, i) => value + (i % 2)), weight: -0.2 }];
    expect(await search({ query: list })).toEqual(await search({ query: list, mode: 'vector' }));
    const mixed: List = [...list, { text: 'lamp' }];
    expect(await search({ query: mixed })).toEqual(await search({ query: mixed, mode: 'hybrid' }));
    for (const mode of ['lexical', 'hybrid'] as const) {
      await expect(search({ query: list, mode })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/have a text/),
      });
    }
  });

  it.each(modes)('leads away from what has a weight below 0, by %s', async (mode) => {
    const red = new Set(documents.filter(({ fields }) => /red/.test(fields.title)).map(({ id }) => id));
    const ranksOf = async (query: List) => {
      const hits = await search({ query, mode, limit: documents.length });
      const rankOf = new Map(hits.map(({ id }, rank) => [id, rank]));
      return [...red].map((id) => rankOf.get(id) ?? documents.length);
    };
    const meanOf = (ranks: number[]) => ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
    const plain = await ranksOf([{ text: 'red lamp' }]);
    const away = await ranksOf([{ text: 'red lamp' }, { text: 'red', weight: -1.5 }]);
    expect(Math.min(...plain)).toBe(0);
    expect(Math.min(...away)).toBeGreaterThan(10);
    expect(meanOf(away)).toBeGreaterThan(meanOf(plain) + 10);
  });

  it('whose parts cancel is refused by name, but not by words, and its neighbours are answered', async () => {
    const cancelling: List = [{ text: 'oak desk' }, { text: 'oak desk', weight: -1 }];
    const outcomes = await Promise.allSettled([
      search({ text: 'lamp', mode: 'vector' }),
      ...modes.map((mode) => search({ query: cancelling, mode })),
      search({ text: 'sofa', mode: 'vector' }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(outcomes[1]).toMatchObject({
      reason: { code: 'INVALID_ARGUMENT', message: expect.stringMatching(/parts.*cancel.*length 0/) },
    });
    // Words that cancel leave at most what rounding leaves.
    for (const { score } of (outcomes[2] as PromiseFulfilledResult<{ score: number }[]>).value)
      expect(score).toBeLessThan(1e-6);
    expect(outcomes[4]).toMatchObject({ value: await search({ text: 'sofa', mode: 'vector' }) });
  });

  it('is refused where a vector in it is none of the model, in every mode', async () => {
    const refusal = (vector: Float32Array, mode: SearchMode) =>
      search({ query: [{ text: 'lamp' }, { vector, weight: 0.5 }], mode });
    for (const mode of modes) {
      await expect(refusal(new Float32Array(255), mode)).rejects.toMatchObject({
        code: 'DIMENSION_MISMATCH',
      });
      await expect(refusal(new Float32Array(256).fill(Infinity), mode)).rejects.toMatchObject({
        code: 'NOT_FINITE',
      });
    }
  });

  it('is recorded by the texts that it leads to', async () => {
    const vector = await encoder.encodeQueries(['garden']);
    const asked: [SearchRequest<Float32Array>, string][] = [
      [{ text: 'lamp' }, 'lamp'],
      [{ text: 'lamp', vector }, 'lamp'],
      [{ vector }, ''],
      [{ query: { text: 'lamp' } }, 'lamp'],
      [{ query: [{ text: 'lamp' }, { text: 'red', weight: -1 }, { text: 'oak', weight: 0.1 }] }, 'lamp oak'],
      [{ query: [{ vector }, { text: 'red', weight: -1 }] }, ''],
    ];
    for (const [request] of asked) {
      const { queryId } = await service.search('shop', { ...request, limit: 2 });
      await service.recordEvents([{ action_name: 'click', query_id: queryId }]);
    }
    const reader = StoreReader.open(folder);
    try {
      const events = [...reader.events({ collection: 'shop' })].slice(-asked.length);
      expect(events.map(({ search: cited }) => cited!.text)).toEqual(asked.map(([, text]) => text));
      expect(events.every(({ search: cited }) => cited!.hits.length === 2)).toBe(true);
    } finally {
      reader.close();
    }
  });

  it('of many parts counts in a batch as so many searches, and of more parts than the limit is refused', async () => {
    const parts = Array.from({ length: 32 }, (_, i) => ({
      text: `lamp ${i}`,
      weight: i % 2 === 0 ? 1 : -0.5,
    }));
    const batches: number[] = [];
    service.searched = (_, { waitedMs }) => batches.push(waitedMs.length);
    const answers = await Promise.all(Array.from({ length: 20 }, () => search({ query: parts })));
    service.searched = undefined;
    // Two batches may be under way, and the later one end first.
    expect(batches.toSorted((a, b) => b - a)).toEqual([8, 8, 4]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await expect(search({ query: [...parts, { text: 'one more' }] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/at most 32 entries/),
    });
  });
});
