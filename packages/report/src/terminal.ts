import { counted } from '@attune/errors';
import type { EvaluationReport, QueryChange, SetReport, TopDocument } from '@attune/evaluate';
import { count, duration, interval, percent, pValue, score, signed } from './format.js';
import { languageSentence } from './language-sentence.js';
import { queryPartsSentences } from './query-parts.js';
import { type Column, displayWidth, fit, type Painter, printable, textTable, wrap } from './text-table.js';
import type { SideBySideSearch, ValidationReport } from './types.js';

/** How words are set off. Whether there is colour is the caller's to decide (NO_COLOR, a pipe). */
export interface Paint {
  bold: Painter;
  dim: Painter;
  good: Painter;
  caution: Painter;
  bad: Painter;
}

const asItIs: Painter = (text) => text;
export const plainPaint: Paint = { bold: asItIs, dim: asItIs, good: asItIs, caution: asItIs, bad: asItIs };

const sequence =
  (on: number, off: number): Painter =>
  (text) =>
    `\u001b[${on}m${text}\u001b[${off}m`;
export const ansiPaint: Paint = {
  bold: sequence(1, 22),
  dim: sequence(2, 22),
  good: sequence(32, 39),
  caution: sequence(33, 39),
  bad: sequence(31, 39),
};

export interface TextOptions {
  /** No colour unless given. */
  paint?: Paint | undefined;
  /** Columns of the terminal; 100 unless set. */
  width?: number | undefined;
}

/** What validation found: verdict, one line a finding, then each with its first example and what to do. */
export function validationText(
  report: ValidationReport,
  { paint = plainPaint, width = 100 }: TextOptions = {},
): string {
  const verdictPaint = { pass: paint.good, warn: paint.caution, fail: paint.bad }[report.verdict];
  const lines = [
    `${verdictPaint(report.verdict.toUpperCase())}  ${printable(report.source)}: ${counted(report.rowsRead, 'row')} of ` +
      `${counted(report.files.length, 'file')} in ${duration(report.durationMs)}`,
  ];
  if (report.queries) {
    const paintIt = report.queries.test < report.queries.least ? paint.caution : asItIs;
    for (const sentence of queryPartsSentences(report.queries))
      lines.push(...wrap(sentence, width, '  ').map(paintIt));
  }
  if (report.language) lines.push(`  ${languageSentence(report.language)}`);
  for (const { file, why } of report.weights) lines.push(...wrap(`${file}: ${why}`, width, '  '));
  if (report.findings.length === 0)
    return [...lines, 'Nothing found that training or evaluation would trip over.', ''].join('\n');

  lines.push(
    '',
    ...textTable(
      [
        { title: 'severity' },
        { title: 'rows', align: 'right' },
        { title: 'share', align: 'right' },
        { title: 'code' },
        { title: 'finding', most: Math.max(20, width - 56) },
      ],
      report.findings.map((f) => [f.severity, count(f.count), percent(f.share), f.code, f.title]),
      { paintTitle: paint.bold },
    ),
  );
  for (const finding of report.findings) {
    const severityPaint = { error: paint.bad, warning: paint.caution, info: paint.dim }[finding.severity];
    lines.push('', `${severityPaint(finding.severity)} ${paint.bold(printable(finding.code))}`);
    lines.push(...wrap(finding.message, width, '  '));
    const [example] = finding.examples;
    if (example) {
      const place = `  ${printable(example.file)}:${example.line}: `;
      lines.push(paint.dim(place) + fit(printable(example.text), Math.max(20, width - displayWidth(place))));
    }
    lines.push(...wrap(`Fix: ${finding.fix}`, width, '  '));
  }
  const sparse = report.fields.filter(({ filled, total }) => filled < total);
  if (sparse.length > 0) {
    lines.push(
      '',
      ...textTable(
        [
          { title: 'file', most: 40 },
          { title: 'field', most: 24 },
          { title: 'filled', align: 'right' },
          { title: 'of', align: 'right' },
        ],
        sparse.map(({ file, field, filled, total }) => [file, field, count(filled), count(total)]),
        { paintTitle: paint.bold },
      ),
    );
  }
  return [...lines, ''].join('\n');
}

