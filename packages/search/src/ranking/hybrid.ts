import type { View } from '../view.js';
import { type FusionWeight, fuse, isMixture, type LackingScores, type TwoLists, unionOf } from './fusion.js';
import { pruned } from './prune.js';
import type { QueryGroup } from './query-group.js';
import type { RankedRows } from './ranked-rows.js';

/**
 * Both answers to every query of a group fused, by each weight; a row that one list lacks is scored by it exactly.
 *
 * @param found.vectors  float32, [queries, dim]
 * @param found.dense    [queries], by vectors
 * @param found.lexical  [queries], by words
 * @returns [queries][weights]
 */
export async function fusedAnswers(
  view: View,
  group: QueryGroup,
  {
    vectors,
    dense,
    lexical,
  }: { vectors: Float32Array; dense: readonly RankedRows[]; lexical: readonly RankedRows[] },
  weights: readonly FusionWeight[],
): Promise<RankedRows[][]> {
  const [alone] = weights.length === 1 ? weights : [];
  const lists = dense.map((answer, i): TwoLists => {
    const both = { dense: answer, lexical: lexical[i]! };
    // Which rows cannot come into the page depends on the weight: of several, all stay.
    if (typeof alone !== 'number' || !isMixture(both, alone)) return both;
    return pruned(both, { depth: group.depths[i]!, weight: alone, page: group.pages[i]! });
  });
  const isMixed = lists.map((both) => weights.some((weight) => isMixture(both, weight)));
  // A list that is not full holds every row that may score by it.
  const withoutCosine = lists.map(({ dense: known, lexical: list }, i) =>
    isMixed[i] && dense[i]!.rows.length >= group.depths[i]! ? rowsLacking(list, known) : noRows,
  );
  const withoutBm25 = lists.map(({ dense: list, lexical: known }, i) =>
    isMixed[i] && lexical[i]!.rows.length >= group.depths[i]! ? rowsLacking(list, known) : noRows,
  );
  const cosines = await view.cosinesOf(vectors, withoutCosine);
  return lists.map((both, i) => {
    const lacking: LackingScores = {
      cosines: cosines[i]!,
      bm25: view.bm25Of(group.texts[i]!, withoutBm25[i]!),
    };
    let known: ReturnType<typeof unionOf> | undefined;
    const union = () => {
      known ??= unionOf(both, lacking);
      return known;
    };
    return weights.map((weight) => fuse(both, weight, { limit: group.pages[i]!, union }));
  });
}

const noRows: readonly number[] = [];

/** Rows of a list that the other lacks. */
function rowsLacking(list: RankedRows, other: RankedRows): number[] {
  const there = new Set(other.rows);
  return Array.from(list.rows).filter((row) => !there.has(row));
}
