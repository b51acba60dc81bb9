/** What evaluation takes, and the report that it gives: plain JSON, schema `attune.evaluation/1`. */
import type { Judgments } from '@attune/schema';
import type { Relevance } from './relevance.js';

/** One query's answer, best first. Scores never rise; where they are equal, trec_eval's order (document id, descending) counts. */
export interface Ranking {
  queryId: string;
  documentIds: string[];
  scores: ArrayLike<number>;
}

/** One system under comparison, such as `bm25`, `base`, `tuned` or `hybrid`, with its answers. */
export interface Leg {
  name: string;
  rankings: Ranking[];
  /** By what a search answers that serves this leg. A leg without it is compared, and never advised. */
  servedBy?: ServedBy | undefined;
}

/** The search by words alone, a model that was not tuned, the tuned model alone, or the tuned model fused with words. */
export type ServedBy = 'words' | 'base' | 'tuned' | 'fused';

/** A judged set of queries, and the legs' answers to them. */
export interface JudgedLegs {
  /** Such as `dev-zero-shot`. */
  name: string;
  judgments: Judgments;
  /** Half of the highest grade unless set. */
  relevance?: Relevance | undefined;
  /** In the order of the report; the same names in every set. */
  legs: readonly Leg[];
}

/** A 95 % interval (or another `confidence`, as the report's settings say), both ends in the metric's unit. */
export interface Interval {
  low: number;
  high: number;
}

/** Mean over the queries, with its bootstrap interval. */
export interface MetricSummary extends Interval {
  mean: number;
  /** Queries in the mean: those for which the metric is defined. */
  queryCount: number;
}

export interface LegReport {
  name: string;
  /** By metric name, such as `ndcg@10`, `recall@100`, `judged@10`. */
  metrics: Record<string, MetricSummary>;
}

/** What a difference allows one to say. `no decision` is an answer: too few queries, or the interval holds 0. */
export type Decision = 'better' | 'worse' | 'no decision';

/** `candidate` minus `baseline`, paired by query. */
export interface Difference extends Interval {
  mean: number;
  queryCount: number;
  /** Two-sided paired randomisation test; never below 1 / (rounds + 1). */
  p: number;
  /** `p` after Holm's correction over its family: see where the difference stands in the report. */
  pHolm: number;
  /** Queries on which the candidate is above, below and equal to the baseline. */
  wins: number;
  losses: number;
  ties: number;
  /** The smallest mean difference that this many queries show with 80 % power at the 5 % level; null for one query. */
  minimumDetectable: number | null;
  decision: Decision;
}

/** Holm's family: every pair of legs, on this metric, in this set of queries. The later leg is the candidate. */
export interface Comparison extends Difference {
  metric: string;
  candidate: string;
  baseline: string;
}

/** One document near the top of an answer. */
export interface TopDocument {
  documentId: string;
  /** As the caller titles it; absent where it does not. */
  title?: string;
  /** null: nobody judged it. */
  grade: number | null;
}

/** One query that the candidate helped or harmed, with both answers. */
export interface QueryChange {
  queryId: string;
  query: string;
  /** The primary metric of this query, in both legs. */
  candidate: number;
  baseline: number;
  difference: number;
  candidateTop: TopDocument[];
  baselineTop: TopDocument[];
}

/** Holm's family: every slice that holds enough queries, whatever it is sliced by. */
export interface SliceReport {
  /** What the queries were sliced by, such as `words`. */
  by: string;
  /** Such as `1 word`. */
  name: string;
  queryCount: number;
  /** The primary metric's mean, by leg. */
  legs: Record<string, number>;
  /** Candidate minus baseline; null where the slice has too few queries for a test. */
  difference: Difference | null;
}

/** One value per query; `queryIds[i]` has the value `legs[name][metric][i]`, null where the metric is not defined. */
export interface PerQueryValues {
  queryIds: string[];
  legs: Record<string, Record<string, (number | null)[]>>;
}

/** Legs compared on one judged set of queries. */
export interface SetReport {
  /** Such as `dev`, or a quadrant such as `dev-zero-shot`. Figures of different sets do not compare: their corpora differ in size. */
  name: string;
  queryCount: number;
  /** Queries judged, but without a relevant document. `settings.withoutRelevant` says what becomes of them. */
  queriesWithoutRelevant: number;
  /** A document is relevant from this grade on. */
  relevantFrom: number;
  highestGrade: number;
  /** Which documents are relevant, and what each is worth, in a sentence. */
  relevanceRule: string;
  legs: LegReport[];
  comparisons: Comparison[];
  /** Most helped first, most harmed first; on the primary metric, candidate against baseline. */
  helped: QueryChange[];
  harmed: QueryChange[];
  slices: SliceReport[];
  perQuery?: PerQueryValues;
}

/** Something that was chosen by looking at judgments, and where they came from. */
export interface Choice {
  /** What was chosen, such as `BM25` or `fusion weight`. */
  what: string;
  /** Name of the winner, such as `English stems, k1 0.9, b 0.4`. */
  chosen: string;
  metric: string;
  /** On which queries, such as `choosing half of dev`. */
  on: string;
  queryCount: number;
  /** All that was tried, with its mean, in the order in which it was tried. Empty: the usual setting, without choosing. */
  tried: { name: string; value: number }[];
}

export interface Verdict {
  decision: Decision;
  candidate: string;
  baseline: string;
  metric: string;
  /** One sentence with the figures that it rests on. */
  reason: string;
  /** What to serve on this evidence; null where the legs do not say what they are served by. */
  advice: Advice | null;
}

/** What to serve on this evidence, and how sure that is. Its figures are `leg` minus `against`, on the primary metric. */
export interface Advice extends Interval {
  serve: ServedBy;
  /** The leg that it is, and the one that it stands against: the simplest, or the best of the others. */
  leg: string;
  against: string;
  /**
   * `shown`: by the corrected test, on queries enough for a decision. `likely`: by the test, on fewer. `not shown`: the
   * simplest is served since nothing is shown to be better.
   */
  sure: 'shown' | 'likely' | 'not shown';
  mean: number;
  pHolm: number;
  queryCount: number;
  /** About how many more judged queries would decide; null where the spread is not known. */
  moreQueries: number | null;
  /** All of it for people. */
  sentence: string;
}

/**
 * A query whose judgments hold no relevant document has no recall, and one without any positive grade no NDCG.
 * `exclude` leaves it out of the means of the metrics that it does not define; `zero` counts 0, as trec_eval 9 does.
 */
export type WithoutRelevant = 'exclude' | 'zero';

export interface EvaluationSettings {
  /** The metric that decides, lists and slices. */
  primary: string;
  metrics: string[];
  /** Metrics for which the pairs of legs are tested. */
  compared: string[];
  /** Of the bootstrap and of the randomisation test. */
  rounds: number;
  seed: number;
  /** 0.95 gives 95 % intervals; decisions are taken at the level 1 - confidence. */
  confidence: number;
  /** Fewer queries give no decision. */
  minimumQueries: number;
  withoutRelevant: WithoutRelevant;
}

export interface EvaluationReport {
  schema: 'attune.evaluation/1';
  /** What was evaluated, such as the dataset's path. */
  name: string;
  candidate: string;
  baseline: string;
  settings: EvaluationSettings;
  /** The queries that decide. */
  main: SetReport;
  /** Other judged sets beside it, such as the four quadrants of known and new queries and documents. */
  quadrants: SetReport[];
  choices: Choice[];
  notes: string[];
  verdict: Verdict;
}
