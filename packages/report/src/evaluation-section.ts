import { counted } from '@attune/errors';
import type { EvaluationReport, QueryChange, SetReport, TopDocument } from '@attune/evaluate';
import { count, decisionKind, interval, pValue, score, signed } from './format.js';
import {
  type Cell,
  figure,
  heading,
  htmlTable,
  paragraph,
  type Section,
  verdictBox,
  withSmall,
} from './html.js';
import { barPlot, histogram } from './plot.js';
import { resultList } from './searches-section.js';
import type { Picture } from './types.js';

export interface EvaluationSectionOptions {
  id?: string | undefined;
  title?: string | undefined;
  /** A document's picture, shown beside its title. */
  picture?: ((documentId: string) => Picture | undefined) | undefined;
}

/** The whole comparison: verdict, plots, every metric and pair, slices, quadrants, choices, queries helped and harmed. */
export function evaluationSection(report: EvaluationReport, options: EvaluationSectionOptions = {}): Section {
  const { settings, main, verdict, quadrants, choices, notes, baseline, candidate } = report;
  const parts = [
    verdictBox(decisionKind[verdict.decision], verdict.decision.toUpperCase(), verdict.reason),
    verdict.advice ? paragraph(verdict.advice.sentence) : '',
    paragraph(
      `${report.name}: ${main.name}, ${counted(main.queryCount, 'query', 'queries')}. ${main.relevanceRule} ` +
        `${counted(main.queriesWithoutRelevant, 'query', 'queries')} without a ` +
        `relevant document ${settings.withoutRelevant === 'zero' ? 'counted as 0' : 'left out of the metrics that need one'}. ` +
        `Intervals hold ${Math.round(settings.confidence * 100)} %, from ${count(settings.rounds)} bootstrap rounds, seed ${settings.seed}.`,
    ),
    intervalFigure(main, settings.primary),
    metricsTable(main, settings.metrics, `Means over the queries of ${main.name}`),
    comparisonsTable(main, `Every pair of legs on ${main.name}, paired by query`),
  ];
  const differences = differencesOf(report);
  if (differences.length > 0) {
    const label = `How ${settings.primary} changed from ${baseline} to ${candidate}, by query`;
    parts.push(figure(histogram(differences, { label }), `${label}.`));
  }
  if (main.slices.length > 0) parts.push(heading('Slices'), slicesTable(report));
  if (quadrants.length > 0) {
    parts.push(
      heading('Quadrants'),
      paragraph(
        'Figures of different sets do not compare: the documents they are searched among differ in number.',
        'soft',
      ),
    );
    for (const set of quadrants) {
      parts.push(
        metricsTable(set, settings.metrics, `${set.name}: ${counted(set.queryCount, 'query', 'queries')}`),
        comparisonsTable(set, `Every pair of legs on ${set.name}`),
      );
    }
  }
  parts.push(
    changesPart('Most helped', main.helped, report, options),
    changesPart('Most harmed', main.harmed, report, options),
  );
  for (const { what, chosen, metric, on, queryCount, tried } of choices) {
    if (tried.length === 0) {
      parts.push(
        heading(`Not chosen: ${what}`),
        paragraph(
          `${chosen}, the usual setting: there are too few judged queries to choose on some and report others.`,
        ),
      );
      continue;
    }
    parts.push(
      heading(`Chosen: ${what}`),
      paragraph(
        `${chosen}, the best of ${counted(tried.length, 'setting')} by ${metric} on the ` +
          `${counted(queryCount, 'query', 'queries')} of ${on}; figures above come from other queries.`,
      ),
    );
  }
  parts.push(...notes.map((note) => paragraph(note)));
  return {
    id: options.id ?? 'evaluation',
    title: options.title ?? 'Evaluation',
    html: parts.filter(Boolean).join('\n'),
  };
}

function intervalFigure({ legs }: SetReport, metric: string): string {
  const bars = legs.flatMap(({ name, metrics }) => {
    const summary = metrics[metric];
    return summary ? [{ name, value: summary.mean, low: summary.low, high: summary.high }] : [];
  });
  if (bars.length === 0) return '';
  const label = `${metric} by leg: ${bars.map(({ name, value }) => `${name} ${score(value)}`).join(', ')}`;
  return figure(barPlot(bars, { label }), `${label}, with intervals.`);
}

