import { evaluateRun, type Ranking } from '@attune/evaluate';
import type { JudgedQuery } from '@attune/schema';
import { type JudgedSet, judgedDepth } from '@attune/tune';
import { dcgAt10 } from '../gate/judge-newest.js';
import { equalitiesOf, type ShownQuery } from './learning-set.js';

/**
 * What a cycle chooses on: queries that were shown and clicked, and judged queries of other datasets.
 *
 * A clicked query is judged on its condensed answer: of a ranking only the documents that were shown count, by their debiased gains.
 * Were the others counted as wrong, the release that had chosen what to show would always be liked best: on the icons no epoch
 * of training came near it (0.69 against 0.63), while judges who knew all right answers liked every epoch better. Queries whose filter
 * is not made of equalities are left out.
 *
 * @param judged  queries of other datasets, by the usual NDCG@10
 */
export function choosingSet(shown: readonly ShownQuery[], judged: JudgedSet): JudgedSet {
  const clicked = shown.flatMap(({ text, filter, gains }, i) => {
    const equalities = equalitiesOf(filter);
    const ideal = dcgAt10([...gains.values()].sort((a, b) => b - a));
    if (equalities === undefined || gains.size < 2 || ideal === 0) return [];
    const query: JudgedQuery = { id: `s${i}`, text, filter: equalities };
    return [{ query, gains, ideal }];
  });
  const mean = clicked.reduce((sum, { ideal }) => sum + ideal, 0) / Math.max(1, clicked.length);
  const gainsOf = new Map(clicked.map(({ query, gains }) => [query.id, gains]));
  const gainOf = ({ documentIds }: Ranking, gains: ReadonlyMap<string, number>) =>
    dcgAt10(documentIds.flatMap((id) => gains.get(id) ?? [])) / mean;
  return {
    name: 'choosing part of the feedback',
    queries: [...clicked.map(({ query }) => query), ...judged.queries],
    judgments: new Map([
      ...clicked.map(({ query, gains }) => [query.id, gains] as const),
      ...judged.judgments,
    ]),
    ignore: judged.ignore,
    measure: {
      depth: judgedDepth,
      values: (rankings) => {
        const ofClicked = rankings.flatMap((ranking) => {
          const gains = gainsOf.get(ranking.queryId);
          return gains === undefined ? [] : [gainOf(ranking, gains)];
        });
        if (judged.queries.length === 0) return Float64Array.from(ofClicked);
        const others = rankings.filter(({ queryId }) => !gainsOf.has(queryId));
        const { values } = evaluateRun(judged.judgments, others, { metrics: ['ndcg@10'] });
        return Float64Array.from([...ofClicked, ...values.get('ndcg@10')!]);
      },
    },
  };
}
