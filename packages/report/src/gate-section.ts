import { counted } from '@attune/errors';
import { htmlTable, paragraph, type Section, verdictBox } from './html.js';
import { plainPaint, type TextOptions } from './terminal.js';
import { printable, textTable, wrap } from './text-table.js';
import type { GateReport } from './types.js';

const words = { promote: 'PROMOTE', refuse: 'REFUSE', 'no decision': 'NO DECISION' } as const;
const answers = { true: 'yes', false: 'no', null: 'not known' } as const;
const passedWord = (passed: boolean | null) => answers[`${passed}`];

const titleOf = ({ candidate, serving }: GateReport) =>
  serving === undefined ? candidate : `${candidate} against ${serving}`;

/** What the golden set is, in words; nothing where it is not known. */
const goldenText = ({ golden }: GateReport) => {
  if (golden === undefined) return '';
  return golden === null
    ? 'No golden set was named.'
    : `Golden set: ${golden.name}${golden.queries === undefined ? '' : `, ${counted(golden.queries, 'judged query', 'judged queries')}`}.`;
};

/** The gate's verdict for a terminal: one line a check, then the reasons. */
export function gateText(report: GateReport, { paint = plainPaint, width = 100 }: TextOptions = {}): string {
  const verdictPaint = { promote: paint.good, refuse: paint.bad, 'no decision': paint.caution }[
    report.verdict
  ];
  const taken = Math.max(...report.checks.map(({ name }) => name.length), 5) + 'not known'.length + 4;
  // Nothing is cut: what was said holds the numbers.
  const rows = report.checks.flatMap(({ name, passed, said }) => {
    const [first = '', ...more] = wrap(said, Math.max(40, width - taken));
    return [[name, passedWord(passed), first], ...more.map((line) => ['', '', line])];
  });
  const table = textTable([{ title: 'check' }, { title: 'passed' }, { title: 'said' }], rows, {
    paintTitle: paint.bold,
  });
  return [
    `${verdictPaint(words[report.verdict])}  ${printable(titleOf(report))}`,
    ...(goldenText(report) === '' ? [] : wrap(goldenText(report), width)),
    ...(report.learned === undefined ? [] : wrap(printable(report.learned), width)),
    '',
    ...table,
    '',
    ...report.reasons.flatMap((reason) => wrap(reason, width)),
    '',
  ].join('\n');
}

/** The gate's verdict as a part of a page. */
export function gateSection(report: GateReport, { id = 'gate', title = 'The gate' } = {}): Section {
  const kind = { promote: 'good', refuse: 'bad', 'no decision': 'caution' } as const;
  const parts = [
    verdictBox(
      kind[report.verdict],
      words[report.verdict],
      `${titleOf(report)}. ${report.reasons.join(' ')}`,
    ),
    goldenText(report) === '' ? '' : paragraph(goldenText(report)),
    report.learned === undefined ? '' : paragraph(report.learned),
    htmlTable(
      'What was checked before a model may serve',
      [{ title: 'Check' }, { title: 'Passed' }, { title: 'Said' }],
      report.checks.map(({ name, passed, said }) => [name, passedWord(passed), said]),
    ),
  ];
  return { id, title, html: parts.join('\n') };
}
