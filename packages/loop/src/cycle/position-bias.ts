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
 * Before swaps say otherwise, half of the fall of the action rate with the rank is put down to examination and half to relevance, give or
 * take 0.2 (standard deviation of the exponent). On the simulated audience of the icons the halves were 0.73 for a true exponent of 1
 * and 0.46 for one of 0.5: near, and rather too small, which favours what is in service.
 */
const prior = { shareOfFall: 0.5, deviation: 0.2, leastActions: 100, otherwise: 0.7, most: 1.5 };
const grid = Array.from({ length: 201 }, (_, i) => i / 100);

export const examinationOf = (exponent: number) => (rank: number) =>
  Math.max(rank ** -exponent, leastExamination);

/**
 * Estimates how examination falls with the rank, from documents that were shown at different ranks for the same text (after a
 * promotion, under another filter). Whatever the document's relevance, its actions at rank r are Poisson with a mean proportional to impressions(r) · examination(r); given their sum they are multinomial, and the unknown
 * relevance falls out:
 *
 *     log L(e) = sum over pairs, ranks of  actions(r) · log( n(r) · x_e(r) / sum over s of n(s) · x_e(s) ),   x_e(r) = max(r^-e, 0.1)
 *
 * The mean over the posterior is taken; a log without such pairs leaves the prior as it is. The rate of actions by rank is no
 * substitute: it falls with relevance too, and dividing by it would count clicks far down several times over. Nor are other
 * wordings of one query: what ranks lower for another wording is often less relevant to it, which was seen to make 0.83 of 0.5.
 *
 * @param textOf  query -> number of its text, whatever its filter
 * @see Joachims, Swaminathan, Schnabel 2017, https://arxiv.org/abs/1608.04468;
 *   Agarwal and others 2019, https://arxiv.org/abs/1812.05161 (harvesting of such swaps)
 */
export function estimatePositionBias(visits: readonly Visit[], textOf: readonly number[]): PositionBias {
  const pairs = new Map<string, Map<number, { shown: number; acted: number }>>();
  const byRank: { shown: number; acted: number }[] = [];
  for (const visit of visits) {
    if (!visit.isRecorded) continue;
    for (const [id, rank] of visit.shown) {
      const acted = visit.acted.has(id) ? 1 : 0;
      const key = `${textOf[visit.query]} ${id}`;
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
  const expected = exponentOfFall(byRank);
  const scores = grid.map((exponent) => {
    const examination = examinationOf(exponent);
    let score = -0.5 * ((exponent - expected) / prior.deviation) ** 2;
    for (const cells of swapped) {
      const looks = cells.reduce((sum, { rank, shown }) => sum + shown * examination(rank), 0);
      for (const { rank, shown, acted } of cells) {
        if (acted > 0) score += acted * Math.log((shown * examination(rank)) / looks);
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

/** The prior's mean: from the slope of log(action rate) over log(rank), each rank weighing as many actions as it has. */
function exponentOfFall(byRank: readonly { shown: number; acted: number }[]): number {
  const points = byRank.flatMap(({ shown, acted }, i) =>
    acted > 0 ? [{ x: Math.log(i + 1), y: Math.log(acted / shown), weight: acted }] : [],
  );
  const weight = points.reduce((sum, point) => sum + point.weight, 0);
  if (weight < prior.leastActions || points.length < 3) return prior.otherwise;
  const meanOf = (value: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + point.weight * value(point), 0) / weight;
  const [meanX, meanY] = [meanOf(({ x }) => x), meanOf(({ y }) => y)];
  const slope = meanOf(({ x, y }) => (x - meanX) * (y - meanY)) / meanOf(({ x }) => (x - meanX) ** 2);
  return Math.min(prior.most, Math.max(0, -prior.shareOfFall * slope));
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