/** The comparison: metrics of every leg, every pair tested, quadrants, the queries helped and harmed, the verdict. */
export function evaluationText(
  report: EvaluationReport,
  { paint = plainPaint, width = 100 }: TextOptions = {},
): string {
  const { settings, main } = report;
  const sure = `${Math.round(settings.confidence * 100)} %`;
  const lines = [
    paint.bold(
      `${printable(report.name)}: ${printable(main.name)}, ${counted(main.queryCount, 'query', 'queries')}`,
    ),
    main.relevanceRule,
    `${counted(main.queriesWithoutRelevant, 'query', 'queries')} without a relevant document ` +
      `${settings.withoutRelevant === 'zero' ? 'counted as 0' : 'left out'}. Intervals: ${sure}, ${count(settings.rounds)} bootstrap rounds.`,
    '',
    ...metricsTable(main, settings.metrics, paint),
    '',
    ...comparisonsTable(main, sure, paint),
  ];
  if (main.slices.length > 0) lines.push('', ...slicesTable(main, paint));
  for (const quadrant of report.quadrants) {
    lines.push(
      '',
      paint.bold(`${printable(quadrant.name)}: ${counted(quadrant.queryCount, 'query', 'queries')}`),
    );
    lines.push(...metricsTable(quadrant, settings.compared, paint));
    lines.push('', ...comparisonsTable(quadrant, sure, paint, settings.primary));
  }
  if (report.quadrants.length > 1) {
    lines.push(
      '',
      'Figures of different sets do not compare: the documents they are searched among differ in number.',
    );
  }
  for (const [title, changes] of [
    ['Most helped', main.helped],
    ['Most harmed', main.harmed],
  ] as const) {
    if (changes.length === 0) continue;
    lines.push(
      '',
      paint.bold(
        `${title}: ${settings.primary}, ${printable(report.baseline)} → ${printable(report.candidate)}`,
      ),
    );
    lines.push(...changesTable(changes, report, width));
  }
  for (const { what, chosen, metric, on, queryCount, tried } of report.choices) {
    lines.push(
      '',
      ...wrap(
        tried.length === 0
          ? `${what}: ${chosen}, the usual setting: there are too few judged queries to choose on some and report others.`
          : `${what}: ${chosen}, the best of ${tried.length} by ${metric} on the ${counted(queryCount, 'query', 'queries')} of ${on}.`,
        width,
      ),
    );
  }
  for (const note of report.notes) lines.push(...wrap(note, width));

  const { decision, reason, advice } = report.verdict;
  const decisionPaint = { better: paint.good, worse: paint.bad, 'no decision': paint.caution }[decision];
  lines.push('', decisionPaint(decision.toUpperCase()), ...wrap(reason, width));
  if (advice) lines.push('', paint.bold('WHAT TO SERVE'), ...wrap(advice.sentence, width));
  return [...lines, ''].join('\n');
}

/** A row a metric, a column a leg, the interval below the mean. */
function metricsTable({ legs }: SetReport, metrics: readonly string[], paint: Paint): string[] {
  const columns: Column[] = [
    { title: '' },
    ...legs.map(({ name }): Column => ({ title: printable(name), align: 'right' })),
  ];
  const rows = metrics.flatMap((metric) => {
    const summaries = legs.map((leg) => leg.metrics[metric]);
    if (summaries.every((summary) => summary === undefined)) return [];
    return [
      [metric, ...summaries.map((summary) => (summary ? score(summary.mean) : ''))],
      ['', ...summaries.map((summary) => (summary ? interval(summary) : ''))],
    ];
  });
  return textTable(columns, rows, { paintTitle: paint.bold });
}

