// What every vector index promises. A new one calls describeVectorIndex in its own test file.
import { AttuneError, type ErrorCode } from '@attune/errors';
import type { Hits, IndexOptions, Metric, RowLists, RowSet, VectorIndex } from '@attune/indexes';
import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../random.js';
import { randomVectors, unitVectors } from '../vectors.js';

const metrics: Metric[] = ['cosine', 'innerProduct', 'l2'];

export function rowSet(rows: number[], count: number): RowSet {
  const words = new Uint32Array(Math.ceil(count / 32));
  for (const row of rows) words[row >>> 5]! |= 1 << (row & 31);
  return words;
}

export async function expectError(call: () => unknown, code: ErrorCode, words: RegExp = /./): Promise<void> {
  const error = await Promise.resolve()
    .then(call)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  expect(error).toBeInstanceOf(AttuneError);
  expect((error as AttuneError).code).toBe(code);
  expect((error as AttuneError).message).toMatch(words);
}

/** Scores of one query with every row, in double. */
function exactScores(metric: Metric, query: Float32Array, rows: Float32Array): number[] {
  const dim = query.length;
  return Array.from({ length: rows.length / dim }, (_, row) => {
    let product = 0;
    let queryLength = 0;
    let rowLength = 0;
    let distance = 0;
    for (let i = 0; i < dim; i++) {
      const a = query[i]!;
      const b = rows[row * dim + i]!;
      product += a * b;
      queryLength += a * a;
      rowLength += b * b;
      distance += (a - b) ** 2;
    }
    if (metric === 'l2') return -distance;
    return metric === 'cosine' ? product / Math.sqrt(queryLength * rowLength) : product;
  });
}

/** Bits, because -0 is not 0 here. */
const bitsOf = (scores: Float32Array) => [...new Uint32Array(scores.slice().buffer)];

function rowLists(lists: number[][]): RowLists {
  const offsets = [0];
  for (const list of lists) offsets.push(offsets.at(-1)! + list.length);
  return { rows: Int32Array.from(lists.flat()), offsets: Uint32Array.from(offsets) };
}

/** Of each query, the scores that a search found, by row. */
function scoresByRow({ rows, scores, k }: Hits): Map<number, number>[] {
  return Array.from({ length: rows.length / k }, (_, query) => {
    const found = [...rows.subarray(query * k, (query + 1) * k)].map(
      (row, i) => [row, scores[query * k + i]!] as const,
    );
    return new Map(found.filter(([row]) => row >= 0));
  });
}

