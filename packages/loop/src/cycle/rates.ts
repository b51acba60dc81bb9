import type { Visit } from './feedback.js';

/** What people did to one document for one query. */
export interface PairRate {
  /** Sum of the action weights. */
  actions: number;
  /** Expected looks at the document: the sum of its ranks' examination. */
  examined: number;
}

/** By query, then by document: the parts of a rate of actions per look. */
export type Rates = Map<number, Map<string, PairRate>>;

/**
 * Actions beside the looks that they are to be divided by: clicks over the clicks expected at those ranks, where every
 * document is equally good.
 *
 * @see Chapelle, Zhang 2009, https://doi.org/10.1145/1526709.1526711 (COEC); Joachims, Swaminathan, Schnabel 2017 (propensities)
 */
export function ratesOf(visits: Iterable<Visit>, examination: (rank: number) => number): Rates {
  const rates: Rates = new Map();
  for (const { query, shown, acted } of visits) {
    let pairs = rates.get(query);
    if (pairs === undefined) {
      pairs = new Map();
      rates.set(query, pairs);
    }
    for (const [id, rank] of shown) {
      const rate = pairs.get(id);
      const [actions, examined] = [acted.get(id) ?? 0, examination(rank)];
      if (rate === undefined) pairs.set(id, { actions, examined });
      else {
        rate.actions += actions;
        rate.examined += examined;
      }
    }
  }
  return rates;
}

/** Actions per look over all pairs: what is expected of a document of which nothing is known. */
export function meanRate(rates: Rates): number {
  let actions = 0;
  let examined = 0;
  for (const pairs of rates.values()) {
    for (const rate of pairs.values()) {
      actions += rate.actions;
      examined += rate.examined;
    }
  }
  return examined > 0 ? actions / examined : 0;
}
