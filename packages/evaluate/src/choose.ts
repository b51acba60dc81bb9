import { AttuneError } from '@attune/errors';
import type { Judgments } from '@attune/schema';
import { evaluateRun, meanOfDefined } from './metrics.js';
import type { Choice, Ranking } from './types.js';

export type Half = 'choosing' | 'reporting';

/**
 * The half of a judged set that a query belongs to, by a hash of its text: epochs, fusion weights and analysers are
 * chosen on one half, figures and p-values come from the other, so a report never rests on queries that it was fitted to.
 *
 * The text is NFKC-normalised, lower-cased and its blanks folded, so that spellings of one query stay together; its
 * UTF-8 bytes go through FNV-1a (32 bits), started with the seed, and through Murmur3's finaliser. The top bit
 * decides: 0 chooses, 1 reports. Stateless, so a query never changes its half when data grows.
 */
export function halfOf(queryText: string, { seed = 0 }: { seed?: number | undefined } = {}): Half {
  const text = queryText.normalize('NFKC').toLowerCase().trim().replace(/\s+/gu, ' ');
  let hash = 0x811c9dc5 ^ seed;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 31 === 0 ? 'choosing' : 'reporting';
}

/**
 * Judgments of the queries of each half.
 *
 * @param queries  query id -> text
 * @throws {AttuneError} DATA_INVALID for a judged query without a text
 */
export function splitJudgments(
  judgments: Judgments,
  queries: ReadonlyMap<string, string>,
  options: { seed?: number | undefined } = {},
): Record<Half, Judgments> {
  const halves: Record<Half, Judgments> = { choosing: new Map(), reporting: new Map() };
  for (const [queryId, grades] of judgments) {
    const text = queries.get(queryId);
    if (text === undefined) {
      throw new AttuneError(
        'DATA_INVALID',
        `Expected a text for every judged query, but '${queryId}' has none. Are judgments and queries of one dataset?`,
      );
    }
    halves[halfOf(text, options)].set(queryId, grades);
  }
  return halves;
}

/** Mean of one metric over the judged queries that define it: what a choice goes by. */
export function meanMetric(judgments: Judgments, rankings: readonly Ranking[], metric: string): number {
  return meanOfDefined(evaluateRun(judgments, rankings, { metrics: [metric] }).values.get(metric)!).mean;
}

export interface ChooseOptions<Candidate> {
  /** What is chosen, such as `BM25`. */
  what: string;
  /** In the order of preference: of equals the first is taken. */
  candidates: readonly { name: string; value: Candidate }[];
  /** Of the choosing half alone. */
  judgments: Judgments;
  /** How the report is to name those queries, such as `choosing half of dev`. */
  on: string;
  /** `ndcg@10` unless told. */
  metric?: string | undefined;
  rank(candidate: Candidate): Ranking[] | Promise<Ranking[]>;
}

/** Tries every candidate on the choosing half and takes the best, with a record of the choice for the report. */
export async function choose<Candidate>({
  what,
  candidates,
  judgments,
  on,
  metric = 'ndcg@10',
  rank,
}: ChooseOptions<Candidate>): Promise<{ value: Candidate; choice: Choice }> {
  let best: { name: string; value: Candidate; mean: number } | undefined;
  const tried: Choice['tried'] = [];
  for (const { name, value } of candidates) {
    const mean = meanMetric(judgments, await rank(value), metric);
    tried.push({ name, value: mean });
    if (!best || mean > best.mean) best = { name, value, mean };
  }
  if (!best)
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected candidates for ${what} to choose from, but received none.`,
    );
  return {
    value: best.value,
    choice: { what, chosen: best.name, metric, on, queryCount: judgments.size, tried },
  };
}
