import { AttuneError } from '@attune/errors';
import { type AnalyserName, analyserNames } from './analyser.js';
import { type Bm25Parameters, LexicalIndex, type LexicalQuery } from './lexical-index.js';
import type { Hits } from './types.js';

export interface Bm25Try extends Bm25Parameters {
  analyser: AnalyserName;
  /** What `judge` said. */
  score: number;
}

export interface Bm25Choice {
  best: Bm25Try;
  /** The index of the best try over all of the texts. */
  index: LexicalIndex;
  /** Every try, in the order in which they were made. */
  tries: Bm25Try[];
}

export interface ChooseBm25Options {
  /** One text a document; row i is text i. */
  texts: readonly string[];
  /** Queries to choose on. Figures that are reported come from others. */
  queries: readonly (string | LexicalQuery)[];
  /** How good the hits of all queries are; higher is better. */
  judge: (hits: Hits) => number;
  /** Rows that `judge` wants of each query. Default 10. */
  k?: number | undefined;
  /** Default: all. */
  analysers?: readonly AnalyserName[] | undefined;
  k1?: readonly number[] | undefined;
  b?: readonly number[] | undefined;
}

/**
 * Finds the BM25 that suits a catalogue: each analyser with each pair of k1 and b. Every analyser cuts the texts once. Of
 * equal tries the earlier one stays, so that the plain analyser wins when stems bring nothing.
 *
 * @throws {AttuneError} DATA_EMPTY without queries
 */
export function chooseBm25({
  texts,
  queries,
  judge,
  k = 10,
  analysers = analyserNames,
  k1 = [0.2, 0.4, 0.6, 0.9, 1.2, 1.6],
  b = [0.25, 0.5, 0.75, 0.9],
}: ChooseBm25Options): Bm25Choice {
  if (queries.length === 0) {
    throw new AttuneError('DATA_EMPTY', 'Expected judged queries to choose BM25 on, but received none.');
  }
  const tries: Bm25Try[] = [];
  let best: Bm25Try | undefined;
  let index: LexicalIndex | undefined;
  for (const analyser of analysers) {
    const built = LexicalIndex.build({ texts, analyser });
    for (const k1Value of k1) {
      for (const bValue of b) {
        const candidate = built.reweighted({ k1: k1Value, b: bValue });
        const score = judge(candidate.searchBatch(queries, { k }));
        const attempt = { analyser, k1: k1Value, b: bValue, score };
        tries.push(attempt);
        if (best === undefined || score > best.score) {
          best = attempt;
          index = candidate;
        }
      }
    }
  }
  if (best === undefined || index === undefined) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      'Expected at least one analyser, one k1 and one b, but received none.',
    );
  }
  return { best, index, tries };
}
