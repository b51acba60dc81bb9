import type { Document, Interaction, JudgedQuery, Judgments, WeightKind } from '@attune/schema';

/** What a dataset is made of. Every row remembers where it was read, so that each finding can name file and line. */

export interface SourceLine {
  file: string;
  /** The first line of a file is 1. */
  line: number;
}

/** What is searched. */
export interface DocumentRow extends Document {
  source: SourceLine;
}

/** `train` may be learned from, `dev` chosen on, `test` only reported. */
export type Part = 'train' | 'dev' | 'test';

export interface QueryRow extends JudgedQuery {
  part: Part;
  source: SourceLine;
}

/** One row of what people did. */
export interface InteractionRow extends Interaction {
  /** Rows or events that it was made of, where there are several; and those among them whose weight is above 0. */
  rows?: { all: number; positive: number } | undefined;
  /** Of the first. */
  source: SourceLine;
}

/** What the weights of interactions are, and how that was seen. */
export interface DatasetWeights {
  kind: WeightKind;
  /** In a sentence. */
  why: string;
}

/** Judged queries, and among which documents they are searched. */
export interface JudgedSlice {
  /** Such as `dev`, `test`, or a quadrant: `dev-novel-query`, `dev-zero-shot`, `train-novel-doc`, `train-in-domain`. */
  name: string;
  judgments: Judgments;
  /** What the numbers of the judgments are; grades unless set. */
  weights?: WeightKind | undefined;
  /** Pairs that were trained on, and are taken out of the ranking before it is judged. */
  ignore?: Map<string, Set<string>>;
  /** Every query of the slice searches only documents with these attribute values, beside its own filter. */
  filter?: JudgedQuery['filter'];
}

export interface Dataset {
  /** Of its texts, as BCP 47, where it was said or told from them. */
  language?: string | undefined;
  /** The folder or file it was read from. */
  path: string;
  documents: DocumentRow[];
  queries: QueryRow[];
  /** Of train queries. */
  interactions: InteractionRow[];
  /** What the weights of the interactions are; grades unless set. */
  weights?: DatasetWeights | undefined;
  slices: JudgedSlice[];
}
