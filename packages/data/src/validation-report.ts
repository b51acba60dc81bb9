/** What validation found, as plain JSON: it survives JSON.stringify unchanged, and its names are a promise. */

import type { WeightKind } from '@attune/schema';

/** `error` makes the verdict fail, `warning` makes it warn, `info` is worth knowing and changes nothing. */
export type Severity = 'error' | 'warning' | 'info';

/** Decided by the findings' severities, after the thresholds that the caller set. */
export type Verdict = 'pass' | 'warn' | 'fail';

/** Where a fault was seen: enough to open the file at that line. */
export interface FindingExample {
  /** Relative to the source where it lies inside, absolute otherwise. */
  file: string;
  /** The first line of a file is 1. 0 when the fault is of the file, not of one line. */
  line: number;
  /** The offending value or row, shortened to some 160 characters, control characters written as escapes. */
  text: string;
}

/** All that one rule found. Rules that found nothing are absent. */
export interface Finding {
  /** Stable, such as `BLANK_VALUE` or `LEAK_QUERY`; see `validationRules` for the list. */
  code: string;
  severity: Severity;
  /** How many rows (or values, or pairs: `title` says which) are affected. */
  count: number;
  /** Of how many that the rule looked at. */
  total: number;
  /** count / total, 0..1; 0 when total is 0. */
  share: number;
  /** A few words: what kind of fault. */
  title: string;
  /** One or two sentences with the numbers: what it is, in this source. */
  message: string;
  /** What to do about it. */
  fix: string;
  /** The first few, in the order of reading. */
  examples: FindingExample[];
}

/** One file that was read. */
export interface ValidatedFile {
  file: string;
  /** `jsonl`, `json`, `parquet`, `csv`, `tsv`, `qrels`, `run`, `ignore`, `ubi`; with `+gzip` or `+tar.gz` behind it when it was packed. */
  format: string;
  /** What its rows were taken for: `documents`, `queries`, `interactions`, `judgments`, `events`, `ignore`, `run`. */
  role: string;
  /** Of text that is not UTF-8, such as `GB18030`. */
  encoding?: string | undefined;
  rows: number;
}

/** How much of a text field holds something. */
export interface FieldFill {
  file: string;
  field: string;
  /** Rows with a value that is neither blank nor a word for nothing such as "nan". */
  filled: number;
  total: number;
}

/** Which column was taken for what, in one file. */
export interface MappedColumn {
  file: string;
  /** `query`, `queryId`, `document`, `title`, `weight`, `text`, `rank`. */
  role: string;
  column: string;
  /** True when nobody declared it: it has one of the usual names. */
  guessed: boolean;
}

/** What the weights of one file were taken for. */
export interface FoundWeights {
  file: string;
  /** None: every row counts once. */
  columns: string[];
  kind: WeightKind;
  /** In a sentence. */
  why: string;
}

/** How many queries the data gives to learn from, to choose by and to report, as training and evaluation part them. */
export interface QueryParts {
  /** Different queries, whether or not they led to something. */
  all: number;
  /** Queries with something to learn from. */
  training: number;
  /** What is chosen is chosen on these. */
  choosing: number;
  /** What is reported comes from these. */
  test: number;
  /** Whether files hold judgments or say which part a query is of; else the parts come from a split of the log. */
  areStated: boolean;
  /** So many test queries are needed for a decision. */
  least: number;
  /** Smallest difference of the mean NDCG@10 that so many test queries can show; null without any. */
  smallestDifference: number | null;
}

/** Of the texts of a source. */
export interface SourceLanguage {
  /** BCP 47, such as `de`. */
  tag: string;
  /** True when nobody said it: it was told from the texts. */
  guessed: boolean;
}

export interface ValidationReport {
  schema: 'attune.validation/1';
  /** The folder or file that was checked, as the caller named it. */
  source: string;
  verdict: Verdict;
  /** Absent where nobody asked for it, and for more than 200,000 different queries or a million events, which are enough for any decision. */
  queries?: QueryParts | undefined;
  /** Absent where the texts do not tell it. */
  language?: SourceLanguage | undefined;
  rowsRead: number;
  /** Rows that reading for training leaves out, each counted once. They are what the quarantine file holds. */
  rowsRejected: number;
  files: ValidatedFile[];
  mapping: MappedColumn[];
  /** Of the files with interactions or judgments, but for those of TREC. */
  weights: FoundWeights[];
  /** Codes of every rule that ran, whether it found something or not. */
  rules: string[];
  /** Errors first, then warnings, then information; the larger share first within each. */
  findings: Finding[];
  fields: FieldFill[];
  /** The quarantine file, when one was written. */
  quarantine?: { file: string; rows: number } | undefined;
  durationMs: number;
}