function metricsTable({ legs }: SetReport, metrics: readonly string[], caption: string): string {
  const present = metrics.filter((metric) => legs.some((leg) => leg.metrics[metric]));
  return htmlTable(
    caption,
    [
      { title: 'Metric' },
      { title: 'Queries', number: true },
      ...legs.map(({ name }) => ({ title: name, number: true })),
    ],
    present.map((metric) => [
      metric,
      count(legs[0]?.metrics[metric]?.queryCount ?? 0),
      ...legs.map((leg): Cell => {
        const summary = leg.metrics[metric];
        return summary ? withSmall(score(summary.mean), interval(summary)) : '';
      }),
    ]),
  );
}

function comparisonsTable({ comparisons }: SetReport, caption: string): string {
  return htmlTable(
    caption,
    [
      { title: 'Candidate - baseline' },
      { title: 'Metric' },
      { title: 'Queries', number: true },
      { title: 'Difference', number: true },
      { title: 'p', number: true },
      { title: 'p after Holm', number: true },
      { title: 'Win', number: true },
      { title: 'Tie', number: true },
      { title: 'Loss', number: true },
      { title: 'Detectable', number: true },
      { title: 'Decision' },
    ],
    comparisons.map((c) => [
      `${c.candidate} - ${c.baseline}`,
      c.metric,
      count(c.queryCount),
      withSmall(signed(c.mean), interval(c, signed)),
      pValue(c.p),
      pValue(c.pHolm),
      count(c.wins),
      count(c.ties),
      count(c.losses),
      c.minimumDetectable === null ? '' : score(c.minimumDetectable),
      c.decision,
    ]),
  );
}

function slicesTable({ main, settings, candidate, baseline }: EvaluationReport): string {
  return htmlTable(
    `${settings.primary} by slice; difference: ${candidate} - ${baseline}`,
    [
      { title: 'Slice' },
      { title: 'Queries', number: true },
      ...main.legs.map(({ name }) => ({ title: name, number: true })),
      { title: 'Difference', number: true },
      { title: 'p after Holm', number: true },
      { title: 'Decision' },
    ],
    main.slices.map(({ by, name, queryCount, legs, difference }) => [
      `${by}: ${name}`,
      count(queryCount),
      ...main.legs.map((leg) => score(legs[leg.name] ?? 0)),
      difference ? withSmall(signed(difference.mean), interval(difference, signed)) : '',
      difference ? pValue(difference.pHolm) : '',
      difference ? difference.decision : 'too few queries',
    ]),
  );
}

/** Only where the report kept every query's values. */
function differencesOf({ main, candidate, baseline, settings }: EvaluationReport): number[] {
  const after = main.perQuery?.legs[candidate]?.[settings.primary];
  const before = main.perQuery?.legs[baseline]?.[settings.primary];
  if (!after || !before) return [];
  return after.flatMap((value, i) => {
    const earlier = before[i];
    return value === null || earlier === null || earlier === undefined ? [] : [value - earlier];
  });
}

function changesPart(
  title: string,
  changes: readonly QueryChange[],
  { baseline, candidate, settings }: EvaluationReport,
  { picture }: EvaluationSectionOptions,
): string {
  if (changes.length === 0) return '';
  const list = (top: readonly TopDocument[]): Cell => ({
    html: resultList(
      top.map(({ documentId, title, grade }) => ({
        title: title ?? documentId,
        detail: grade === null ? undefined : `grade ${grade}`,
        picture: picture?.(documentId),
      })),
    ),
  });
  return (
    heading(title) +
    htmlTable(
      `${title}: ${settings.primary} of one query in both legs, and what they show first`,
      [
        { title: 'Query' },
        { title: baseline, number: true },
        { title: candidate, number: true },
        { title: 'Difference', number: true },
        { title: `${baseline} shows` },
        { title: `${candidate} shows` },
      ],
      changes.map((c) => [
        c.query,
        score(c.baseline),
        score(c.candidate),
        signed(c.difference),
        list(c.baselineTop),
        list(c.candidateTop),
      ]),
    )
  );
}
