import { forEachShown, type Visit } from '@attune/data';

/** What people did to one document for one query. */
export interface PairRate {
  /** Sum of the action weights, in units of the least weight that any action has; of one visit at most {@link mostOfVisit}. */
  actions: number;
  /** Visits with an action, each of another person. */
  actors: number;
  /** Expected looks at the document: the sum of its ranks' examination. */
  examined: number;
  /** Visits that were shown it, and the sum of its ranks, from 1, there. */
  visits: number;
  ranks: number;
}

/** By query, then by document. */
export type Rates = Map<number, Map<string, PairRate>>;

/**
 * Three clicks are near certainty: no one person's purchase says more, however it is weighed. Else one event would be enough for any document.
 */
const mostOfVisit = 3;

/** Actions beside the looks that they are to be judged by, of every document that was shown. */
export function ratesOf(visits: readonly Visit[], examination: (rank: number) => number): Rates {
  let unit = Number.POSITIVE_INFINITY;
  for (const { acted } of visits) for (const weight of acted.values()) unit = Math.min(unit, weight);
  const rates: Rates = new Map();
  for (const visit of visits) {
    const { query, acted } = visit;
    let pairs = rates.get(query);
    if (pairs === undefined) {
      pairs = new Map();
      rates.set(query, pairs);
    }
    const found = pairs;
    forEachShown(visit, (id, rank) => {
      const actors = acted.has(id) ? 1 : 0;
      const actions = acted.has(id) ? Math.min(mostOfVisit, acted.get(id)! / unit) : 0;
      const rate = found.get(id);
      if (rate === undefined) {
        found.set(id, { actions, actors, examined: examination(rank), visits: 1, ranks: rank });
      } else {
        rate.actions += actions;
        rate.actors += actors;
        rate.examined += examination(rank);
        rate.visits += 1;
        rate.ranks += rank;
      }
    });
  }
  return rates;
}
