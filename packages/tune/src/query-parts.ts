import type { JudgedQueries, QueryParts } from '@attune/data';
import { AttuneError } from '@attune/errors';
import { detectableDifference, leastQueries, usualSpread } from '@attune/evaluate';
import { type JudgedSet, type JudgedSets, judgedSets } from './judged.js';

/**
 * How many queries a dataset gives to learn from, to choose by and to report, by the rules of `tuneModel` and `compareModels`, and the
 * smallest difference of NDCG@10 that its test queries can show. How far differences spread from query to query is not known before
 * an evaluation: they are taken to spread by `usualSpread`. A query whose judgments are all 0 defines no NDCG and is not counted.
 *
 * @param judged  a dataset; of its documents nothing is needed
 */
export function queryParts(judged: JudgedQueries): QueryParts {
  const sets = setsOf(judged);
  const test = sets === undefined ? 0 : definedIn(sets.main);
  return {
    all: judged.queries.length,
    training: new Set(judged.interactions.filter(({ weight }) => weight > 0).map(({ queryId }) => queryId))
      .size,
    choosing: sets === undefined ? 0 : definedIn(sets.choosing),
    test,
    areStated: judged.areStated,
    least: leastQueries,
    smallestDifference: test === 0 ? null : detectableDifference(usualSpread, test),
  };
}

/** Undefined where no query is judged. */
function setsOf(judged: JudgedQueries): JudgedSets | undefined {
  try {
    return judgedSets({ ...judged, documents: [] });
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'DATA_INVALID') return undefined;
    throw error;
  }
}

const definedIn = ({ judgments }: JudgedSet): number =>
  [...judgments.values()].filter((grades) => [...grades.values()].some((grade) => grade > 0)).length;
