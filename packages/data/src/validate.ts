import { AttuneError } from '@attune/errors';
import { checkSource } from './check-source.js';
import { defaultActionWeights } from './events/event-interactions.js';
import { FindingCollector, type RuleThreshold, shorten } from './finding-collector.js';
import { hash53 } from './hash.js';
import { type JudgedQueries, JudgedQueryCollector } from './judged-queries.js';
import { KeyTable } from './key-table.js';
import { mappedColumns } from './mapped-columns.js';
import { planOfDataset } from './memory-source.js';
import { Quarantine } from './quarantine.js';
import { type DataRow, readRows, recordsOf } from './rows.js';
import { validationRules } from './rules/all.js';
import { foldedHash } from './rules/fold.js';
import type { RuleContext, RuleOptions, RuleRun } from './rules/rule.js';
import { type LanguageOptions, sourceLanguage } from './source-language.js';
import { isPlace, planSource, type SourceOptions, type SourcePlan } from './source-plan.js';
import type { Dataset } from './types.js';
import type {
  FieldFill,
  Finding,
  QueryParts,
  Severity,
  ValidationReport,
  Verdict,
} from './validation-report.js';
import { isBlank } from './values.js';
import { planWeights, type WeightOptions } from './weights/plan-weights.js';

export interface ValidateOptions extends SourceOptions, LanguageOptions, WeightOptions, Partial<RuleOptions> {
  /** By code of a rule: what share is tolerated. */
  thresholds?: Readonly<Record<string, RuleThreshold>> | undefined;
  /** Counts the queries that an evaluation would choose by and report; without it the report says nothing of them. */
  partSizes?: ((judged: JudgedQueries) => QueryParts) | undefined;
  /** Codes of rules that are not run. */
  without?: readonly string[] | undefined;
  /** Where the rows that reading leaves out or mends are written, as JSONL. Not given: nothing is written. */
  quarantine?: string | undefined;
  /** Overwrite a quarantine file that is there. */
  force?: boolean | undefined;
  signal?: AbortSignal | undefined;
  /** Called now and then with the rows read so far. */
  onProgress?: ((rowsRead: number) => void) | undefined;
}

interface Running {
  run: RuleRun;
  collector: FindingCollector;
}

/**
 * Streams a folder, a file, several of them, or a dataset in memory, through the rules. Inputs are never changed; memory grows with the number of different ids, queries
 * and pairs (some 200 bytes each), not with the texts.
 *
 * @throws {AttuneError} FILE_NOT_FOUND, DATA_EMPTY, DATA_COLUMN_MISSING, FORMAT_UNSUPPORTED, FILE_CORRUPT, FILE_EXISTS (the
 *   quarantine), INVALID_ARGUMENT (a code that no rule has), CANCELLED
 */
export async function validate(
  source: string | readonly string[] | Dataset,
  options: ValidateOptions = {},
): Promise<ValidationReport> {
  checkSource(source, options);
  checkCodes([...(options.without ?? []), ...Object.keys(options.thresholds ?? {})]);
  const started = performance.now();
  const plan = isPlace(source) ? await planSource(source, options) : planOfDataset(source);
  await planWeights(plan, options);
  const { language, stem } = await sourceLanguage(plan, options);
  const quarantine =
    options.quarantine === undefined
      ? undefined
      : await Quarantine.open(options.quarantine, { force: options.force });
  try {
    const report = await new Validation(plan, { ...options, stem }, quarantine).run();
    await quarantine?.commit();
    if (options.quarantine !== undefined && quarantine !== undefined) {
      report.quarantine = { file: options.quarantine, rows: quarantine.rows };
    }
    if (language !== undefined) report.language = { tag: language, guessed: options.language === undefined };
    report.durationMs = Math.round(performance.now() - started);
    return report;
  } catch (error) {
    await quarantine?.discard();
    throw error;
  }
}

class Validation {
  readonly #plan: SourcePlan;
  readonly #options: ValidateOptions;
  readonly #quarantine: Quarantine | undefined;
  readonly #context: RuleContext;
  readonly #judged: JudgedQueryCollector | undefined;
  readonly #rules: Running[] = [];
  /** Codes that put the row at hand into quarantine. */
  readonly #reasons: string[] = [];
  readonly #fields = new Map<string, FieldFill>();
  readonly #rowsOf: number[];
  #rowsRead = 0;
  #rowsRejected = 0;
  #lastProgress = 0;

  constructor(plan: SourcePlan, options: ValidateOptions, quarantine: Quarantine | undefined) {
    this.#plan = plan;
    this.#options = options;
    this.#quarantine = quarantine;
    this.#rowsOf = plan.files.map(() => 0);
    const has = (role: DataRow['role']) => plan.files.some((file) => file.role === role);
    this.#context = {
      plan,
      options: {
        maxCharacters: options.maxCharacters ?? 2000,
        maxTokens: options.maxTokens ?? 256,
        countTokens: options.countTokens,
        stem: options.stem,
        unknownTexts: options.unknownTexts,
        actions: options.actions ?? new Set(Object.keys(defaultActionWeights)),
      },
      documents: new KeyTable(),
      hasCatalogue: has('documents'),
      queries: new Map(),
      has,
    };
    if (options.partSizes !== undefined) this.#judged = new JudgedQueryCollector(plan, options);
    for (const rule of validationRules) {
      if (options.without?.includes(rule.code)) continue;
      const run = rule.start(this.#context);
      if (run !== undefined)
        this.#rules.push({ run, collector: new FindingCollector(rule, plan, this.#reasons) });
    }
  }

