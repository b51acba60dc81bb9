import type { Catalogue } from '../catalogue.js';
import type { LatencyRatio } from './gate-rules.js';
import { type AskedText, type Release, releaseAnswers } from './release-answers.js';

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
 */
export async function measureLatency(
  releases: { candidate: Release; serving: Release },
  catalogue: Catalogue,
  asked: readonly AskedText[],
  { turns = 15, queries = 32, signal }: LatencyOptions = {},
): Promise<LatencyRatio> {
  const timeOf = async (release: Release, query: AskedText): Promise<number> => {
    const startedAt = performance.now();
    await releaseAnswers(release, catalogue, [query], { depth: 10, signal });
    return performance.now() - startedAt;
  };
  const ratios: number[] = [];
  for (const query of asked.slice(0, queries)) {
    const best = { serving: Number.POSITIVE_INFINITY, candidate: Number.POSITIVE_INFINITY };
    for (let turn = 0; turn < turns; ++turn) {
      const order =
        turn % 2 === 0 ? (['serving', 'candidate'] as const) : (['candidate', 'serving'] as const);
      for (const name of order) best[name] = Math.min(best[name], await timeOf(releases[name], query));
    }
    ratios.push(best.candidate / best.serving);
  }
  ratios.sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.round(share * (ratios.length - 1))]!;
  return { ratio: at(0.5), low: at(0.25), high: at(0.75), queries: ratios.length, turns };
}
