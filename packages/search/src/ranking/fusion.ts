import { AttuneError } from '@attune/errors';
import { firstRows, type RankedRows, rowsAt } from './ranked-rows.js';

/** How much BM25 counts beside the cosine: 0 is the vectors alone, `lexicalOnly` is BM25 alone. */
export type FusionWeight = number | 'lexicalOnly';

/** The two answers to one query. */
export interface TwoLists {
  /** By vectors; scores are cosines. */
  dense: RankedRows;
  /** By words; scores are BM25. */
  lexical: RankedRows;
}

/** The scores of rows that the list they belong to lacks; a row that is not here either scores 0 by it. */
export interface LackingScores {
  cosines: ReadonlyMap<number, number>;
  bm25: ReadonlyMap<number, number>;
}

/** The rows that either list holds, with both scores of each. */
export interface Union {
  /** Ascending. */
  rows: number[];
  cosines: Float64Array;
  /** bm25 / (the query's highest bm25), 0 to 1 */
  lexical: Float64Array;
}

export function unionOf({ dense, lexical }: TwoLists, lacking: LackingScores): Union {
  const rows = [...new Set([...dense.rows, ...lexical.rows])].sort((a, b) => a - b);
  const highest = lexical.scores[0] ?? 0;
  const cosines = scoresOfRows(rows, dense, lacking.cosines);
  const bm25 = scoresOfRows(rows, lexical, lacking.bm25);
  return { rows, cosines, lexical: highest > 0 ? bm25.map((score) => score / highest) : bm25 };
}

function scoresOfRows(
  rows: readonly number[],
  list: RankedRows,
  lacking: ReadonlyMap<number, number>,
): Float64Array {
  const known = new Map<number, number>();
  for (let i = 0; i < list.rows.length; ++i) known.set(list.rows[i]!, list.scores[i]!);
  return Float64Array.from(rows, (row) => known.get(row) ?? lacking.get(row) ?? 0);
}

/** Whether an answer is more than one of its two lists. */
export function isMixture({ dense, lexical }: TwoLists, weight: FusionWeight): boolean {
  return typeof weight === 'number' && weight > 0 && dense.rows.length > 0 && lexical.rows.length > 0;
}

/**
 * Weighted fusion over the rows that either list holds:
 *
 *     score(row) = cosine + weight * bm25 / (the query's highest bm25)
 *
 * BM25 is divided by the query's highest, because its scale grows with the number of words, while cosines stay. Where one list is empty,
 * or the weight leaves one out, the other answers alone, with its own scores.
 *
 * @param union  of the lists; asked for only where the answer is a mixture
 */
export function fuse(
  lists: TwoLists,
  weight: FusionWeight,
  { limit, union }: { limit: number; union: () => Union },
): RankedRows {
  checkFusionWeight(weight);
  if (!isMixture(lists, weight)) {
    const { dense, lexical } = lists;
    return firstRows(weight === 0 || lexical.rows.length === 0 ? dense : lexical, limit);
  }
  const { rows, cosines, lexical } = union();
  const scores = Float32Array.from(rows, (_, i) => cosines[i]! + (weight as number) * lexical[i]!);
  const order = rows.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || rows[a]! - rows[b]!);
  return rowsAt({ rows: Int32Array.from(rows), scores }, order.slice(0, limit));
}

/** @throws {AttuneError} INVALID_ARGUMENT */
export function checkFusionWeight(weight: FusionWeight): void {
  if (weight === 'lexicalOnly' || (weight >= 0 && Number.isFinite(weight))) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected the weight of BM25 to be 0 or more, or 'lexicalOnly', but received ${weight}.`,
  );
}
