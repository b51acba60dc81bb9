import type { Hits } from '@attune/indexes';

/** One query's answer: rows and their scores, best first; equal scores in the order of their rows. */
export interface RankedRows {
  rows: Int32Array;
  scores: Float32Array;
}

/** What a search of many queries gives, cut to one query. */
export function rankedRowsOf({ rows, scores, k }: Hits, query: number): RankedRows {
  let end = query * k;
  while (end < (query + 1) * k && rows[end]! >= 0) ++end;
  return { rows: rows.subarray(query * k, end), scores: scores.subarray(query * k, end) };
}

/** The answers of several segments as one, in rows of their view, where a segment's row 0 is `start`. */
export function mergedRows(
  found: readonly { start: number; answer: RankedRows }[],
  limit: number,
): RankedRows {
  const available = found.reduce((sum, { answer }) => sum + answer.rows.length, 0);
  const count = Math.min(limit, available);
  const rows = new Int32Array(count);
  const scores = new Float32Array(count);
  // [found], the first of each answer that is not taken.
  const next = new Int32Array(found.length);
  for (let at = 0; at < count; ++at) {
    let best = -1;
    for (let each = 0; each < found.length; ++each) {
      const { answer } = found[each]!;
      if (next[each]! >= answer.rows.length) continue;
      if (best < 0 || answer.scores[next[each]!]! > found[best]!.answer.scores[next[best]!]!) best = each;
    }
    const { start, answer } = found[best]!;
    rows[at] = answer.rows[next[best]!]! + start;
    scores[at] = answer.scores[next[best]!]!;
    next[best]!++;
  }
  return { rows, scores };
}

/** The places of a list that are chosen, in their order. */
export function rowsAt({ rows, scores }: RankedRows, places: readonly number[]): RankedRows {
  return {
    rows: Int32Array.from(places, (i) => rows[i]!),
    scores: Float32Array.from(places, (i) => scores[i]!),
  };
}

/** The first `limit` of a list. */
export function firstRows({ rows, scores }: RankedRows, limit: number): RankedRows {
  return { rows: rows.subarray(0, limit), scores: scores.subarray(0, limit) };
}
