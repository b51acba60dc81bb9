import { coverageLimits, type Reading } from '@attune/encode';

/** What a candidate has to show before it replaces what is in service. */
export interface GateRules {
  /** (query, document) pairs to learn from; with fewer a cycle ends before training. */
  leastPairs: number;
  /** Share of the rows to learn from that validation may leave out. */
  mostRejectedRows: number;
  /** Share of what documents or queries say that the model may not know, and of different documents that may have equal vectors. */
  mostUnknown: number;
  /** Judged queries of the golden set; with fewer there is no decision. */
  leastGoldenQueries: number;
  /** Judged queries of the newest time slice; with fewer there is no decision. */
  leastNewestQueries: number;
  /** The lower bound of the mean difference (candidate - serving, NDCG@10) on either set. */
  leastDifference: number;
  /** Of the intervals and bounds. */
  confidence: number;
  /** Fewer queries of a slice are shown, and not tested. */
  leastSliceQueries: number;
  /** A slice fails when the upper bound of its difference lies below this. */
  leastSliceDifference: number;
  /** Share of the exact neighbours that the new index has to find; an exact index finds all. */
  leastAnnRecall: number;
  /** Time of a search with the candidate over the time of one with what is in service. */
  mostLatencyRatio: number;
  /** Of the bootstrap. */
  rounds: number;
  seed: number;
}

/** The rules of the design; one may be stricter, or looser, by name. */
export const defaultGateRules: Readonly<GateRules> = {
  leastPairs: 100,
  mostRejectedRows: 0.01,
  mostUnknown: coverageLimits.refuse,
  leastGoldenQueries: 500,
  leastNewestQueries: 500,
  leastDifference: 0,
  confidence: 0.95,
  leastSliceQueries: 50,
  leastSliceDifference: -0.01,
  leastAnnRecall: 0.95,
  mostLatencyRatio: 1.1,
  rounds: 10_000,
  seed: 1,
};

/** Both releases judged on the same queries. */
export interface PairedScores {
  /** Such as `golden dev` or `newest time slice`. */
  name: string;
  /** NDCG@10 by query; the same query at the same place in both. */
  candidate: Float64Array;
  serving: Float64Array;
  /** Queries that may be harmed although the mean is not. */
  slices: readonly { by: string; name: string; queries: readonly number[] }[];
}

/** How long searches take, measured in turns in one run. */
export interface LatencyRatio {
  /** Candidate over serving, each at its quickest: the median over the queries. */
  ratio: number;
  /** The middle half of the queries' ratios. */
  low: number;
  high: number;
  queries: number;
  /** How often each query was measured with each. */
  turns: number;
}

/** What validation said of the rows to learn from. */
export interface GateValidation {
  rows: number;
  rejected: number;
  /** Faults that nothing can be learned with. */
  failed: readonly string[];
  /** What there is too little of to learn at all. */
  lacking: readonly string[];
}

/** What the gate decides by. What is undefined was not found out, and stands in the way of a promotion. */
export interface GateInput {
  validation: GateValidation | undefined;
  /** How much of documents and queries the candidate knows. */
  readings: readonly Reading[] | undefined;
  golden: PairedScores | undefined;
  newest: PairedScores | undefined;
  annRecall: number | undefined;
  /** Whether the candidate's golden vectors came out, and what was said when not. */
  goldenVectors: { match: boolean; said: string } | undefined;
  latency: LatencyRatio | undefined;
  rules?: Partial<GateRules> | undefined;
}

export interface GateCheck {
  name: string;
  /** null: cannot be told. */
  passed: boolean | null;
  /** One sentence with the numbers. */
  said: string;
  numbers: Record<string, number>;
}

export interface GateDecision {
  verdict: 'promote' | 'refuse' | 'no decision';
  checks: GateCheck[];
  /** What stood in the way; empty for a promotion. */
  reasons: string[];
}
