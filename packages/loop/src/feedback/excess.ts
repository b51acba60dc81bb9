import { forEachShown, slips, type Visit } from '@attune/data';

/** By query: documents that nobody can have acted on so often. */
export type Excess = ReadonlyMap<number, ReadonlySet<string>>;

/** Actions against the most that can be expected of them. */
interface Count {
  actions: number;
  most: number;
}

/** In all visits with actions, and in those where something beside the document was acted on. */
const kinds = ['all', 'beside'] as const;
type Tally = Record<(typeof kinds)[number], Count>;

/** So much more than expected is put down to what the model of looking does not know. */
const allowance = 1.5;
/** How seldom chance may come to as many actions: once in a thousand. */
const surprise = Math.log(1000);

/**
 * Finds pairs that were acted on more often than looks can account for: as when somebody acts in many names on what stands far down. With e
 * for the examination of a rank, there are two bounds on what is expected of a document d in a visit.
 *
 * 1. Whoever acts on a of the documents acts on d with a chance of at most a · e(d) / (e(d) + 0.1 · sum of e over the others), because the others are
 *    acted on too, by slips at least.
 * 2. Whoever acts on another document has to look at d all the same, so acts on it with a chance of at most e(d).
 *
 * Their sums over visits bound what is expected of a pair, and over all its pairs what is expected of a document. A pair is beyond
 * one when so many actions or more would come by chance once in a thousand times (Poisson, by Chernoff's bound) with half as much again expected; where
 * a document is, its pairs are that have more actions than were expected of them. Only visits with actions count, so that it does not
 * matter whether a page tells of others.
 *
 * Whoever wants to pass has to act on what stands above, as often as people do, so a place far down costs the most. Two or three people for a pair
 * are too few to tell.
 *
 * @see Craswell and others 2008, https://doi.org/10.1145/1341531.1341545, for examination; Hagerup, Rüb 1990,
 *   https://doi.org/10.1016/0020-0190(90)90214-I, for Chernoff's bound
 */
export function excessOf(visits: readonly Visit[], examination: (rank: number) => number): Excess {
  const pairs = new Map<number, Map<string, Tally>>();
  const documents = new Map<string, Tally>();
  for (const visit of visits) {
    if (visit.acted.size === 0) continue;
    const ofQuery = pairs.get(visit.query) ?? new Map<string, Tally>();
    pairs.set(visit.query, ofQuery);
    addVisit(visit, examination, (id) => [tallyOf(ofQuery, id), tallyOf(documents, id)]);
  }
  const excess = new Map<number, Set<string>>();
  for (const [query, ofQuery] of pairs) {
    const found = [...ofQuery].filter(([id, pair]) => isExcess(pair, documents.get(id)!));
    if (found.length > 0) excess.set(query, new Set(found.map(([id]) => id)));
  }
  return excess;
}

/** Visits without an action on a pair that is beyond what looks can account for: whoever acted there may not have looked at all. */
export function believable(visits: readonly Visit[], excess: Excess): Visit[] {
  return visits.filter(({ query, acted }) => {
    const ids = excess.get(query);
    return ids === undefined || ![...acted.keys()].some((id) => ids.has(id));
  });
}

function addVisit(
  visit: Visit,
  examination: (rank: number) => number,
  talliesOf: (id: string) => readonly Tally[],
): void {
  const { acted } = visit;
  let looks = 0;
  forEachShown(visit, (_id, rank) => {
    looks += examination(rank);
  });
  forEachShown(visit, (id, rank) => {
    const own = examination(rank);
    const actions = acted.has(id) ? 1 : 0;
    const most = Math.min(1, (acted.size * own) / (own + slips * (looks - own)));
    for (const { all, beside } of talliesOf(id)) {
      all.actions += actions;
      all.most += most;
      if (acted.size === actions) continue;
      beside.actions += actions;
      beside.most += own;
    }
  });
}

function tallyOf(tallies: Map<string, Tally>, id: string): Tally {
  let tally = tallies.get(id);
  if (tally === undefined) {
    tally = { all: { actions: 0, most: 0 }, beside: { actions: 0, most: 0 } };
    tallies.set(id, tally);
  }
  return tally;
}

const isExcess = (pair: Tally, document: Tally): boolean =>
  kinds.some(
    (kind) => isBeyond(pair[kind]) || (isBeyond(document[kind]) && pair[kind].actions > pair[kind].most),
  );

function isBeyond({ actions, most }: Count): boolean {
  const expected = allowance * most;
  if (actions <= expected) return false;
  return actions * Math.log(actions / expected) - actions + expected > surprise;
}
