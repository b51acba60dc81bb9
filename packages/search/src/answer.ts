import type { FusionWeight } from './ranking/fusion.js';
import { fusedAnswers } from './ranking/hybrid.js';
import { groupsOf, type QueryGroup, type ViewQuery, vectorsOf } from './ranking/query-group.js';
import type { RankedRows } from './ranking/ranked-rows.js';
import type { View } from './view.js';

/** Rows of the view and their scores, best first; or why this query could not be answered. */
export type Answer = RankedRows | { error: unknown };

export interface AnswerOptions {
  /** How much words count beside vectors in a hybrid search. */
  fusionWeight: FusionWeight;
  signal?: AbortSignal | undefined;
}

/**
 * Answers queries over a view: the one way in which anything in Attune is searched. Queries that want the same are answered together, and
 * an answer has the same bits alone, in any batch, and however the documents lie in segments, but for the order of equal scores. A wrong
 * query fails with those that share its spec, and no others.
 *
 * @returns [queries]
 */
export async function answerQueries(
  view: View,
  queries: readonly ViewQuery[],
  { fusionWeight, signal }: AnswerOptions,
): Promise<Answer[]> {
  const answers = new Array<Answer>(queries.length);
  await Promise.all(
    groupsOf(queries).map(async (group) => {
      try {
        const found = await groupAnswers(view, queries, group, { weights: [fusionWeight], signal });
        for (const [i, place] of group.members.entries())
          answers[place] = page(found[i]![0]!, queries[place]!);
      } catch (error) {
        for (const place of group.members) answers[place] = { error };
      }
    }),
  );
  return answers;
}

/**
 * The same queries by several weights at once, for whoever chooses among them: each is searched once. Gives what `answerQueries` gives.
 *
 * @returns [weights][queries]
 * @throws what a query fails with
 */
export async function answersByWeight(
  view: View,
  queries: readonly ViewQuery[],
  { fusionWeights, signal }: { fusionWeights: readonly FusionWeight[]; signal?: AbortSignal | undefined },
): Promise<RankedRows[][]> {
  const answers = fusionWeights.map(() => new Array<RankedRows>(queries.length));
  for (const group of groupsOf(queries)) {
    const found = await groupAnswers(view, queries, group, { weights: fusionWeights, signal });
    for (const [i, place] of group.members.entries()) {
      for (const [w, answer] of found[i]!.entries()) answers[w]![place] = page(answer, queries[place]!);
    }
  }
  return answers;
}

/** @returns [members][weights] */
async function groupAnswers(
  view: View,
  queries: readonly ViewQuery[],
  group: QueryGroup,
  { weights, signal }: { weights: readonly FusionWeight[]; signal: AbortSignal | undefined },
): Promise<RankedRows[][]> {
  const { mode, filter, modifiers } = group.spec;
  view.checkFields(filter, modifiers);
  const allowed = await view.allowedBy(filter, signal);
  const lexical = mode === 'vector' ? undefined : view.byWords(group, allowed);
  const vectors = mode === 'lexical' ? undefined : vectorsOf(group, queries);
  const dense = vectors && (await view.byVectors(vectors, group, { allowed, signal }));
  const found =
    dense && lexical
      ? await fusedAnswers(view, group, { vectors, dense, lexical }, weights)
      : (dense ?? lexical)!.map((answer) => weights.map(() => answer));
  return modifiers ? found.map((each) => each.map((answer) => view.modified(answer, modifiers))) : found;
}

function page({ rows, scores }: RankedRows, { offset = 0, limit }: ViewQuery): RankedRows {
  return { rows: rows.slice(offset, offset + limit), scores: scores.slice(offset, offset + limit) };
}
