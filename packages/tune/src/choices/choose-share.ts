import type { Choice } from '@attune/evaluate';
import { interpolate, type TransformerTensors } from '@attune/train';
import type { JudgedSet } from '../judged.js';

const shares = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;

/** Judgements that the choice takes: base and tuned model have been judged. */
export const judgementsOfShare = shares.length - 2;

/**
 * How far to go from the base's weights to the tuned ones: what the choosing queries like best. Of equals the nearest to the base; 0 says that
 * tuning did not help.
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
  const tried: { name: string; value: number }[] = [];
  let best = { share: 0, value: -Infinity };
  for (const share of shares) {
    const value =
      share === 0 ? known.base : share === 1 ? known.tuned : await score(interpolate(base, tuned, share));
    tried.push({ name: String(share), value });
    if (value > best.value) best = { share, value };
  }
  return {
    tensors: interpolate(base, tuned, best.share),
    share: best.share,
    choice: {
      what: 'share of the tuned weights',
      chosen: String(best.share),
      metric: 'ndcg@10',
      on: choosing.name,
      queryCount: choosing.queries.length,
      tried,
    },
  };
}
