import type { ScalarValue } from './attribute-value.js';

/** A query whose answers are judged. */
export interface JudgedQuery {
  id: string;
  text: string;
  /** Only documents whose attributes have these values may answer. */
  filter?: Readonly<Record<string, ScalarValue>> | undefined;
}

/**
 * How well documents answer queries, as a TREC qrels file has it: query id -> document id -> grade, where 0 is not relevant and higher is
 * better. A document without a grade was not judged.
 */
export type Judgments = Map<string, Map<string, number>>;

/**
 * What the numbers of a log or of judgments are. `grades`: how good an answer is, on a small scale. `counts`: how often people did
 * something, such as a click. `rates`: shares, such as clicks per impression. `labels`: words that stand for grades.
 */
export type WeightKind = 'grades' | 'counts' | 'rates' | 'labels';

export const weightKinds: readonly WeightKind[] = ['grades', 'counts', 'rates', 'labels'];