export function describeVectorIndex(name: string, create: (options: IndexOptions) => VectorIndex): void {
  describe(`${name} as a vector index`, () => {
    it('finds a stored vector as its own nearest neighbour', async () => {
      const vectors = unitVectors(100, 8, { seed: 1 });
      const index = create({ dim: 8, metric: 'cosine' });
      index.add(vectors);
      const { rows, scores } = await index.search(vectors.subarray(3 * 8, 4 * 8), { k: 1 });
      expect([...rows]).toEqual([3]);
      expect(scores[0]).toBeCloseTo(1, 6);
    });

    it.each(metrics)('gives the scores of %s, higher is better, best first', async (metric) => {
      const vectors = randomVectors(50, 6, { seed: 2 });
      const queries = randomVectors(3, 6, { seed: 3 });
      const index = create({ dim: 6, metric });
      index.add(vectors);
      const { rows, scores, k } = await index.search(queries, { k: 50 });
      expect(k).toBe(50);
      for (let query = 0; query < 3; query++) {
        const exact = exactScores(metric, queries.subarray(query * 6, (query + 1) * 6), vectors);
        const best = exact.map((score, row) => ({ score, row })).sort((a, b) => b.score - a.score);
        expect([...rows.subarray(query * 50, (query + 1) * 50)]).toEqual(best.map(({ row }) => row));
        for (let i = 0; i < 50; i++) expect(scores[query * 50 + i]).toBeCloseTo(best[i]!.score, 5);
      }
    });

    it('returns every vector when k exceeds the number stored, then rows of -1', async () => {
      const index = create({ dim: 2, metric: 'l2' });
      index.add(Float32Array.of(0, 0, 3, 4));
      const { rows, scores } = await index.search(Float32Array.of(0, 0), { k: 4 });
      expect([...rows]).toEqual([0, 1, -1, -1]);
      expect([...scores]).toEqual([-0, -25, -Infinity, -Infinity]);
    });

    it('answers with rows of -1 when nothing is stored, and with nothing when nothing is asked', async () => {
      const index = create({ dim: 2, metric: 'cosine' });
      expect([...(await index.search(Float32Array.of(1, 0), { k: 2 })).rows]).toEqual([-1, -1]);
      expect((await index.search(new Float32Array(0), { k: 2 })).rows).toHaveLength(0);
    });

    it('orders equal scores by row', async () => {
      const index = create({ dim: 1, metric: 'innerProduct' });
      index.add(Float32Array.from({ length: 300 }, (_, row) => (row % 3 === 0 ? 1 : 0)));
      const { rows } = await index.search(Float32Array.of(1), { k: 5 });
      expect([...rows]).toEqual([0, 3, 6, 9, 12]);
    });

    it('scores zero vectors 0 under cosine', async () => {
      const index = create({ dim: 2, metric: 'cosine' });
      index.add(Float32Array.of(0, 0, -1, 0, 2, 0));
      const { rows, scores } = await index.search(Float32Array.of(5, 0, 0, 0), { k: 3 });
      expect([...rows]).toEqual([2, 0, 1, 0, 1, 2]);
      expect([...scores]).toEqual([1, 0, -1, 0, 0, 0]);
    });

    it('answers with allowed rows only', async () => {
      const vectors = unitVectors(200, 8, { seed: 4 });
      const index = create({ dim: 8, metric: 'cosine' });
      index.add(vectors);
      const allowed = rowSet([0, 31, 32, 64, 199], 200);
      const { rows } = await index.search(vectors.subarray(0, 16), { k: 6, allowed });
      for (let query = 0; query < 2; query++) {
        const answer = [...rows.subarray(query * 6, (query + 1) * 6)];
        expect(answer.toSorted((a, b) => a - b)).toEqual([-1, 0, 31, 32, 64, 199]);
        expect(answer[5]).toBe(-1);
      }
      const none = await index.search(vectors.subarray(0, 8), { k: 1, allowed: new Uint32Array(0) });
      expect([...none.rows]).toEqual([-1]);
    });

    it('copies what it is given at the call', async () => {
      const vectors = unitVectors(40, 8, { seed: 5 });
      const index = create({ dim: 8, metric: 'cosine' });
      const given = vectors.slice();
      index.add(given);
      given.fill(0);
      const query = vectors.slice(7 * 8, 8 * 8);
      const allowed = rowSet([7, 8], 40);
      const answer = index.search(query, { k: 1, allowed });
      query.fill(Number.NaN);
      allowed.fill(0);
      expect([...(await answer).rows]).toEqual([7]);
    });

    it('reads a view from where it begins', async () => {
      const vectors = unitVectors(10, 8, { seed: 6 });
      const larger = new Float32Array(3 + 80 + 5).fill(Number.NaN);
      larger.set(vectors, 3);
      const index = create({ dim: 8, metric: 'cosine' });
      index.add(larger.subarray(3, 83));
      expect(index.count).toBe(10);
      const words = Uint32Array.of(0xffffffff, 0b10, 0xffffffff);
      const { rows } = await index.search(larger.subarray(11, 19), { k: 2, allowed: words.subarray(1, 2) });
      expect([...rows]).toEqual([1, -1]);
    });

    it('answers many searches at a time, each from the rows that stood when it was called', async () => {
      const vectors = unitVectors(300, 16, { seed: 7 });
      const index = create({ dim: 16, metric: 'cosine' });
      const answers = [];
      for (let row = 0; row < 300; row++) {
        index.add(vectors.subarray(row * 16, (row + 1) * 16));
        answers.push(index.search(vectors.subarray(row * 16, (row + 1) * 16), { k: row + 2 }));
      }
      for (const [row, { rows }] of (await Promise.all(answers)).entries()) {
        expect(rows[0]).toBe(row);
        expect(Math.max(...rows)).toBe(row);
        expect(rows[row + 1]).toBe(-1);
      }
    });

    it('refuses what is not finite, naming the row, and adds nothing of it', async () => {
      const index = create({ dim: 2, metric: 'cosine' });
      await expectError(
        () => index.add(Float32Array.of(1, 2, 3, Number.NaN)),
        'NOT_FINITE',
        /row 1 .*column 1/,
      );
      expect(index.count).toBe(0);
      const queries = Float32Array.of(1, 2, 3, 4, -Infinity, 0);
      await expectError(() => index.search(queries, { k: 1 }), 'NOT_FINITE', /row 2 .*column 0/);
    });

    it('refuses rows of another dim, and a k that is no count', async () => {
      const index = create({ dim: 4, metric: 'cosine' });
      await expectError(() => index.add(new Float32Array(6)), 'DIMENSION_MISMATCH', /4 .*6/);
      await expectError(() => index.search(new Float32Array(6), { k: 1 }), 'DIMENSION_MISMATCH', /4 .*6/);
      for (const k of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 40]) {
        await expectError(() => index.search(new Float32Array(4), { k }), 'INVALID_ARGUMENT', /k/);
      }
    });

    it.each(metrics)('scores given rows to the bit as a search by %s does', async (metric) => {
      const next = randomNumbers(9);
      const upTo = (most: number) => 1 + Math.floor(next() * most);
      const counts = [1, upTo(3), upTo(40), upTo(300), upTo(2_000), 3_000 + upTo(3_000), 3_000 + upTo(3_000)];
      for (const count of counts) {
        const dim = upTo(70);
        const index = create({ dim, metric });
        index.add(randomVectors(count, dim, { seed: count }));
        const queries = randomVectors(5, dim, { seed: count + 1 });
        // All rows, and few of many, which an index may find in another way.
        for (const k of [count, Math.ceil(count / 20)]) {
          const found = scoresByRow(await index.search(queries, { k }));
          if (index.isExact) expect(found.map(({ size }) => size)).toEqual([k, k, k, k, k]);
          const lists = found.map((scores, query) => {
            const rows = [...scores.keys()];
            return query === 2 ? [] : Array.from({ length: upTo(2 * k) }, () => rows[upTo(rows.length) - 1]!);
          });
          const expected = lists.flatMap((list, query) => list.map((row) => found[query]!.get(row)!));
          const scores = await index.scoresOf(queries, rowLists(lists));
          expect(bitsOf(scores), `${count} rows of ${dim}, k = ${k}`).toEqual(
            bitsOf(Float32Array.from(expected)),
          );
        }
      }
    });

    it('scores nothing where nothing is asked, of an empty index too', async () => {
      const index = create({ dim: 2, metric: 'cosine' });
      expect(await index.scoresOf(new Float32Array(0), rowLists([]))).toHaveLength(0);
      expect(await index.scoresOf(new Float32Array(4), rowLists([[], []]))).toHaveLength(0);
    });

    it('copies and reads views of what it is to score, as what it is to search', async () => {
      const index = create({ dim: 2, metric: 'innerProduct' });
      index.add(Float32Array.of(1, 0, 0, 1, 1, 1));
      const queries = Float32Array.of(9, 2, 3, 4, 5);
      const rows = Int32Array.of(-7, 0, 1, 2, -7);
      const offsets = Uint32Array.of(99, 0, 2, 3, 99);
      const given = { rows: rows.subarray(1, 4), offsets: offsets.subarray(1, 4) };
      const scores = index.scoresOf(queries.subarray(1), given);
      for (const array of [queries, rows, offsets]) array.fill(50);
      expect([...(await scores)]).toEqual([2, 3, 9]);
    });

    it('refuses to score rows that do not exist, lists that do not fit, and queries as a search does', async () => {
      const index = create({ dim: 2, metric: 'cosine' });
      index.add(Float32Array.of(1, 0, 0, 1, 1, 1));
      const query = Float32Array.of(1, 2);
      const score = (rows: number[], offsets: number[], queries = query) =>
        index.scoresOf(queries, { rows: Int32Array.from(rows), offsets: Uint32Array.from(offsets) });
      for (const row of [-1, 3]) {
        await expectError(() => score([0, row], [0, 2]), 'INVALID_ARGUMENT', new RegExp(`entry 1 is ${row}`));
      }
      for (const offsets of [[], [0], [0, 1], [0, 3], [1, 2], [0, 1, 2]]) {
        await expectError(() => score([0, 1], offsets), 'INVALID_ARGUMENT', /offsets/);
      }
      await expectError(
        () => score([0], [0, 3, 1], Float32Array.of(1, 2, 3, 4)),
        'INVALID_ARGUMENT',
        /offsets/,
      );
      await expectError(() => score([0], [0, 1], new Float32Array(3)), 'DIMENSION_MISMATCH', /2 .*3/);
      await expectError(() => score([0], [0, 1], Float32Array.of(1, Number.NaN)), 'NOT_FINITE', /row 0/);
    });

    it('is cancelled by its signal, before it begins and while it runs', async () => {
      const vectors = unitVectors(20_000, 64, { seed: 8 });
      const index = create({ dim: 64, metric: 'cosine' });
      index.add(vectors);
      await expectError(() => index.search(vectors, { k: 1, signal: AbortSignal.abort() }), 'CANCELLED');
      const controller = new AbortController();
      const answer = index.search(vectors, { k: 1, signal: controller.signal });
      setTimeout(() => controller.abort(), 10);
      await expectError(() => answer, 'CANCELLED');
      const lists = rowLists([[0]]);
      const signal = AbortSignal.abort();
      await expectError(() => index.scoresOf(vectors.subarray(0, 64), lists, { signal }), 'CANCELLED');
      expect((await index.search(vectors.subarray(0, 64), { k: 1 })).rows[0]).toBe(0);
    });
  });
}
