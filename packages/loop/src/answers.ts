import type { Ranking } from '@attune/evaluate';
import {
  type FusionParts,
  type FusionWeight,
  type Hits,
  type LexicalIndex,
  type RankedRows,
  rankedRowsOf,
  type VectorIndex,
  weightedFusion,
} from '@attune/search';
import type { Catalogue } from './catalogue.js';
import type { JudgedQuery, JudgedSet } from './judged.js';

/** Documents of an answer that are judged: Recall@100 looks no further. */
export const judgedDepth = 100;

/** Documents of each part that fusion takes, as the experiments did. */
export const fusionDepth = 200;

/** Rows to ask for, so that `depth` are left when the ignored ones are taken out. */
function depthWithIgnored(set: JudgedSet, depth: number): number {
  return depth + Math.max(0, ...set.queries.map(({ ignore }) => ignore.size));
}

/** One query's answer without the documents that it was trained on. */
function withoutIgnored({ rows, scores }: RankedRows, query: JudgedQuery, catalogue: Catalogue): RankedRows {
  if (query.ignore.size === 0) return { rows, scores };
  const kept = [...rows.keys()].filter((i) => !query.ignore.has(catalogue.ids[rows[i]!]!));
  return { rows: Int32Array.from(kept, (i) => rows[i]!), scores: Float32Array.from(kept, (i) => scores[i]!) };
}

function cutHits(hits: Hits, set: JudgedSet, catalogue: Catalogue): RankedRows[] {
  return set.queries.map((query, i) => withoutIgnored(rankedRowsOf(hits, i), query, catalogue));
}

/** By vectors. Queries that search the same documents are asked together. @param vectors float32, [queries, dim] */
export async function denseAnswers(
  index: VectorIndex,
  vectors: Float32Array,
  set: JudgedSet,
  catalogue: Catalogue,
  { depth = fusionDepth, signal }: { depth?: number; signal?: AbortSignal | undefined } = {},
): Promise<RankedRows[]> {
  const k = depthWithIgnored(set, depth);
  const groups = new Map<string, number[]>();
  set.queries.forEach(({ filter }, i) => {
    const key = JSON.stringify(filter);
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  const hits: Hits = {
    rows: new Int32Array(set.queries.length * k).fill(-1),
    scores: new Float32Array(set.queries.length * k).fill(-Infinity),
    k,
  };
  for (const members of groups.values()) {
    const asked = new Float32Array(members.length * index.dim);
    members.forEach((i, place) => {
      asked.set(vectors.subarray(i * index.dim, (i + 1) * index.dim), place * index.dim);
    });
    const allowed = catalogue.allowed(set.queries[members[0]!]!.filter);
    const found = await index.search(asked, { k, allowed, signal });
    members.forEach((i, place) => {
      hits.rows.set(found.rows.subarray(place * k, (place + 1) * k), i * k);
      hits.scores.set(found.scores.subarray(place * k, (place + 1) * k), i * k);
    });
  }
  return cutHits(hits, set, catalogue);
}

/** By words. */
export function lexicalAnswers(
  index: LexicalIndex,
  set: JudgedSet,
  catalogue: Catalogue,
  { depth = fusionDepth }: { depth?: number } = {},
): RankedRows[] {
  const queries = set.queries.map(({ text, filter }) => ({ text, allowed: catalogue.allowed(filter) }));
  return cutHits(index.searchBatch(queries, { k: depthWithIgnored(set, depth) }), set, catalogue);
}

/** What the fusion of both answers to each query needs; a row that one part lacks is scored by it exactly. */
export function fusionParts(
  dense: readonly RankedRows[],
  lexical: readonly RankedRows[],
  set: JudgedSet,
  {
    queryVectors,
    documentVectors,
    dim,
  }: { queryVectors: Float32Array; documentVectors: Float32Array; dim: number },
  index: LexicalIndex,
): FusionParts[] {
  return set.queries.map(({ text }, i) => ({
    dense: dense[i]!,
    lexical: lexical[i]!,
    denseScoresOf: (rows) =>
      Float32Array.from(rows, (row) => {
        let sum = 0;
        for (let d = 0; d < dim; d++) sum += queryVectors[i * dim + d]! * documentVectors[row * dim + d]!;
        return sum;
      }),
    lexicalScoresOf: (rows) => index.scoresOf(text, rows),
  }));
}

export function fusedAnswers(parts: readonly FusionParts[], weight: FusionWeight): RankedRows[] {
  return parts.map((part) => weightedFusion(part, { weight, limit: judgedDepth }));
}

/** Answers as evaluation takes them: ids instead of rows, no deeper than is judged. */
export function rankingsOf(answers: readonly RankedRows[], set: JudgedSet, catalogue: Catalogue): Ranking[] {
  return set.queries.map(({ id }, i) => {
    const { rows, scores } = answers[i]!;
    const length = Math.min(rows.length, judgedDepth);
    return {
      queryId: id,
      documentIds: Array.from(rows.subarray(0, length), (row) => catalogue.ids[row]!),
      scores: scores.subarray(0, length),
    };
  });
}
