import type { TwoLists } from './fusion.js';
import { rowsAt } from './ranked-rows.js';

/** Above the rounding of scores to float32. */
const margin = 1e-5;

export interface PruneOptions {
  /** Rows of a full list: what a full list lacks scores no higher by it than its last. */
  depth: number;
  weight: number;
  /** Rows of the fused answer that are looked at. */
  page: number;
}

/**
 * Both lists without the rows that cannot come into the page when they are fused (score = cosine + weight · BM25 / highest BM25):
 *
 *     at least  page  rows of `dense` score no less than  t, the page-th of their cosines + what is known of their BM25
 *     a row is left out when  its cosine, or the last of a full list,  + weight · the same of BM25  lies below t
 *
 * So the page is the same, and few rows need the score that their list lacks. The best by words stays: it is what BM25 is divided by.
 */
export function pruned({ dense, lexical }: TwoLists, { depth, weight, page }: PruneOptions): TwoLists {
  const highest = lexical.scores[0] ?? 0;
  if (page >= dense.rows.length || highest <= 0) return { dense, lexical };
  const share = weight / highest;
  const bm25Of = new Map<number, number>();
  for (let i = 0; i < lexical.rows.length; ++i) bm25Of.set(lexical.rows[i]!, lexical.scores[i]!);

  const least = Float64Array.from(dense.rows, (row, i) => dense.scores[i]! + share * (bm25Of.get(row) ?? 0));
  const sorted = least.slice().sort();
  const threshold = sorted[sorted.length - page]! - margin;

  const unknownBm25 = lexical.rows.length >= depth ? lexical.scores[depth - 1]! : 0;
  const keptDense: number[] = [];
  const cosineOf = new Map<number, number>();
  for (let i = 0; i < dense.rows.length; ++i) {
    const row = dense.rows[i]!;
    cosineOf.set(row, dense.scores[i]!);
    const most = dense.scores[i]! + share * (bm25Of.get(row) ?? unknownBm25);
    if (most >= threshold || row === lexical.rows[0]) keptDense.push(i);
  }
  const lastCosine = dense.rows.length >= depth ? dense.scores[dense.scores.length - 1]! : -1;
  const keptLexical: number[] = [];
  for (let i = 0; i < lexical.rows.length; ++i) {
    const cosine = cosineOf.get(lexical.rows[i]!) ?? lastCosine;
    if (i === 0 || cosine + share * lexical.scores[i]! >= threshold) keptLexical.push(i);
  }
  return { dense: rowsAt(dense, keptDense), lexical: rowsAt(lexical, keptLexical) };
}
