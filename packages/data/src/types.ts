/** What a dataset is made of. Every row remembers where it was read, so that each finding can name file and line. */

export interface SourceLine {
  file: string;
  /** The first line of a file is 1. */
  line: number;
}

export type AttributeValue = string | number | boolean;

/** What is searched. */
export interface DocumentRow {
  id: string;
  /** Text fields by name, in the order in which they make up the text, such as title, class, description. */
  fields: Record<string, string>;
  /** What is filtered and ranked by. */
  attributes: Record<string, AttributeValue>;
  source: SourceLine;
}

/** `train` may be learned from, `dev` chosen on, `test` only reported. */
export type Part = 'train' | 'dev' | 'test';

export interface QueryRow {
  id: string;
  text: string;
  part: Part;
  /** Only documents whose attributes have these values may answer. */
  filter?: Record<string, AttributeValue>;
  source: SourceLine;
}

/** One row of what people did: (query, document, weight). */
export interface Interaction {
  queryId: string;
  query: string;
  documentId: string;
  /** Not negative; a grade, or computed from events. 0 says: shown, and not relevant. */
  weight: number;
  source: SourceLine;
}

/** query id -> document id -> grade, as a TREC qrels file holds them. */
export type Judgments = Map<string, Map<string, number>>;

/** Judged queries, and among which documents they are searched. */
export interface JudgedSlice {
  /** Such as `dev`, `test`, or a quadrant: `dev-novel-query`, `dev-zero-shot`, `train-novel-doc`, `train-in-domain`. */
  name: string;
  judgments: Judgments;
  /** Pairs that were trained on, and are taken out of the ranking before it is judged. */
  ignore?: Map<string, Set<string>>;
  /** Every query of the slice searches only documents with these attribute values, beside its own filter. */
  filter?: Record<string, AttributeValue>;
}

export interface Dataset {
  /** The folder or file it was read from. */
  path: string;
  documents: DocumentRow[];
  queries: QueryRow[];
  /** Of train queries. */
  interactions: Interaction[];
  slices: JudgedSlice[];
}
