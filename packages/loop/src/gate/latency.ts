import { type AskedQuery, Catalogue, type CatalogueVectors, indexOf, Searcher } from '@attune/tune';
import type { LatencyRatio } from './gate-rules.js';

/**
 * Documents that are searched to take the time. Two copies of one large index differ by where in memory they happen to lie: the same
 * release against itself came to 1.05 to 1.18 over 54,667 documents of 256 dims, to 0.96 to 1.04 over 5,000 (2026-11-24).
 */
const mostDocuments = 5000;

export interface LatencyOptions {
  /** Of every query, with each searcher; 15 unless set. */
  turns?: number | undefined;
  /** Different queries, of those given the first; 32 unless set. */
  queries?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** A searcher, and the vectors that its view was made of. */
export interface TimedSearcher {
  searcher: Searcher;
  vectors: CatalogueVectors;
}

/**
 * How much longer a single search (encode, vectors, words, fusion) takes with the candidate. Both searchers take turns on the same
 * query, and who begins changes every turn. Of each query the quickest turn counts: whatever else the machine does only ever adds time.
 * The first 5,000 documents are searched.
 */
export async function measureLatency(
  searchers: { candidate: TimedSearcher; serving: TimedSearcher },
  catalogue: Catalogue,
  asked: readonly AskedQuery[],
  { turns = 15, queries = 32, signal }: LatencyOptions = {},
): Promise<LatencyRatio> {
  const timed = {
    serving: overFirst(searchers.serving, catalogue),
    candidate: overFirst(searchers.candidate, catalogue),
  };
  const timeOf = async (searcher: Searcher, query: AskedQuery): Promise<number> => {
    const startedAt = performance.now();
    await searcher.search([query], { limit: 10, signal });
    return performance.now() - startedAt;
  };
  const ratios: number[] = [];
  for (const query of asked.slice(0, queries)) {
    const best = { serving: Number.POSITIVE_INFINITY, candidate: Number.POSITIVE_INFINITY };
    for (let turn = 0; turn < turns; ++turn) {
      const order =
        turn % 2 === 0 ? (['serving', 'candidate'] as const) : (['candidate', 'serving'] as const);
      for (const name of order) best[name] = Math.min(best[name], await timeOf(timed[name], query));
    }
    ratios.push(best.candidate / best.serving);
  }
  ratios.sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.round(share * (ratios.length - 1))]!;
  return { ratio: at(0.5), low: at(0.25), high: at(0.75), queries: ratios.length, turns };
}

/** The same over the first documents of the catalogue. */
function overFirst({ searcher, vectors }: TimedSearcher, catalogue: Catalogue): Searcher {
  if (catalogue.documents.length <= mostDocuments) return searcher;
  const part = new Catalogue(catalogue.documents.slice(0, mostDocuments));
  const { encoder, lexical } = searcher;
  const { dim, fingerprint } = encoder;
  const index = indexOf(vectors.vectors.subarray(0, mostDocuments * dim), { dim, fingerprint });
  return Searcher.over(part, { encoder, vectors: { ...vectors, index }, lexical });
}
