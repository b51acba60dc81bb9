import { AttuneError } from '@attune/errors';

/** One query's answer, best first. A row of -1 stands for no answer, as at the end of `Hits`. */
export interface RankedRows {
  rows: Int32Array;
  scores: Float32Array;
}

/** What a search of many queries gives, cut to one query. */
export function rankedRowsOf(
  { rows, scores, k }: { rows: Int32Array; scores: Float32Array; k: number },
  query: number,
): RankedRows {
  let end = query * k;
  while (end < (query + 1) * k && rows[end]! >= 0) ++end;
  return { rows: rows.subarray(query * k, end), scores: scores.subarray(query * k, end) };
}

export interface ReciprocalRankOptions {
  /** Rows to give. */
  limit: number;
  /** Dampens the first ranks against the later ones. Default 60. */
  k?: number | undefined;
}

/**
 * Reciprocal rank fusion: score(row) = sum over the lists of 1 / (k + rank), ranks from 1.
 *
 * It needs no comparable scores and no choice, but a weak list pulls a good one down to it (README).
 *
 * @see Cormack, Clarke, Büttcher 2009, Reciprocal Rank Fusion
 */
export function reciprocalRankFusion(
  lists: readonly RankedRows[],
  { limit, k = 60 }: ReciprocalRankOptions,
): RankedRows {
  const scoreOf = new Map<number, number>();
  for (const { rows } of lists) {
    for (let rank = 1; rank <= rows.length && rows[rank - 1]! >= 0; ++rank) {
      const row = rows[rank - 1]!;
      scoreOf.set(row, (scoreOf.get(row) ?? 0) + 1 / (k + rank));
    }
  }
  return bestOf([...scoreOf.keys()], [...scoreOf.values()], limit);
}

/** How much BM25 counts beside the cosine: 0 is the vectors alone, `lexicalOnly` is BM25 alone. */
export type FusionWeight = number | 'lexicalOnly';

/** The two answers to one query, and how to score a row that only one of them holds. */
export interface FusionParts {
  /** By vectors; scores are cosines. The best 200 are enough. */
  dense: RankedRows;
  /** By words; scores are BM25. The best 200 are enough. */
  lexical: RankedRows;
  /** Cosines of rows that `dense` lacks. Without it such a row counts as its lowest cosine. */
  denseScoresOf?: ((rows: Int32Array) => ArrayLike<number>) | undefined;
  /** BM25 of rows that `lexical` lacks, as `LexicalIndex.scoresOf`. Without it such a row counts as 0. */
  lexicalScoresOf?: ((rows: Int32Array) => ArrayLike<number>) | undefined;
}

export interface WeightedFusionOptions {
  weight: FusionWeight;
  /** Rows to give. */
  limit: number;
}

/**
 * Weighted fusion over the rows that either list holds:
 *
 *     score(row) = cosine + weight * bm25 / (the query's highest bm25)
 *
 * BM25 is divided by the query's highest, because its scale grows with the number of words, while cosines stay. Where one
 * list is empty the other one answers alone.
 */
export function weightedFusion(parts: FusionParts, { weight, limit }: WeightedFusionOptions): RankedRows {
  return fuse(unionOf(parts), weight, limit);
}

/** The union of both lists with both scores of every row: what a choice of weights tries again and again. */
interface Union {
  parts: FusionParts;
  rows: number[];
  cosines: Float64Array;
  /** bm25 / (the query's highest bm25), 0 to 1 */
  lexical: Float64Array;
}

function unionOf(parts: FusionParts): Union {
  const { dense, lexical, denseScoresOf, lexicalScoresOf } = parts;
  const rows = [...new Set([...dense.rows, ...lexical.rows])].filter((row) => row >= 0).sort((a, b) => a - b);
  const lowest = dense.scores.reduce(
    (low, score, i) => (dense.rows[i]! >= 0 ? Math.min(low, score) : low),
    1,
  );
  const highest = lexical.scores[0] ?? 0;
  const cosines = scoresOfRows(rows, dense, lowest, denseScoresOf);
  const bm25 = scoresOfRows(rows, lexical, 0, lexicalScoresOf);
  return { parts, rows, cosines, lexical: highest > 0 ? bm25.map((score) => score / highest) : bm25.fill(0) };
}

