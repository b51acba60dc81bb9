import type { TokenizedTexts } from '@attune/encode';
import { splitMix32, type TrainingPairs } from '@attune/train';

export const vocabulary = 80;
export const dim = 16;

export function uniform(seed: number): () => number {
  const next = splitMix32(seed);
  return () => next() / 2 ** 32;
}

/** Query texts 0..39 and document texts 40..79. Document 40 + i answers query i; they share no token. */
export function syntheticTask(seed = 1): {
  table: Float32Array;
  texts: TokenizedTexts;
  pairs: TrainingPairs;
} {
  const next = uniform(seed);
  const table = Float32Array.from({ length: vocabulary * dim }, () => next() - 0.5);
  const lists = Array.from({ length: 80 }, (_, text) => [
    text,
    (text < 40 ? 0 : 40) + Math.floor(next() * 40),
  ]);
  const offsets = Uint32Array.from({ length: 81 }, (_, i) => 2 * i);
  const count = 120;
  const queryTexts = Uint32Array.from({ length: count }, (_, i) => i % 40);
  const documentTexts = queryTexts.map((query) => 40 + query);
  return {
    table,
    texts: { ids: Int32Array.from(lists.flat()), offsets },
    pairs: {
      queryTexts,
      documentTexts,
      weights: new Float32Array(count).fill(1),
      queryKeys: Int32Array.from(queryTexts),
      documentKeys: Int32Array.from(documentTexts),
    },
  };
}

export function encode(table: Float32Array, texts: TokenizedTexts): number[][] {
  return Array.from({ length: texts.offsets.length - 1 }, (_, text) => {
    const sum = new Array<number>(dim).fill(0);
    for (let at = texts.offsets[text]!; at < texts.offsets[text + 1]!; ++at) {
      for (let i = 0; i < dim; ++i) sum[i]! += table[texts.ids[at]! * dim + i]!;
    }
    const norm = Math.hypot(...sum);
    return sum.map((value) => value / norm);
  });
}

export const cosine = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** The share of queries whose own document is the nearest. */
export function accuracy(vectors: number[][]): number {
  let right = 0;
  for (let query = 0; query < 40; ++query) {
    const scores = Array.from({ length: 40 }, (_, i) => cosine(vectors[query]!, vectors[40 + i]!));
    if (scores[query] === Math.max(...scores)) ++right;
  }
  return right / 40;
}
