import type { FileRole } from '../file-roles.js';
import type { KeyTable } from '../key-table.js';
import type { DataRow } from '../rows.js';
import type { SourcePlan } from '../source-plan.js';
import type { Severity } from '../validation-report.js';

/**
 * One kind of fault. It sees every row once, keeps hashes and line numbers rather than texts, and says what it found through
 * `FindingLog`.
 */
export interface ValidationRule {
  /** Stable: reports, thresholds and quarantine files name it. */
  code: string;
  title: string;
  /** Of a finding within its thresholds. */
  severity: Severity;
  /** Above this share of what the rule looked at, the finding is an error. */
  failAbove?: number;
  /** What is counted, in the plural: rows, values, ids. */
  unit: string;
  /** What to do about it. */
  fix: string;
  /** The rows that it is about go into the quarantine file. */
  quarantine?: boolean;
  /** A new run of the rule, with its own memory. Undefined: there is nothing for it in this source. */
  start(context: RuleContext): RuleRun | undefined;
}

export interface RuleRun {
  row?(row: DataRow, found: FindingLog): void;
  /** After the last row. May look at what was kept, and report by file and line. */
  end?(found: FindingLog): void | Promise<void>;
}

export interface RuleContext {
  plan: SourcePlan;
  options: RuleOptions;
  /** Ids of documents that come from a file of their own, by hash53 of the id. */
  documents: KeyTable;
  /** True when there is a file with documents, so that an id can be unknown. */
  hasCatalogue: boolean;
  /** hash53 of a query id -> what the file of queries says. */
  queries: Map<number, QueryFacts>;
  has(role: FileRole): boolean;
}

export interface QueryFacts {
  /** hash53 of the folded text. */
  text: number;
  part: string | undefined;
}

/** What a model does not know of some texts. */
export interface UnknownTexts {
  texts: number;
  /** Of what they say, 0 to 1. */
  unknownShare: number;
  /** All of it in a sentence, where it is worth a warning. */
  note: string | undefined;
}

export interface RuleOptions {
  /** Longer texts are named. Characters of all fields of a row; default 2,000, about 500 tokens. */
  maxCharacters: number;
  /** With `countTokens`: what the model reads. */
  maxTokens: number;
  countTokens?: ((text: string) => number) | undefined;
  stem?: ((word: string) => string) | undefined;
  /** What a model does not know of a sample of texts; without it the report says nothing of that. */
  unknownTexts?:
    | ((texts: readonly string[], what: 'documents' | 'queries') => Promise<UnknownTexts>)
    | undefined;
  /** Actions of events that are expected, beside those of UBI. */
  actions: ReadonlySet<string>;
}

/** Where a rule says what it found. */
export interface FindingLog {
  /** Counts one more that was looked at. */
  looked(count?: number): void;
  /** Counts one fault and keeps it as an example if it is among the first. `text` defaults to the row. */
  found(row: DataRow, text?: string): void;
  /** A fault of a row that has passed; its text is read again from the file for the report. */
  foundAt(fileIndex: number, line: number, text?: string): void;
  /** Sets the numbers when they are not of rows: `count` of `total`. */
  totals(count: number, total: number): void;
  /** More to say, in whole sentences. */
  say(sentence: string): void;
}
