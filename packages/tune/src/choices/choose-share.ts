import type { Choice } from '@attune/evaluate';
import { interpolate, type TransformerTensors } from '@attune/train';
import type { JudgedSet } from '../judged.js';

/** In tenths, so that equal shares are equal numbers: the first looks, from the base, and how far then about the best until now. */
const [first, strides] = [
  [0, 5, 10],
  [2, 1],
] as const;

/** Judgements that the choice takes at most: base and tuned model have been judged. */
export const judgementsOfShare = first.length - 2 + 2 * strides.length;

/**
 * How far to go from the base's weights to the tuned ones, in tenths: what the choosing queries like best. Of equals the nearest to the base; 0 says that
 * tuning did not help. On Home Depot what is judged rises to one top and falls behind
 * it, so the top is looked for by at most five judgements; of several tops it may be another than the highest.
 *
 * @param score  judges tensors, higher is better
 * @param known  what it said of the base and of the tuned tensors
 * @see Wortsman and others 2022 (WiSE-FT), https://arxiv.org/abs/2109.01903
 */
export async function chooseShare(
  base: TransformerTensors,
  tuned: TransformerTensors,
  {
    score,
    known,
    choosing,
  }: {
    score: (tensors: TransformerTensors) => Promise<number>;
    known: { base: number; tuned: number };
    choosing: JudgedSet;
  },
): Promise<{ tensors: TransformerTensors; share: number; choice: Choice }> {
  const values = new Map<number, number>([
    [0, known.base],
    [10, known.tuned],
  ]);
  const look = async (tenths: readonly number[]): Promise<number> => {
    for (const each of tenths) {
      if (each >= 0 && each <= 10 && !values.has(each))
        values.set(each, await score(interpolate(base, tuned, each / 10)));
    }
    return bestOf(values);
  };
  let best = await look(first);
  for (const stride of strides) best = await look([best - stride, best + stride]);
  const share = best / 10;
  return {
    tensors: interpolate(base, tuned, share),
    share,
    choice: {
      what: 'share of the tuned weights',
      chosen: String(share),
      metric: 'ndcg@10',
      on: choosing.name,
      queryCount: choosing.queries.length,
      tried: inOrder(values).map(([tenths, value]) => ({ name: String(tenths / 10), value })),
    },
  };
}

const inOrder = (values: ReadonlyMap<number, number>) => [...values].sort(([a], [b]) => a - b);

/** The key of the highest value, of equals the lowest. */
const bestOf = (values: ReadonlyMap<number, number>): number =>
  inOrder(values).reduce((best, each) => (each[1] > best[1] ? each : best))[0];
