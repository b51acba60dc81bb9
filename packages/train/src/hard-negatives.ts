import { AttuneError } from '@attune/errors';
import type { NamedNegatives } from './types.js';

/** What a model finds for each query key, best first: of query key q, entries offsets[q] to offsets[q + 1]. */
export interface Found {
  offsets: Uint32Array;
  /** Places in the documents. */
  documents: Uint32Array;
  /** Cosines. */
  scores: Float32Array;
}

export interface HardNegatives {
  negatives: NamedNegatives;
  /** How many of those found were taken, and left out for being known or too near to what answers the query. */
  taken: number;
  known: number;
  tooNear: number;
  /** Queries that got none. */
  queriesWithout: number;
}

/** What scores more than this share of what answers a query probably answers it too (NV-Retriever's TopK-PercPos). */
const shareOfPositive = 0.95;

/**
 * The negatives that teach most: what the model itself ranks high for a query although nobody is known to want it. Many of those are wanted all
 * the same and were never shown, so a document is left out when any pair gives it to the query, or when its score is above 95 % of the
 * query's own positives'. Negatives that the data names come first.
 *
 * @param options.positives      of query key q, document keys offsets[q] to offsets[q + 1], from knownPositives
 * @param options.positiveScores of each query key, the mean cosine of its pairs
 * @param options.documents      each with its row of the texts and its key
 * @param options.perQuery       at most so many of those found
 * @param options.named          those of the data
 * @see de Souza P. Moreira et al. 2024, https://arxiv.org/abs/2407.15831
 */
export function hardNegatives(options: {
  found: Found;
  positives: { offsets: Uint32Array; documentKeys: Int32Array };
  positiveScores: Float32Array;
  documents: { texts: Uint32Array; keys: Int32Array };
  perQuery: number;
  named?: NamedNegatives | undefined;
}): HardNegatives {
  const { found, positives, positiveScores, documents, perQuery, named } = options;
  const queries = found.offsets.length - 1;
  if (positiveScores.length !== queries) {
    throw new AttuneError(
      'SHAPE_MISMATCH',
      `Expected a score for each of the ${queries} queries, but received ${positiveScores.length}.`,
    );
  }
  const namedQueries = Math.max(0, (named?.offsets.length ?? 1) - 1);
  const offsets = new Uint32Array(Math.max(queries, namedQueries) + 1);
  const texts: number[] = [];
  const keys: number[] = [];
  let taken = 0;
  let known = 0;
  let tooNear = 0;
  let queriesWithout = 0;
  for (let query = 0; query + 1 < offsets.length; ++query) {
    const seen = new Set(
      positives.documentKeys.subarray(positives.offsets[query], positives.offsets[query + 1]),
    );
    if (named && query < namedQueries) {
      for (let at = named.offsets[query]!; at < named.offsets[query + 1]!; ++at) {
        texts.push(named.texts[at]!);
        keys.push(named.documentKeys[at]!);
        seen.add(named.documentKeys[at]!);
      }
    }
    const before = taken;
    const most = shareOfPositive * (positiveScores[query] ?? 0);
    const end = found.offsets[query + 1] ?? found.offsets[queries]!;
    for (let at = found.offsets[query] ?? end; at < end && taken - before < perQuery; ++at) {
      const document = found.documents[at]!;
      const key = documents.keys[document]!;
      if (seen.has(key)) known += 1;
      else if (found.scores[at]! > most) tooNear += 1;
      else {
        seen.add(key);
        texts.push(documents.texts[document]!);
        keys.push(key);
        taken += 1;
      }
    }
    if (query < queries && taken === before) queriesWithout += 1;
    offsets[query + 1] = texts.length;
  }
  return {
    negatives: { offsets, texts: Uint32Array.from(texts), documentKeys: Int32Array.from(keys) },
    taken,
    known,
    tooNear,
    queriesWithout,
  };
}