function scoresOfRows(
  rows: readonly number[],
  list: RankedRows,
  otherwise: number,
  exactScoresOf: ((rows: Int32Array) => ArrayLike<number>) | undefined,
): Float64Array {
  const known = new Map<number, number>();
  for (let i = 0; i < list.rows.length; ++i) known.set(list.rows[i]!, list.scores[i]!);
  const scores = Float64Array.from(rows, (row) => known.get(row) ?? otherwise);
  if (exactScoresOf === undefined) return scores;

  const missing = rows.flatMap((row, i) => (known.has(row) ? [] : [i]));
  if (missing.length === 0) return scores;
  const exact = exactScoresOf(Int32Array.from(missing, (i) => rows[i]!));
  if (exact.length !== missing.length) {
    throw new AttuneError(
      'SHAPE_MISMATCH',
      `Expected a score for each of the ${missing.length} rows asked for, but received ${exact.length}.`,
    );
  }
  for (const [i, place] of missing.entries()) scores[place] = exact[i]!;
  return scores;
}

function fuse({ parts, rows, cosines, lexical }: Union, weight: FusionWeight, limit: number): RankedRows {
  const { dense, lexical: lexicalList } = parts;
  if (weight !== 'lexicalOnly' && !(weight >= 0 && Number.isFinite(weight))) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected the weight of BM25 to be 0 or more, or 'lexicalOnly', but received ${weight}.`,
    );
  }
  const hasDense = (dense.rows[0] ?? -1) >= 0;
  const hasLexical = (lexicalList.rows[0] ?? -1) >= 0;
  // An answer of one part alone is that part's list itself, with its own scores.
  if (weight === 0 || !hasLexical)
    return hasDense || weight === 0 ? cut(dense, limit) : cut(lexicalList, limit);
  if (weight === 'lexicalOnly' || !hasDense) return cut(lexicalList, limit);
  return bestOf(
    rows,
    Array.from(rows, (_, i) => cosines[i]! + weight * lexical[i]!),
    limit,
  );
}

export interface FusionChoice {
  weight: FusionWeight;
  /** What `judge` said of `weight`. */
  score: number;
  tries: { weight: FusionWeight; score: number }[];
}

export interface ChooseFusionWeightOptions {
  /** One a query. Figures that are reported come from other queries. */
  queries: readonly FusionParts[];
  /** How good the answers to all queries are; higher is better. */
  judge: (answers: readonly RankedRows[]) => number;
  /** Rows that `judge` wants of each query. Default 100. */
  limit?: number | undefined;
  /** Tried in this order; of equal ones the earlier stays. Default: either part alone first, then 0.05 to 3. */
  weights?: readonly FusionWeight[] | undefined;
}

const defaultWeights: readonly FusionWeight[] = [
  ...[0, 'lexicalOnly' as const],
  ...[0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.25, 1.5, 2, 3],
];

/**
 * Finds the weight that `judge` likes best. Either part alone is among the tries and stays unless a mixture is better, so
 * a part that has nothing to give is left out.
 *
 * @throws {AttuneError} DATA_EMPTY without queries
 */
export function chooseFusionWeight({
  queries,
  judge,
  limit = 100,
  weights = defaultWeights,
}: ChooseFusionWeightOptions): FusionChoice {
  if (queries.length === 0) {
    throw new AttuneError(
      'DATA_EMPTY',
      'Expected judged queries to choose the fusion weight on, but received none.',
    );
  }
  const unions = queries.map(unionOf);
  const tries = weights.map((weight) => ({
    weight,
    score: judge(unions.map((union) => fuse(union, weight, limit))),
  }));
  if (tries.length === 0) {
    throw new AttuneError('INVALID_ARGUMENT', 'Expected at least one weight to try, but received none.');
  }
  const best = tries.reduce((best, attempt) => (attempt.score > best.score ? attempt : best));
  return { ...best, tries };
}

function cut({ rows, scores }: RankedRows, limit: number): RankedRows {
  let end = 0;
  while (end < Math.min(limit, rows.length) && rows[end]! >= 0) ++end;
  return { rows: rows.slice(0, end), scores: scores.slice(0, end) };
}

/** The best `limit`; equal scores, as float32, in the order of their rows. */
function bestOf(rows: readonly number[], scores: readonly number[], limit: number): RankedRows {
  const rounded = Float32Array.from(scores);
  const order = Array.from(rows, (_, i) => i).sort(
    (a, b) => rounded[b]! - rounded[a]! || rows[a]! - rows[b]!,
  );
  const kept = order.slice(0, limit);
  return {
    rows: Int32Array.from(kept, (i) => rows[i]!),
    scores: Float32Array.from(kept, (i) => rounded[i]!),
  };
}
