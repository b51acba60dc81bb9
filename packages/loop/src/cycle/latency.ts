import { Catalogue } from '../catalogue.js';
import { indexed } from '../vectors.js';
import type { LatencyRatio } from './gate-rules.js';
import { type AskedText, type Release, releaseAnswers, wordsOf } from './release-answers.js';

/**
 * Documents that are searched to take the time. Two copies of one large index differ by where in memory they happen to lie: the same
 * release against itself came to 1.05 to 1.18 over 54,667 documents of 256 dims, to 0.96 to 1.04 over 5,000 (2026-11-24).
 */
const mostDocuments = 5000;

export interface LatencyOptions {
  /** Of every query, with each release; 15 unless told. */
  turns?: number | undefined;
  /** Different queries, of those given the first; 32 unless told. */
  queries?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * How much longer a single search (encode, vectors, words, fusion) takes with the candidate. Both releases take turns on the same
 * query, and who begins changes every turn. Of each query the quickest turn counts: whatever else the machine does only ever adds time.
 * The first 5,000 documents are searched.
 */
export async function measureLatency(
  releases: { candidate: Release; serving: Release },
  catalogue: Catalogue,
  asked: readonly AskedText[],
  { turns = 15, queries = 32, signal }: LatencyOptions = {},
): Promise<LatencyRatio> {
  const part =
    catalogue.documents.length > mostDocuments
      ? new Catalogue(catalogue.documents.slice(0, mostDocuments))
      : catalogue;
  const timed = {
    serving: overPart(releases.serving, part),
    candidate: overPart(releases.candidate, part),
  };
  const timeOf = async (release: Release, query: AskedText): Promise<number> => {
    const startedAt = performance.now();
    await releaseAnswers(release, part, [query], { depth: 10, signal });
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

/** The release over the documents of a part, which are the first of its catalogue. */
function overPart(release: Release, part: Catalogue): Release {
  const { encoder, vectors } = release.encoded;
  const length = part.documents.length * encoder.dim;
  if (length === vectors.length) return release;
  const { lexical } = release;
  return { encoded: indexed(encoder, vectors.subarray(0, length)), words: wordsOf(lexical, part), lexical };
}
