import { counted } from '@attune/errors';
import type { EvaluationReport } from '@attune/evaluate';
import { count, decisionKind, interval, score } from './format.js';
import { htmlTable, paragraph, verdictBox, withSmall } from './html.js';
import { textHtml } from './language.js';
import { languageSentence } from './language-sentence.js';
import { queryPartsSentences } from './query-parts.js';
import { plainPaint, type TextOptions } from './terminal.js';
import { type Column, printable, textTable, wrap } from './text-table.js';
import type { ValidationReport } from './types.js';

/**
 * What a reader takes away, for the top of a page: what was better, by how much, what to do, and how many rows were
 * left out. Everything else is folded below it.
 */
export function evaluationCard(
  { verdict, main, settings, candidate, baseline }: EvaluationReport,
  validation?: ValidationReport,
): string {
  const { primary } = settings;
  const rows = main.legs.flatMap(({ name, metrics }) => {
    const summary = metrics[primary];
    return summary ? [[name, withSmall(score(summary.mean), interval(summary))]] : [];
  });
  const word = {
    better: `${candidate} is better than ${baseline}.`,
    worse: `${candidate} is worse than ${baseline}.`,
    'no decision': 'No decision.',
  }[verdict.decision];
  return [
    verdict.advice ? `<p><strong>What to do:</strong> ${textHtml(verdict.advice.sentence)}</p>` : '',
    verdictBox(decisionKind[verdict.decision], word, verdict.reason),
    htmlTable(
      `${primary} on ${counted(main.queryCount, 'query', 'queries')} of ${main.name}`,
      [{ title: 'Search' }, { title: primary, number: true }],
      rows,
    ),
    validation ? paragraph(leftOut(validation), 'soft') : '',
  ]
    .filter(Boolean)
    .join('\n');
}

/** The same for a terminal. */
export function evaluationCardText(
  { verdict, main, settings, notes }: EvaluationReport,
  { paint = plainPaint, width = 100 }: TextOptions = {},
): string {
  const { primary } = settings;
  const rows = main.legs.flatMap(({ name, metrics }) => {
    const summary = metrics[primary];
    return summary ? [[printable(name), score(summary.mean), interval(summary)]] : [];
  });
  const columns: Column[] = [
    { title: `${counted(main.queryCount, 'query', 'queries')} of ${printable(main.name)}` },
    { title: primary, align: 'right' },
    { title: `${Math.round(settings.confidence * 100)} % interval`, align: 'right' },
  ];
  return [
    ...textTable(columns, rows, { paintTitle: paint.bold }),
    '',
    ...notes.flatMap((note) => wrap(note, width)),
    ...(verdict.advice ? wrap(verdict.advice.sentence, width) : wrap(verdict.reason, width)),
    '',
  ].join('\n');
}

/** How many rows of the data training does without, how much there is to read about them, and what its queries can show. */
export function validationCardText(report: ValidationReport): string {
  const findings = (['error', 'warning'] as const).flatMap((severity) => {
    const found = report.findings.filter((finding) => finding.severity === severity);
    return found.length === 0 ? [] : [counted(found.length, severity)];
  });
  const queries = report.queries === undefined ? [] : queryPartsSentences(report.queries);
  const left = `${leftOut(report)}${findings.length === 0 ? '' : ` ${findings.join(' and ')}: see the report.`}`;
  const language = report.language === undefined ? [] : [languageSentence(report.language)];
  return [left, ...queries, ...language].join('\n');
}

/** How many rows training did without. */
function leftOut({ rowsRead, rowsRejected, source }: ValidationReport): string {
  const read = `${source}: ${count(rowsRead)} ${rowsRead === 1 ? 'row was' : 'rows were'} read`;
  if (rowsRejected === 0) return `${read}, and none was left out.`;
  return `${read}; ${count(rowsRejected)} with faults ${rowsRejected === 1 ? 'was' : 'were'} left out of training.`;
}
