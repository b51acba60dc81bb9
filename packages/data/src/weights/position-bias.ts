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
 * Below it no examination is believed in: an action counts at most 20 times as much as one on the first rank. It bounds what one
 * person can do by acting far down, and what a wrong exponent can do.
 */
export const leastExamination = 0.05;

/** Actions on a wrong answer for one on a right answer, where both are looked at: as Joachims and others assume. */
export const slips = 0.1;

/** What is assumed before swaps say otherwise: see {@link positionBiasOf}. */
const prior = {
  /** Of the exponent. */
  deviation: 0.2,
  /** Of the fall of the action rate with the rank, where nothing is known of the relevance by rank. */
  shareOfFall: 0.5,
  most: 1.5,
  /** With fewer actions, or none known at three ranks, the exponent is this. */
  leastActions: 100,
  otherwise: 0.7,
};
/** A rank of a document is evidence when so many people saw it there: one person's odd searches move nothing. */
const leastPeople = 5;
const grid = Array.from({ length: 201 }, (_, i) => i / 100);

export const examinationOf = (exponent: number) => (rank: number) =>
  Math.max(rank ** -exponent, leastExamination);

/**
 * Estimates how examination falls with the rank, examination(rank) = rank^-e, from three things.
 *
 * 1. The rate of actions by rank falls with examination and with relevance. How relevance falls is known where judged queries (the
 *    golden set) were answered by the same release: the rate at rank r should be in proportion to r^-e · (p(r) + 0.1 · (1 - p(r))), where p(r)
 *    is the share of right answers there, and ten actions on right answers are assumed for one on a wrong one (Joachims and
 *    others). On the icons' simulated audience that found 0.93 for 1, 0.64 for 0.7, 0.44 for 0.5 and 0.18 for 0.25: rather too little, which
 *    favours what is in service.
 * 2. Without judged queries, half of the fall of log(rate) over log(rank) is put down to examination: 0.71 for 1, 0.45 for 0.5.
 * 3. Documents that were shown at different ranks for the same text, after a promotion or under another filter. Whatever such a
 *    document's relevance, its actions at rank r are Poisson with a mean proportional to n(r) · examination(r), for n(r) impressions; given
 *    their sum they are multinomial, and the unknown relevance falls out. Other wordings of a query are not the same text:
 *    what ranks lower for another wording is often less relevant to it, which was seen to make 0.83 of 0.5.
 *
 * The first or second gives the mean of a normal prior with deviation 0.2, the third the likelihood, and the result is the posterior mean.
 *
 * @param relevance  share of right answers by rank, from rank 1, as what is in service ranks judged queries
 * @see Joachims, Swaminathan, Schnabel 2017, https://arxiv.org/abs/1608.04468;
 *   Agarwal and others 2019, https://arxiv.org/abs/1812.05161 (the third)
 */
export function positionBiasOf(
  { pairs, byRank }: Pick<RankedActions<unknown>, 'pairs' | 'byRank'>,
  relevance: readonly number[] = [],
): PositionBias {
  const swapped = [...pairs.values()]
    .filter((ranks) => ranks.size > 1)
    .map((ranks) =>
      [...ranks].map(([rank, cell]) => ({ rank, ...cell })).filter(({ shown }) => shown >= leastPeople),
    )
    .filter((cells) => cells.length > 1 && cells.some(({ acted }) => acted > 0));
  const swappedActions = swapped.reduce(
    (sum, cells) => sum + cells.reduce((of, { acted }) => of + acted, 0),
    0,
  );
  const expected = exponentByRelevance(byRank, relevance) ?? exponentOfFall(byRank);
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

export interface RankCell {
  shown: number;
  acted: number;
}

/** At which ranks documents were shown, and what was done there. */
export class RankedActions<Pair> {
  /** A query's text with a document -> rank from 1 -> how often */
  readonly pairs = new Map<Pair, Map<number, RankCell>>();
  /** Of all pairs, by rank from 1. */
  readonly byRank: RankCell[] = [];

  /** @param rank  a whole number from 1 */
  add(pair: Pair, rank: number, { shown, acted }: RankCell): void {
    let ranks = this.pairs.get(pair);
    if (ranks === undefined) {
      ranks = new Map();
      this.pairs.set(pair, ranks);
    }
    for (const cell of [cellOf(ranks, rank), rankCell(this.byRank, rank)]) {
      cell.shown += shown;
      cell.acted += acted;
    }
  }
}

/** The most likely exponent given how relevance falls; undefined where that, or enough actions, are not known. */
function exponentByRelevance(byRank: readonly RankCell[], relevance: readonly number[]): number | undefined {
  const cells = byRank
    .slice(0, relevance.length)
    .map((cell, i) => ({ ...cell, rank: i + 1, rate: relevance[i]! + slips * (1 - relevance[i]!) }))
    .filter(({ shown }) => shown > 0);
  const actions = cells.reduce((sum, { acted }) => sum + acted, 0);
  if (cells.length < 3 || actions < prior.leastActions || !(relevance[0]! > 0)) return undefined;
  let best = { exponent: 0, score: Number.NEGATIVE_INFINITY };
  for (const exponent of grid.filter((value) => value <= prior.most)) {
    const means = cells.map(({ shown, rank, rate }) => shown * rate * rank ** -exponent);
    const total = means.reduce((sum, mean) => sum + mean, 0);
    const score = cells.reduce((sum, { acted }, i) => sum + acted * Math.log(means[i]! / total), 0);
    if (score > best.score) best = { exponent, score };
  }
  return best.exponent;
}

/** From the slope of log(action rate) over log(rank), each rank weighing as many actions as it has. */
function exponentOfFall(byRank: readonly RankCell[]): number {
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

function cellOf(ranks: Map<number, RankCell>, rank: number) {
  let cell = ranks.get(rank);
  if (cell === undefined) {
    cell = { shown: 0, acted: 0 };
    ranks.set(rank, cell);
  }
  return cell;
}

/** Ranks past 100 share the last cell of the table. */
function rankCell(byRank: RankCell[], rank: number) {
  const place = Math.min(rank, 100) - 1;
  while (byRank.length <= place) byRank.push({ shown: 0, acted: 0 });
  return byRank[place]!;
}
