import { counted } from '@attune/errors';
import { count, duration, percent } from './format.js';
import { type Cell, htmlTable, paragraph, type Section, verdictBox } from './html.js';
import { textHtml } from './language.js';
import { languageSentence } from './language-sentence.js';
import { queryPartsSentences } from './query-parts.js';
import type { Finding, ValidationReport } from './types.js';

export interface ValidationSectionOptions {
  id?: string | undefined;
  title?: string | undefined;
  /** Training went on without the rows that have errors, as it was asked to: they are no failure then. */
  accepted?: boolean | undefined;
}

/** What was read, what was found, with every example and what to do about it. */
export function validationSection(
  report: ValidationReport,
  { id = 'data', title = 'Data', accepted = false }: ValidationSectionOptions = {},
): Section {
  const kind = { pass: 'good', warn: 'caution', fail: accepted ? 'caution' : 'bad' } as const;
  const word =
    accepted && report.verdict === 'fail'
      ? `${counted(report.rowsRejected, 'ROW', 'ROWS')} LEFT OUT`
      : report.verdict.toUpperCase();
  const parts = [
    verdictBox(
      kind[report.verdict],
      word,
      `${report.source}: ${counted(report.rowsRead, 'row')} read in ${duration(report.durationMs)}, ` +
        `${counted(report.findings.length, 'kind')} of finding.`,
    ),
    ...(report.queries ? queryPartsSentences(report.queries).map((sentence) => paragraph(sentence)) : []),
    ...(report.language ? [paragraph(languageSentence(report.language))] : []),
    htmlTable(
      'Files read',
      [{ title: 'File' }, { title: 'Format' }, { title: 'Rows', number: true }],
      report.files.map(({ file, format, rows }) => [file, format, count(rows)]),
    ),
  ];
  for (const { file, why } of report.weights) parts.push(paragraph(`${file}: ${why}`));
  if (report.findings.length === 0)
    parts.push(paragraph('Nothing found that training or evaluation would trip over.'));
  else {
    parts.push(
      htmlTable(
        'Findings, with the first rows that show each',
        [
          { title: 'Severity' },
          { title: 'Finding' },
          { title: 'Rows', number: true },
          { title: 'Of', number: true },
          { title: 'Share', number: true },
          { title: 'Examples' },
        ],
        report.findings.map((finding) => [
          finding.severity,
          description(finding),
          count(finding.count),
          count(finding.total),
          percent(finding.share),
          examples(finding),
        ]),
      ),
    );
  }
  if (report.fields.length > 0) {
    parts.push(
      htmlTable(
        'How far each field is filled',
        [
          { title: 'File' },
          { title: 'Field' },
          { title: 'Filled', number: true },
          { title: 'Of', number: true },
        ],
        report.fields.map(({ file, field, filled, total }) => [file, field, count(filled), count(total)]),
      ),
    );
  }
  const mapping = JSON.stringify(report.mapping, null, 1) ?? '';
  if (mapping !== '' && mapping !== 'null') {
    parts.push(
      `<details><summary>Which column was read as what</summary><pre><code>${textHtml(mapping)}</code></pre></details>`,
    );
  }
  return { id, title, html: parts.join('\n') };
}

const description = ({ code, title, message, fix }: Finding): Cell => ({
  html:
    `<strong>${textHtml(title)}</strong> <code>${textHtml(code)}</code>` +
    `<small>${textHtml(message)}</small><small>Fix: ${textHtml(fix)}</small>`,
});

const examples = ({ examples }: Finding): Cell => ({
  html: examples
    .map(({ file, line, text }) => `<small>${textHtml(file)}:${line}</small><code>${textHtml(text)}</code>`)
    .join(''),
});
