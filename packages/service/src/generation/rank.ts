/** Ranks the rows of a view, whose segments are searched each by itself and whose answers are made one. */
import {
  type Filter,
  type FusionWeight,
  type Hits,
  type RankedRows,
  rankedRowsOf,
  rowSetOf,
  type ScoreModifierOptions,
  weightedFusion,
} from '@attune/search';
import type { SearchGroup } from './answer.js';
import { pruned } from './prune.js';
import type { View, ViewPart } from './view.js';

/** By vectors: one native search a segment. */
export async function denseAnswers(
  view: View,
  { queries, depths }: SearchGroup,
  filter: Filter | undefined,
): Promise<RankedRows[]> {
  const deepest = Math.max(...depths);
  const found = await Promise.all(
    view.parts.map((part) =>
      part.segment.vectors.search(queries!, {
        k: Math.min(deepest, part.segment.count),
        allowed: view.allowed(part, filter),
      }),
    ),
  );
  return joined(view, found, depths);
}

/** By words. */
export function lexicalAnswers(
  view: View,
  { texts, depths }: SearchGroup,
  filter: Filter | undefined,
): RankedRows[] {
  const deepest = Math.max(...depths);
  const found = view.parts.map((part) =>
    part.segment.words.searchBatch(texts, {
      k: Math.min(deepest, part.segment.count),
      allowed: view.allowed(part, filter),
    }),
  );
  return joined(view, found, depths);
}

/** Of each search, what every segment found. */
const joined = (view: View, found: readonly Hits[], depths: readonly number[]): RankedRows[] =>
  depths.map((depth, i) =>
    mergedRows(
      found.map((hits, place) => ({ part: view.parts[place]!, answer: rankedRowsOf(hits, i) })),
      depth,
    ),
  );

/** The answers of all segments as one, in rows of the view; equal scores in the order of their rows. */
export function mergedRows(
  found: readonly { part: Pick<ViewPart, 'start'>; answer: RankedRows }[],
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
    const { part, answer } = found[best]!;
    rows[at] = answer.rows[next[best]!]! + part.start;
    scores[at] = answer.scores[next[best]!]!;
    next[best]!++;
  }
  return { rows, scores };
}

export interface FusionInput {
  /** [members] */
  dense: readonly RankedRows[];
  /** [members] */
  lexical: readonly RankedRows[];
  weight: FusionWeight;
  dim: number;
}

/** Both fused; a row that one part lacks is scored by it exactly. */
export async function fusedAnswers(
  view: View,
  { queries, texts, depths, pages }: SearchGroup,
  { dense, lexical, weight, dim }: FusionInput,
): Promise<RankedRows[]> {
  const isMixed = typeof weight === 'number' && weight > 0;
  return Promise.all(
    dense.map(async (answer, i) => {
      const [depth, text] = [depths[i]!, texts[i]!];
      const parts = { dense: answer, lexical: lexical[i]! };
      const kept = isMixed ? pruned({ ...parts, depth, weight, page: pages[i]! }) : parts;
      // A list that is not full holds every row that may answer.
      const missing = isMixed && answer.rows.length >= depth ? without(kept.lexical, kept.dense) : [];
      const query = queries!.subarray(i * dim, (i + 1) * dim);
      const cosines = missing.length > 0 ? await cosinesOf(view, query, missing) : undefined;
      return weightedFusion(
        {
          ...kept,
          denseScoresOf: (rows) => Float32Array.from(rows, (row) => cosines?.get(row) ?? 0),
          lexicalScoresOf: (rows) => wordScores(view, text, rows),
        },
        { weight, limit: depth },
      );
    }),
  );
}

function without(list: RankedRows, known: RankedRows): number[] {
  const there = new Set(known.rows);
  return Array.from(list.rows).filter((row) => !there.has(row));
}

/** The core scores given rows when only they may answer: the same bits as in any other search. */
async function cosinesOf(
  view: View,
  query: Float32Array,
  rows: readonly number[],
): Promise<Map<number, number>> {
  const scoreOf = new Map<number, number>();
  await Promise.all(
    view.parts.map(async ({ segment, start }) => {
      const own = rows.filter((row) => row >= start && row < start + segment.count).map((row) => row - start);
      if (own.length === 0) return;
      const hits = await segment.vectors.search(query, {
        k: own.length,
        allowed: rowSetOf(segment.count, own),
      });
      for (let i = 0; i < own.length; ++i) scoreOf.set(hits.rows[i]! + start, hits.scores[i]!);
    }),
  );
  return scoreOf;
}

function wordScores(view: View, text: string, rows: Int32Array): Float32Array {
  const scores = new Float32Array(rows.length);
  for (const { segment, start } of view.parts) {
    const places = [...rows.keys()].filter((i) => rows[i]! >= start && rows[i]! < start + segment.count);
    const found = segment.words.scoresOf(
      text,
      places.map((i) => rows[i]! - start),
    );
    for (const [at, place] of places.entries()) scores[place] = found[at]!;
  }
  return scores;
}

/** Scores changed by what is known of each document. */
export function modified(view: View, found: RankedRows, options: ScoreModifierOptions): RankedRows {
  const limit = found.rows.length;
  const answers = view.parts.map((part) => {
    const { segment, start } = part;
    const places = [...found.rows.keys()].filter(
      (i) => found.rows[i]! >= start && found.rows[i]! < start + segment.count,
    );
    const answer = segment.modifiers(options).apply({
      rows: Int32Array.from(places, (i) => found.rows[i]! - start),
      scores: Float32Array.from(places, (i) => found.scores[i]!),
    });
    return { part, answer };
  });
  return mergedRows(answers, limit);
}
