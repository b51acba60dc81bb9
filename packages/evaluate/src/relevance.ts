import type { Judgments, WeightKind } from '@attune/schema';

/** From which grade on a document is relevant. */
export interface Relevance {
  relevantFrom: number;
  /** The rule, in a sentence for the report. */
  rule: string;
}

/** Judgments by whose numbers an answer can be measured. */
export interface GradedJudgments {
  judgments: Judgments;
  /** undefined: half of the highest grade, as {@link relevanceThreshold} has it. */
  relevance: Relevance | undefined;
}

/**
 * Grades from what the numbers of judgments are. Grades and labels are theirs. Counts and rates only compare within a query, because a query that
 * many people ask has more of everything; so the best document of every query has the gain 1, and whatever is above 0 is relevant:
 *
 *     counts:  gain = log(1 + count) / log(1 + highest count of the query)
 *     rates:   gain = rate / highest rate of the query
 */
export function gradedJudgments(judgments: Judgments, kind: WeightKind = 'grades'): GradedJudgments {
  if (kind === 'grades' || kind === 'labels') return { judgments, relevance: undefined };
  const scale = kind === 'counts' ? Math.log1p : (rate: number) => rate;
  const graded: Judgments = new Map();
  let relevantFrom = 1;
  for (const [query, weights] of judgments) {
    let best = 0;
    for (const weight of weights.values()) best = Math.max(best, weight);
    const gains = new Map<string, number>();
    for (const [document, weight] of weights) {
      const gain = weight > 0 ? scale(weight) / scale(best) : 0;
      if (gain > 0) relevantFrom = Math.min(relevantFrom, gain);
      gains.set(document, gain);
    }
    graded.set(query, gains);
  }
  const rule =
    kind === 'counts'
      ? "The judgments are counts: a document is relevant that was chosen at least once, and its gain is log(1 + count) / log(1 + the query's highest)."
      : "The judgments are rates: a document is relevant whose rate is above 0, and its gain is rate / the query's highest.";
  return { judgments: graded, relevance: { relevantFrom, rule } };
}
