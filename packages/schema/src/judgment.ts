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
