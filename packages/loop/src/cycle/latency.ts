import type { Catalogue } from '../catalogue.js';
import type { LatencyRatio } from './gate-rules.js';
import { type AskedText, type Release, releaseAnswers } from './release-answers.js';

export interface LatencyOptions {
  /** Pairs of measurements; 31 unless told. */
  turns?: number | undefined;
  /** Searches of one measurement, one after the other; 8 unless told. */
  searches?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * How much longer a single search (encode, vectors, words, fusion) takes with the candidate. Both releases take turns on the same
 * queries, and who begins changes every turn, so that whatever else the machine does befalls both.
 */
export async function measureLatency(
  releases: { candidate: Release; serving: Release },
  catalogue: Catalogue,
  queries: readonly AskedText[],
  { turns = 31, searches = 8, signal }: LatencyOptions = {},
): Promise<LatencyRatio> {
  const timeOf = async (release: Release, turn: number): Promise<number> => {
    const startedAt = performance.now();
    for (let i = 0; i < searches; ++i) {
      const query = queries[(turn * searches + i) % queries.length]!;
      await releaseAnswers(release, catalogue, [query], { depth: 10, signal });
    }
    return performance.now() - startedAt;
  };
  // The first searches fill caches and let the compiler do its work.
  for (const release of [releases.serving, releases.candidate]) await timeOf(release, 0);
  const ratios: number[] = [];
  for (let turn = 0; turn < turns; ++turn) {
    const order = turn % 2 === 0 ? (['serving', 'candidate'] as const) : (['candidate', 'serving'] as const);
    const took = { serving: 0, candidate: 0 };
    for (const name of order) took[name] = await timeOf(releases[name], turn);
    ratios.push(took.candidate / took.serving);
  }
  ratios.sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.round(share * (ratios.length - 1))]!;
  return { ratio: at(0.5), low: at(0.25), high: at(0.75), turns };
}