  async run(): Promise<ValidationReport> {
    const { files } = this.#plan;
    for (const [index, file] of files.entries()) {
      for await (const rows of readRows(file, { hasCatalogue: this.#context.hasCatalogue })) {
        if (this.#options.signal?.aborted)
          throw new AttuneError('CANCELLED', `Checking ${file.path} was cancelled.`);
        for (const row of rows) {
          this.#check(row);
          if (this.#reasons.length > 0) await this.#putAside(row);
        }
        this.#rowsOf[index] = (this.#rowsOf[index] ?? 0) + rows.length;
        this.#rowsRead += rows.length;
        if (this.#rowsRead - this.#lastProgress >= 20_000) {
          this.#lastProgress = this.#rowsRead;
          this.#options.onProgress?.(this.#rowsRead);
        }
      }
    }
    for (const { run, collector } of this.#rules) await run.end?.(collector);
    this.#reasons.length = 0;
    await this.#readExamples();
    return this.#report();
  }

  #check(row: DataRow): void {
    if (row.rejected !== undefined) this.#rowsRejected += 1;
    this.#remember(row);
    this.#fill(row);
    this.#judged?.take(row, this.#catalogue);
    for (const { run, collector } of this.#rules) run.row?.(row, collector);
  }

  get #catalogue(): KeyTable | undefined {
    return this.#context.hasCatalogue ? this.#context.documents : undefined;
  }

  /** Ids that later rows are held against. Those of rejected rows count too, since the id itself is known; but not another locale's. */
  #remember(row: DataRow): void {
    if (row.rejected === 'OTHER_LOCALE') return;
    if (row.role === 'documents' && row.documentId !== undefined) {
      this.#context.documents.add(hash53(row.documentId));
    } else if (row.role === 'queries' && row.queryId !== undefined) {
      this.#context.queries.set(hash53(row.queryId), { text: foldedHash(row.query ?? ''), part: row.part });
    }
  }

  #fill(row: DataRow): void {
    if (row.rejected === 'UNREADABLE_ROW') return;
    const count = (field: string, value: string): void => {
      const key = JSON.stringify([row.file, field]);
      let fill = this.#fields.get(key);
      if (fill === undefined) {
        fill = { file: row.file, field, filled: 0, total: 0 };
        this.#fields.set(key, fill);
      }
      fill.total += 1;
      if (!isBlank(value)) fill.filled += 1;
    };
    if (row.query !== undefined) count(row.source.mapping.columns.query ?? 'query', row.query);
    for (const { field, value } of row.texts) count(field, value);
  }

  async #putAside(row: DataRow): Promise<void> {
    const reasons = [...new Set(this.#reasons)];
    this.#reasons.length = 0;
    await this.#quarantine?.add({ file: row.file, line: row.line, reasons, row: row.raw });
  }

  /** Reads again the lines that rules named after they had passed. */
  async #readExamples(): Promise<void> {
    for (const [index, file] of this.#plan.files.entries()) {
      const missing = this.#rules
        .flatMap(({ collector }) => collector.examples)
        .filter(({ fileIndex, text, line }) => fileIndex === index && text === undefined && line > 0);
      if (missing.length === 0) continue;
      const last = Math.max(...missing.map(({ line }) => line));
      reading: for await (const records of recordsOf(file)) {
        for (const { line, raw } of records) {
          if (line > last) break reading;
          for (const example of missing) if (example.line === line) example.text = shorten(raw);
        }
      }
    }
  }

  #report(): ValidationReport {
    const { path, files } = this.#plan;
    const findings = this.#rules
      .map(({ collector }) => collector.finding(this.#options.thresholds?.[collector.rule.code]))
      .filter((finding) => finding !== undefined)
      .sort((a, b) => order[a.severity] - order[b.severity] || b.share - a.share);
    const judged = this.#judged?.finish(this.#catalogue);
    const queries = judged && this.#options.partSizes?.(judged);
    return {
      schema: 'attune.validation/1',
      source: path,
      verdict: verdictOf(findings),
      ...(queries && { queries }),
      rowsRead: this.#rowsRead,
      rowsRejected: this.#rowsRejected,
      files: files.map(({ name, format, role }, index) => ({
        file: name,
        format: `${formatName(role, format.format)}${format.packing}`,
        role,
        ...(format.encoding && { encoding: format.encoding.name }),
        rows: this.#rowsOf[index] ?? 0,
      })),
      mapping: mappedColumns(this.#plan),
      weights: files.flatMap(({ name, weights, format }) =>
        weights === undefined || format.format === 'words'
          ? []
          : [{ file: name, columns: weights.columns, kind: weights.kind, why: weights.why }],
      ),
      rules: this.#rules.map(({ collector }) => collector.rule.code),
      findings,
      fields: [...this.#fields.values()],
      durationMs: 0,
    };
  }
}

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ severity }) => severity === 'error')) return 'fail';
  return findings.some(({ severity }) => severity === 'warning') ? 'warn' : 'pass';
}

function formatName(role: string, format: string): string {
  if (role === 'events') return 'ubi';
  if (format !== 'words') return format;
  return role === 'ignore' ? 'ignore' : 'qrels';
}

function checkCodes(codes: readonly string[]): void {
  for (const code of codes) {
    if (validationRules.some((rule) => rule.code === code)) continue;
    const known = validationRules.map((rule) => rule.code).join(', ');
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected the code of a rule, but received "${code}". There are: ${known}.`,
    );
  }
}
