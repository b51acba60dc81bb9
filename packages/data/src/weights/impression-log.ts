import {
  examinationOf,
  type PositionBias,
  positionBiasOf,
  type RankCell,
  RankedActions,
} from './position-bias.js';
import type { RatePrior } from './rates.js';

/** How often a document was shown in one row, and at which rank, from 0 or from 1; undefined where that is not known. */
export interface Impressions {
  count: number;
  rank: number | undefined;
}

/** How actions beside impressions became rates. */
export interface RateRule {
  prior: RatePrior;
  /** Where the rank of every impression is known: how a rank decides whether a document is looked at. */
  examination: PositionBias | undefined;
}

/** How often each document of a log was looked at. */
export interface Looks<Pair> {
  examination: PositionBias | undefined;
  looksOf: (pair: Pair) => number;
}

/** What was shown, by (query, document), as the rows of a log say it. */
export class ImpressionLog<Pair> {
  readonly #countOf = new Map<Pair, number>();
  /** pair -> rank as it stands there -> what was shown and done */
  readonly #ranksOf = new Map<Pair, Map<number, RankCell>>();
  #impressions = 0;
  #rankedRows = 0;
  #lowestRank = Number.POSITIVE_INFINITY;

  /** Pairs. */
  get size(): number {
    return this.#countOf.size;
  }

  /** Of all pairs. */
  get impressions(): number {
    return this.#impressions;
  }

  add(pair: Pair, { count, rank }: Impressions, acted: number): void {
    this.#countOf.set(pair, (this.#countOf.get(pair) ?? 0) + count);
    this.#impressions += count;
    if (rank === undefined || !(rank >= 0)) return;
    this.#rankedRows += 1;
    const place = Math.round(rank);
    this.#lowestRank = Math.min(this.#lowestRank, place);
    let ranks = this.#ranksOf.get(pair);
    if (ranks === undefined) {
      ranks = new Map();
      this.#ranksOf.set(pair, ranks);
    }
    const cell = ranks.get(place);
    if (cell === undefined) ranks.set(place, { shown: count, acted });
    else {
      cell.shown += count;
      cell.acted += acted;
    }
  }

  /**
   * How often each document was looked at: as often as it was shown, or, where the rank of every row is known, the sum over its impressions
   * of how likely a document at their rank is looked at.
   *
   * @param rows  how many rows there are
   */
  looks(rows: number): Looks<Pair> {
    if (this.#rankedRows < rows) {
      return { examination: undefined, looksOf: (pair) => this.#countOf.get(pair) ?? 0 };
    }
    const fromOne = this.#lowestRank === 0 ? 1 : 0;
    const actions = new RankedActions<Pair>();
    for (const [pair, ranks] of this.#ranksOf) {
      for (const [rank, cell] of ranks) actions.add(pair, rank + fromOne, cell);
    }
    const bias = positionBiasOf(actions);
    const examination = examinationOf(bias.exponent);
    return {
      examination: bias,
      looksOf: (pair) => {
        let looks = 0;
        for (const [rank, { shown }] of this.#ranksOf.get(pair) ?? [])
          looks += shown * examination(rank + fromOne);
        return looks;
      },
    };
  }
}
