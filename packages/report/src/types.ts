/** What the reports are made of, beside `EvaluationReport` of @attune/evaluate. */

export type { Finding, FindingExample, ValidationReport } from '@attune/data';

/** One training, as the page shows it. */
export interface TrainingSummary {
  /** Such as `static`, with the reason why it was chosen for this data. */
  recipe: string;
  reason: string;
  /** Loss in nats, in the order of the steps. */
  losses: { step: number; loss: number }[];
  /** The dev score after each epoch; epoch 0 is the model before training. */
  epochs: { epoch: number; score: number }[];
  /** What the score is, such as `ndcg@10 on the choosing half of dev`. */
  metric: string;
  /** The epoch that was kept. */
  bestEpoch?: number | undefined;
  /** Anything else worth a line, such as `['pairs', '58,112']`. */
  facts?: readonly (readonly [string, string])[] | undefined;
}

/** What stands for a document: an SVG picture (data of unknown origin: it is sanitised), or a character such as an emoji. */
export type Picture = { svg: string } | { symbol: string };

export interface SearchResult {
  title: string;
  /** Such as the category. */
  detail?: string | undefined;
  /** true: a right answer by the judgments; undefined: not known. */
  relevant?: boolean | undefined;
  picture?: Picture | undefined;
}

/** One query, answered by several legs, best first. */
export interface SideBySideSearch {
  query: string;
  legs: { name: string; results: SearchResult[] }[];
}

/** What the gate said of a candidate that a cycle trained, check by check. */
export interface GateReport {
  verdict: 'promote' | 'refuse' | 'no decision';
  /** `passed` null: it could not be known, such as with too few queries. */
  checks: readonly { name: string; passed: boolean | null; said: string }[];
  reasons: readonly string[];
  candidate: string;
  /** How much the candidate's cycle learned from, in a sentence or two. */
  learned?: string | undefined;
  /** The model in service. */
  serving?: string | undefined;
  /** The frozen judged queries that every candidate has to pass; null: none was named. */
  golden?: { name: string; queries?: number | undefined } | null | undefined;
}