function comparisonsTable({ comparisons }: SetReport, sure: string, paint: Paint, only?: string): string[] {
  return textTable(
    [
      { title: 'candidate - baseline', most: 40 },
      { title: 'metric' },
      { title: 'difference', align: 'right' },
      { title: `${sure} interval`, align: 'right' },
      { title: 'p', align: 'right' },
      { title: 'p (Holm)', align: 'right' },
      { title: 'win/tie/loss', align: 'right' },
      { title: 'decision' },
    ],
    comparisons
      .filter(({ metric }) => only === undefined || metric === only)
      .map((c) => [
        `${c.candidate} - ${c.baseline}`,
        c.metric,
        signed(c.mean),
        interval(c, signed),
        pValue(c.p),
        pValue(c.pHolm),
        `${c.wins}/${c.ties}/${c.losses}`,
        c.decision,
      ]),
    { paintTitle: paint.bold },
  );
}

function slicesTable({ slices, legs }: SetReport, paint: Paint): string[] {
  return textTable(
    [
      { title: 'slice', most: 36 },
      { title: 'queries', align: 'right' },
      ...legs.map(({ name }): Column => ({ title: printable(name), align: 'right' })),
      { title: 'difference', align: 'right' },
      { title: 'p (Holm)', align: 'right' },
      { title: 'decision' },
    ],
    slices.map(({ by, name, queryCount, legs: means, difference }) => [
      `${by}: ${name}`,
      count(queryCount),
      ...legs.map((leg) => score(means[leg.name] ?? 0)),
      difference ? signed(difference.mean) : '',
      difference ? pValue(difference.pHolm) : '',
      difference ? difference.decision : 'too few queries',
    ]),
    { paintTitle: paint.bold },
  );
}

function changesTable(
  changes: readonly QueryChange[],
  { baseline, candidate }: EvaluationReport,
  width: number,
): string[] {
  const most = Math.max(12, Math.floor((width - 24) / 3));
  const first = ([top]: TopDocument[]) =>
    top ? `${top.title ?? top.documentId}${top.grade === null ? '' : ` (${top.grade})`}` : 'nothing';
  return textTable(
    [
      { title: 'from', align: 'right' },
      { title: 'to', align: 'right' },
      { title: 'query', most },
      { title: `first of ${printable(baseline)}`, most },
      { title: `first of ${printable(candidate)}`, most },
    ],
    changes.map((c) => [
      score(c.baseline),
      score(c.candidate),
      c.query,
      first(c.baselineTop),
      first(c.candidateTop),
    ]),
  );
}

/** Searches side by side: a column a leg, a row a rank; right answers carry a mark. */
export function searchesText(
  searches: readonly SideBySideSearch[],
  { paint = plainPaint, width = 100 }: TextOptions = {},
): string {
  return searches
    .flatMap(({ query, legs }) => {
      const most = Math.max(12, Math.floor((width - 4) / Math.max(1, legs.length)) - 2);
      const depth = Math.max(0, ...legs.map(({ results }) => results.length));
      const rows = Array.from({ length: depth }, (_, rank) => [
        `${rank + 1}`,
        ...legs.map(({ results }) => {
          const result = results[rank];
          if (!result) return '';
          const symbol = result.picture && 'symbol' in result.picture ? `${result.picture.symbol} ` : '';
          const detail = result.detail === undefined ? '' : ` (${result.detail})`;
          return `${result.relevant ? '✓ ' : ''}${symbol}${result.title}${detail}`;
        }),
      ]);
      const columns: Column[] = [
        { title: '', align: 'right' },
        ...legs.map(({ name }): Column => ({ title: printable(name), most })),
      ];
      return [
        paint.bold(`“${printable(query)}”`),
        ...textTable(columns, rows, { paintTitle: paint.bold }),
        '',
      ];
    })
    .join('\n');
}
