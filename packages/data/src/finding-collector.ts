import { counted } from '@attune/errors';
import type { DataRow } from './rows.js';
import type { FindingLog, ValidationRule } from './rules/rule.js';
import type { SourcePlan } from './source-plan.js';
import type { Finding, Severity } from './validation-report.js';

/** Limits that the caller sets for one code: shares, 0..1, of what the rule looked at. */
export interface RuleThreshold {
  /** Up to this share the finding is information only. */
  warnAbove?: number | undefined;
  /** Above this share the finding is an error. 0: any is. */
  failAbove?: number | undefined;
}

interface PendingExample {
  fileIndex: number;
  line: number;
  /** undefined: to be read again from the file. */
  text: string | undefined;
}

const examplesKept = 5;

/** Collects what one rule finds. */
export class FindingCollector implements FindingLog {
  readonly rule: ValidationRule;
  readonly examples: PendingExample[] = [];
  /** Codes for the row at hand, shared by all collectors and emptied after each row. */
  readonly #reasons: string[];
  readonly #plan: SourcePlan;
  readonly #sentences: string[] = [];
  #count = 0;
  #total = 0;

  constructor(rule: ValidationRule, plan: SourcePlan, reasons: string[]) {
    this.rule = rule;
    this.#plan = plan;
    this.#reasons = reasons;
  }

  looked(count = 1): void {
    this.#total += count;
  }

  found(row: DataRow, text?: string): void {
    this.#count += 1;
    if (this.rule.quarantine === true) this.#reasons.push(this.rule.code);
    if (this.examples.length >= examplesKept) return;
    this.examples.push({
      fileIndex: this.#plan.files.indexOf(row.source),
      line: row.line,
      text: shorten(text ?? row.raw),
    });
  }

  foundAt(fileIndex: number, line: number, text?: string): void {
    this.#count += 1;
    if (this.examples.length >= examplesKept) return;
    this.examples.push({ fileIndex, line, text: text === undefined ? undefined : shorten(text) });
  }

  totals(count: number, total: number): void {
    this.#count = count;
    if (total >= 0) this.#total = total;
  }

  say(sentence: string): void {
    this.#sentences.push(sentence);
  }

  /** The finding, or undefined when there is none. */
  finding(threshold: RuleThreshold = {}): Finding | undefined {
    if (this.#count === 0) return undefined;
    const { code, title, fix, unit } = this.rule;
    const count = this.#count;
    const total = Math.max(this.#total, count);
    const share = count / total;
    const sum = `${count.toLocaleString('en')} of ${counted(total, singular(unit), unit)} (${percent(share)}).`;
    return {
      code,
      severity: severityOf(this.rule, share, threshold),
      count,
      total,
      share,
      title,
      message: [sum, ...this.#sentences].join(' '),
      fix,
      examples: this.examples.map(({ fileIndex, line, text }) => ({
        file: this.#plan.files[fileIndex]?.name ?? '',
        line,
        text: text ?? '',
      })),
    };
  }
}

function severityOf(rule: ValidationRule, share: number, threshold: RuleThreshold): Severity {
  const failAbove = threshold.failAbove ?? rule.failAbove;
  if (failAbove !== undefined && share > failAbove) return 'error';
  const { warnAbove } = threshold;
  if (warnAbove !== undefined) return share > warnAbove ? 'warning' : 'info';
  // A rule that is an error by itself becomes a warning where the caller says how much of it is tolerated.
  return rule.severity === 'error' && threshold.failAbove !== undefined ? 'warning' : rule.severity;
}

/** Of a plural: row, query. */
const singular = (unit: string) => unit.replace(/ies\b/, 'y').replace(/s$/, '');

function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? value.toFixed(0) : value >= 0.01 ? value.toFixed(2) : value.toPrecision(1)} %`;
}

/** At most 160 characters, on one line, control characters as escapes. */
export function shorten(text: string): string {
  const cut = text.length > 160 ? `${text.slice(0, 157)}...` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return cut.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    if (character === '\n') return '\\n';
    return character === '\t' ? '\\t' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
