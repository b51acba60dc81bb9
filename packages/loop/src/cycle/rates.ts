import type { Visit } from './feedback.js';

/** What people did to one document for one query. */
export interface PairRate {
  /** Sum of the action weights. */
  actions: number;
  /** Expected looks at the document: the sum of its ranks' examination. */
  examined: number;
  /** The actions that its ranks usually bring: the sum of their mean action weights. */
  expected: number;
}

/** By query, then by document. */
export type Rates = Map<number, Map<string, PairRate>>;

/** Mean action weight of what was shown at a rank, from 1; ranks past 100 count as 100. */
export function actionsByRank(visits: Iterable<Visit>): (rank: number) => number {
  const actions = new Float64Array(101);
  const shown = new Float64Array(101);
  for (const visit of visits) {
    if (!visit.isRecorded) continue;
    for (const [id, rank] of visit.shown) {
      shown[Math.min(rank, 100)]! += 1;
      actions[Math.min(rank, 100)]! += visit.acted.get(id) ?? 0;
    }
  }
  return (rank) => actions[Math.min(rank, 100)]! / Math.max(1, shown[Math.min(rank, 100)]!);
}

/** Actions beside the looks that they are to be divided by, of every document that was shown. */
export function ratesOf(
  visits: Iterable<Visit>,
  examination: (rank: number) => number,
  usual: (rank: number) => number,
): Rates {
  const rates: Rates = new Map();
  for (const { query, shown, acted } of visits) {
    let pairs = rates.get(query);
    if (pairs === undefined) {
      pairs = new Map();
      rates.set(query, pairs);
    }
    for (const [id, rank] of shown) {
      let rate = pairs.get(id);
      if (rate === undefined) {
        rate = { actions: 0, examined: 0, expected: 0 };
        pairs.set(id, rate);
      }
      rate.actions += acted.get(id) ?? 0;
      rate.examined += examination(rank);
      rate.expected += usual(rank);
    }
  }
  return rates;
}

/** Looks of a usual document at the same ranks that are added to every pair. */
export const smoothingLooks = 4;

/**
 * Actions per look, as far as they can be believed: beside what was seen stand {@link smoothingLooks} looks that went as they usually go
 * at those ranks.
 *
 *     rate = (actions + 4 · expected / examined) / (examined + 4)
 *
 * One click far down would otherwise count most of all, and it is the one that is most often a slip. On the simulated audience of the
 * icons (60,000 searches, 18,488 clicked pairs, 41 % of them right), ordering pairs by actions / examined finds right ones with an average
 * precision of 0.55, with 4 looks at the mean rate 0.83, with 4 looks at the rank's own 0.86.
 *
 * @see Chapelle, Zhang 2009, https://doi.org/10.1145/1526709.1526711 (clicks over expected clicks);
 *   Joachims, Swaminathan, Schnabel 2017, https://arxiv.org/abs/1608.04468 (clicks over examination)
 */
export function smoothedRate({ actions, examined, expected }: PairRate): number {
  return (actions + (smoothingLooks * expected) / examined) / (examined + smoothingLooks);
}
