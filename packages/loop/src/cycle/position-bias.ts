import type { Visit } from './feedback.js';

/** How likely the document at a rank is looked at, as far as the log can tell. */
export interface PositionBias {
  /** examination(rank) = max(rank^-exponent, {@link leastExamination}) */
  exponent: number;
  /** Standard error of the exponent, prior included. */
  error: number;
  /** Actions on documents that the log shows at several ranks for one query: the evidence beside the prior. */
  swappedActions: number;
  /** Share of shown documents that were acted on, by rank from 1. */
  actionRate: number[];
}

/**
 * Below it no examination is believed in: an action counts at most 1 / 0.1 = 10 times as much as one on the first rank. It
 * bounds what one person can do by acting far down, and what a wrong exponent can do.
 */
export const leastExamination = 0.1;

/**
 * Before a log says otherwise: exponent 0.7, give or take 0.2 (standard deviation). Published curves of whole pages lie between about 0.5
 * and 1 (Joachims, Swaminathan, Schnabel 2017 use 1; Agarwal and others 2019 measured some 0.6 to 0.8).
 */
const prior = { mean: 0.7, deviation: 0.2 };
const grid = Array.from({ length: 201 }, (_, i) => i / 100);

export const examinationOf = (exponent: number) => (rank: number) =>
  Math.max(rank ** -exponent, leastExamination);

/**
 * Estimates how examination falls with the rank, from documents that were shown at different ranks for the same query (after a
 * promotion, a changed filter, another wording of one query). Whatever the document's relevance, its actions at rank r
 * are Poisson with a mean proportional to impressions(r) · examination(r); given their sum they are multinomial, and the unknown
 * relevance falls out:
 *
 *     log L(e) = sum over pairs, ranks of  actions(r) · log( n(r) · x_e(r) / sum over s of n(s) · x_e(s) ),   x_e(r) = max(r^-e, 0.1)
 *
 * The maximum of log L + the log of the prior is taken. A log without such pairs leaves the prior as it is. The rate of
 * actions by rank is no substitute: it falls with relevance too, and dividing by it would count clicks far down several times over.
 *
 * @param groupOf  query -> number of its group of wordings
 * @see Joachims, Swaminathan, Schnabel 2017, https://arxiv.org/abs/1608.04468;
 *   Agarwal and others 2019, https://arxiv.org/abs/1812.05161 (harvesting of such swaps)
 */
export function estimatePositionBias(visits: readonly Visit[], groupOf: readonly number[]): PositionBias {
  const pairs = new Map<string, Map<number, { shown: number; acted: number }>>();
  const byRank: { shown: number; acted: number }[] = [];
  for (const visit of visits) {
    if (!visit.isRecorded) continue;
    for (const [id, rank] of visit.shown) {
      const acted = visit.acted.has(id) ? 1 : 0;
      const key = `${groupOf[visit.query]} ${id}`;
      let ranks = pairs.get(key);
      if (ranks === undefined) {
        ranks = new Map();
        pairs.set(key, ranks);
      }
      for (const cell of [cellOf(ranks, rank), rankCell(byRank, rank)]) {
        cell.shown += 1;
        cell.acted += acted;
      }
    }
  }

  const swapped = [...pairs.values()]
    .filter((ranks) => ranks.size > 1)
    .map((ranks) => [...ranks].map(([rank, cell]) => ({ rank, ...cell })))
    .filter((cells) => cells.some(({ acted }) => acted > 0));
  const swappedActions = swapped.reduce(
    (sum, cells) => sum + cells.reduce((of, { acted }) => of + acted, 0),
    0,
  );
  const scores = grid.map((exponent) => {
    const examination = examinationOf(exponent);
    let score = -0.5 * ((exponent - prior.mean) / prior.deviation) ** 2;
    for (const cells of swapped) {
      const expected = cells.reduce((sum, { rank, shown }) => sum + shown * examination(rank), 0);
      for (const { rank, shown, acted } of cells) {
        if (acted > 0) score += acted * Math.log((shown * examination(rank)) / expected);
      }
    }
    return score;
  });
  // Mean and spread of the posterior over the grid: smoother in the data than its highest point.
  const highest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const exponent = weights.reduce((sum, weight, i) => sum + weight * grid[i]!, 0) / total;
  const variance = weights.reduce((sum, weight, i) => sum + weight * (grid[i]! - exponent) ** 2, 0) / total;
  return {
    exponent,
    error: Math.sqrt(variance),
    swappedActions,
    actionRate: byRank.map(({ shown, acted }) => (shown > 0 ? acted / shown : 0)),
  };
}

function cellOf(ranks: Map<number, { shown: number; acted: number }>, rank: number) {
  let cell = ranks.get(rank);
  if (cell === undefined) {
    cell = { shown: 0, acted: 0 };
    ranks.set(rank, cell);
  }
  return cell;
}

/** Ranks past 100 share the last cell of the table. */
function rankCell(byRank: { shown: number; acted: number }[], rank: number) {
  const place = Math.min(rank, 100) - 1;
  while (byRank.length <= place) byRank.push({ shown: 0, acted: 0 });
  return byRank[place]!;
}
