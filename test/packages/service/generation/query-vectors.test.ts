import type { Encoder } from '@attune/encode';
import type { SearchMode } from '@attune/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AskedQuery } from '../../../../packages/service/src/generation/asked-query.js';
import { queryVectors, weightedSum } from '../../../../packages/service/src/generation/query-vectors.js';
import { type Search, searchBatch } from '../../../../packages/service/src/generation/search-batch.js';

const dim = 3;
const vectorOfText: Record<string, number[]> = {
  lamp: [1, 0, 0],
  desk: [0, 1, 0],
  red: [0, 0, 1],
  '☃': [0, 0, 0],
};

/** Counts its calls. */
function fakeEncoder() {
  const calls: (readonly string[])[] = [];
  const encoded: Float32Array[] = [];
  const encodeQueries = async (texts: readonly string[]) => {
    calls.push(texts);
    encoded.push(Float32Array.from(texts.flatMap((text) => vectorOfText[text]!)));
    return encoded.at(-1)!;
  };
  return { calls, encoded, encoder: { dim, encodeQueries } as unknown as Encoder };
}

const search = (query: AskedQuery<Float32Array>, mode: SearchMode = 'hybrid'): Search => ({
  query,
  spec: { mode },
  specKey: mode,
  offset: 0,
  limit: 10,
  isRecorded: true,
});

async function vectorsOf(searches: Search[], isAnswered = (_: number) => true) {
  const { encoder, ...made } = fakeEncoder();
  const { vectorOf } = await queryVectors(encoder, searchBatch(searches, dim), isAnswered);
  return { ...made, vectorOf };
}

describe('the vectors of a batch', () => {
  it('are not made for searches that are not answered with it', async () => {
    const { calls, vectorOf } = await vectorsOf([search('lamp'), search('desk')], (place) => place === 1);
    expect(calls).toEqual([['desk']]);
    expect(vectorOf(0)).toBeUndefined();
  });

  it('take one call of the encoder for all texts of all queries', async () => {
    const { calls, vectorOf } = await vectorsOf([
      search('lamp'),
      search([
        { text: 'desk' },
        { vector: Float32Array.of(0, 0, 9), weight: 2 },
        { text: 'red', weight: -2 },
      ]),
      search('desk', 'lexical'),
      search([{ text: 'desk' }, { text: 'red' }], 'lexical'),
      search({ vector: Float32Array.of(4, 5, 6), text: 'lamp' }),
      search('red', 'vector'),
    ]);
    expect(calls).toEqual([['lamp', 'desk', 'red', 'red']]);
    expect([0, 1, 2, 3, 4, 5].map((place) => vectorOf(place) && [...vectorOf(place)!])).toEqual([
      [1, 0, 0],
      [0, 1, 0], // the vector and the text that cancel it leave the desk
      undefined,
      undefined,
      [4, 5, 6],
      [0, 0, 1],
    ]);
  });

  it('of a text and of a vector alone are not copied and not changed', async () => {
    const given = Float32Array.of(0.1, -0, 1e-40);
    const { encoded, vectorOf } = await vectorsOf([
      search('lamp'),
      search({ vector: given, text: '' }, 'vector'),
    ]);
    expect(vectorOf(0)!.buffer).toBe(encoded[0]!.buffer);
    expect(vectorOf(1)).toEqual(given);
  });

  it('take no call where nothing is to be encoded', async () => {
    const { calls } = await vectorsOf([
      search('lamp', 'lexical'),
      search({ vector: new Float32Array(dim), text: '' }),
    ]);
    expect(calls).toEqual([]);
  });

  it('of parts that cancel are refused, and those beside them are not', async () => {
    const cancelling = [{ text: 'lamp' }, { vector: Float32Array.of(7, 0, 0), weight: -1 }];
    const { vectorOf } = await vectorsOf([search('lamp'), search(cancelling), search('desk')]);
    expect(() => vectorOf(1)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/cancel/) }),
    );
    expect([...vectorOf(2)!]).toEqual([0, 1, 0]);
  });

  it('of a list of texts that have none are zeros, as that of such a text alone', async () => {
    const { vectorOf } = await vectorsOf([search('☃'), search([{ text: '☃', weight: -2 }, { text: '☃' }])]);
    expect(vectorOf(1)).toEqual(vectorOf(0));
    expect((await vectorsOf([search([{ text: '☃' }, { text: 'lamp', weight: 3 }])])).vectorOf(0)).toEqual(
      Float32Array.of(1, 0, 0),
    );
  });
});

describe('a weighted sum', () => {
  const number = fc.float({
    noNaN: true,
    noDefaultInfinity: true,
    min: Math.fround(-1e30),
    max: Math.fround(1e30),
  });
  const weight = fc.oneof(
    fc.double({ min: 0.001, max: 1000, noNaN: true }),
    fc.double({ min: -1000, max: -0.001, noNaN: true }),
  );
  const part = fc.record({
    vector: fc.array(number, { minLength: 5, maxLength: 5 }).map((each) => Float32Array.from(each)),
    weight,
  });
  const parts = fc.array(part, { minLength: 1, maxLength: 32 });

  /** As the formula is read, by whole vectors. Undefined where the parts cancel. */
  function plainSum(list: readonly { vector: Float32Array; weight: number }[]): number[] | undefined {
    const length = (vector: readonly number[]) => Math.hypot(...vector);
    const unit = (vector: readonly number[]) => vector.map((value) => value / (length(vector) || 1));
    const scaled = list.map(({ vector, weight: w }) => unit([...vector]).map((value) => w * value));
    const sum = scaled.reduce((a, b) => a.map((value, i) => value + b[i]!));
    const longest = scaled.reduce((total, each) => total + length(each), 0);
    return longest > 0 && length(sum) < 2e-6 * longest ? undefined : unit(sum);
  }

  it('is that of the formula, of unit length, whatever the order of the parts', () => {
    fc.assert(
      fc.property(parts, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (list, random) => {
        const plain = plainSum(list);
        fc.pre(plain !== undefined);
        const shuffled = list
          .map((each) => ({ each, key: random.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        // Rounding may turn a short sum by as much as it is shorter than its parts.
        for (const order of [list, shuffled]) {
          for (const [i, value] of weightedSum(order, 5).entries())
            expect(Math.abs(value - plain![i]!)).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('of one part is that part, of unit length', () => {
    expect([...weightedSum([{ vector: Float32Array.of(3, 0, 4), weight: 17 }], 3)]).toEqual([
      Math.fround(0.6),
      0,
      Math.fround(0.8),
    ]);
    expect([...weightedSum([{ vector: Float32Array.of(3, 0, 4), weight: -0.1 }], 3)]).toEqual([
      Math.fround(-0.6),
      0,
      Math.fround(-0.8),
    ]);
  });

  it('leaves nothing where parts cancel but for the rounding of their numbers', () => {
    const one = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i + 1));
    const scaled = one.map((value) => value * 0.3); // other roundings of the same direction
    for (const [a, b] of [
      [0.1, 0.1],
      [1000, 1000],
      [0.001, 0.001],
    ] as const) {
      expect(() =>
        weightedSum(
          [
            { vector: one, weight: a },
            { vector: scaled, weight: -b },
          ],
          64,
        ),
      ).toThrow(/cancel/);
    }
    expect(() =>
      weightedSum(
        [
          { vector: one, weight: 1 },
          { vector: scaled, weight: -0.999 },
        ],
        64,
      ),
    ).not.toThrow();
  });
});
