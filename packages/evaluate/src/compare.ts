import { AttuneError, checkList, checkOptions } from '@attune/errors';
import type { Judgments } from '@attune/schema';
import { adviceOf } from './advice.js';
import { type ChangeOptions, changedQueries } from './changes.js';
import { type DecisionRules, decide, differenceOf, withHolm } from './difference.js';
import { evaluateRun, meanOfDefined, type RunValues } from './metrics.js';
import type { Relevance } from './relevance.js';
import { bootstrapMeans, percentileInterval } from './significance.js';
import { type QuerySlicer, sliceQueries } from './slices.js';
import type {
  Choice,
  Comparison,
  EvaluationReport,
  EvaluationSettings,
  JudgedLegs,
  Leg,
  LegReport,
  SetReport,
  SliceReport,
  Verdict,
  WithoutRelevant,
} from './types.js';

/** Fewer queries give no decision unless an evaluation is asked for another number: moves below about 0.05 NDCG@10 are noise then. */
export const leastQueries = 100;

export interface EvaluateOptions extends ChangeOptions {
  /** What is evaluated, such as the dataset's path. */
  name: string;
  /** Name of the queries that decide, such as `reporting half of dev`. `main` unless set. */
  set?: string | undefined;
  judgments: Judgments;
  /** In the order of the report: of a pair, the later leg is the candidate. */
  legs: readonly Leg[];
  /** Judged sets that are reported beside, and decide nothing. */
  quadrants?: readonly JudgedLegs[] | undefined;
  /** The metric that decides; `ndcg@10` unless set. */
  primary?: string | undefined;
  metrics?: readonly string[] | undefined;
  /** Metrics for which every pair of legs is tested; NDCG@10 and Recall@100 unless set. */
  compared?: readonly string[] | undefined;
  /** By what the queries are sliced: name -> slicer, such as `{ words: byWordCount() }`. */
  slices?: Readonly<Record<string, QuerySlicer>> | undefined;
  choices?: readonly Choice[] | undefined;
  notes?: readonly string[] | undefined;
  /** Of the queries that decide: half the highest grade unless set. */
  relevance?: Relevance | undefined;
  withoutRelevant?: WithoutRelevant | undefined;
  /** 10,000 unless set. */
  rounds?: number | undefined;
  seed?: number | undefined;
  confidence?: number | undefined;
  /** Fewer queries give no decision; `leastQueries` unless set. */
  minimumQueries?: number | undefined;
  /** A slice of fewer queries is shown, but not tested; 50 unless set. */
  minimumSliceQueries?: number | undefined;
  /** Keeps every query's values in the report, which makes it large. */
  keepPerQuery?: boolean | undefined;
}

export const defaultMetrics: readonly string[] = [
  'ndcg@10',
  'ndcg-exp@10',
  'recall@100',
  'mrr@10',
  'map@100',
  'p@10',
  'hit@10',
  'err@10',
  'rbp(0.8)',
  'judged@10',
];

/**
 * Compares legs on the same judged queries: metrics with intervals, every pair tested, slices, the queries most helped
 * and most harmed, and a verdict. The report is plain JSON.
 *
 * @throws {AttuneError} INVALID_ARGUMENT for legs that are missing or named twice; else as {@link evaluateRun}
 */
export function evaluateLegs(options: EvaluateOptions): EvaluationReport {
  checkOptions('{ name, judgments, legs, candidate, baseline }', options);
  const settings = settingsOf(options);
  const main = evaluateSet({ ...options, name: options.set ?? 'main' }, options, settings, {
    detailed: true,
  });
  const quadrants = (options.quadrants ?? []).map((set) =>
    evaluateSet(set, options, settings, { detailed: false }),
  );
  return {
    schema: 'attune.evaluation/1',
    name: options.name,
    candidate: options.candidate,
    baseline: options.baseline,
    settings,
    main,
    quadrants,
    choices: [...(options.choices ?? [])],
    notes: [...(options.notes ?? [])],
    verdict: verdictOf(main, options, settings),
  };
}

function settingsOf(options: EvaluateOptions): EvaluationSettings {
  const primary = options.primary ?? 'ndcg@10';
  const compared = [...new Set([primary, ...(options.compared ?? ['recall@100'])])];
  return {
    primary,
    metrics: [...new Set([primary, ...(options.metrics ?? defaultMetrics), ...compared])],
    compared,
    rounds: options.rounds ?? 10_000,
    seed: options.seed ?? 1,
    confidence: options.confidence ?? 0.95,
    minimumQueries: options.minimumQueries ?? leastQueries,
    withoutRelevant: options.withoutRelevant ?? 'exclude',
  };
}

function evaluateSet(
  set: JudgedLegs,
  options: EvaluateOptions,
  settings: EvaluationSettings,
  { detailed }: { detailed: boolean },
): SetReport {
  checkList('legs', set.legs);
  checkLegs(set, options);
  const runs = set.legs.map(({ name, rankings }) => ({
    name,
    run: evaluateRun(set.judgments, rankings, {
      metrics: settings.metrics,
      relevantFrom: set.relevance?.relevantFrom,
      withoutRelevant: settings.withoutRelevant,
    }),
  }));
  const legs: LegReport[] = runs.map(({ name }) => ({ name, metrics: {} }));
  const comparisons: Comparison[] = [];
  for (const metrics of metricsByQueries(runs[0]!.run)) {
    const columnsOf = (metric: string) =>
      runs.map(({ run }) => run.values.get(metric)!.filter((value) => !Number.isNaN(value)));
    const bootstrap = bootstrapMeans(metrics.flatMap(columnsOf), settings);
    metrics.forEach((metric, m) => {
      const means = bootstrap.means.slice(m * runs.length, (m + 1) * runs.length);
      const columns = columnsOf(metric);
      legs.forEach((leg, i) => {
        leg.metrics[metric] = {
          mean: bootstrap.observed[m * runs.length + i]!,
          ...percentileInterval(means[i]!, settings.confidence),
          queryCount: columns[i]!.length,
        };
      });
      if (!settings.compared.includes(metric)) return;

      const pairs = pairsOf(set.legs, options).map(([baseline, candidate]) => ({
        metric,
        candidate: set.legs[candidate]!.name,
        baseline: set.legs[baseline]!.name,
        ...differenceOf(columns[candidate]!, columns[baseline]!, settings, {
          candidate: means[candidate]!,
          baseline: means[baseline]!,
        }),
      }));
      comparisons.push(...withHolm(pairs, settings));
    });
  }

  const first = runs[0]!.run;
  const report: SetReport = {
    name: set.name,
    queryCount: first.queryIds.length,
    queriesWithoutRelevant: first.queriesWithoutRelevant,
    relevantFrom: first.relevantFrom,
    highestGrade: first.highestGrade,
    relevanceRule:
      set.relevance?.rule ??
      `A document is relevant from grade ${first.relevantFrom} of ${first.highestGrade} on; a grade is its own gain.`,
    legs,
    comparisons,
    helped: [],
    harmed: [],
    slices: [],
  };
  if (!detailed) return report;

  const candidate = runs.find(({ name }) => name === options.candidate)!.run;
  const baseline = runs.find(({ name }) => name === options.baseline)!.run;
  Object.assign(report, changedQueries(set, { candidate, baseline }, options, settings.primary));
  report.slices = slicesOf(runs, options, settings);
  if (options.keepPerQuery) {
    report.perQuery = {
      queryIds: first.queryIds,
      legs: Object.fromEntries(
        runs.map(({ name, run }) => [
          name,
          Object.fromEntries(
            [...run.values].map(([metric, values]) => [
              metric,
              Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
            ]),
          ),
        ]),
      ),
    };
  }
  return report;
}

/**
 * Metrics that are defined for the same queries, together: they share the draws of one bootstrap. Whether a query
 * defines a metric depends on its judgments alone, so any leg's run tells. A metric that no query defines is left out.
 */
function metricsByQueries({ values }: RunValues): string[][] {
  const groups = new Map<string, string[]>();
  for (const [metric, column] of values) {
    const defined = Array.from(column, (value) => (Number.isNaN(value) ? '0' : '1')).join('');
    if (!defined.includes('1')) continue;
    groups.set(defined, [...(groups.get(defined) ?? []), metric]);
  }
  return [...groups.values()];
}

/** Every pair once as [baseline, candidate]: the later leg is the candidate, but for the pair that the verdict is about. */
function pairsOf(legs: readonly Leg[], options: EvaluateOptions): [number, number][] {
  const pairs: [number, number][] = [];
  for (let earlier = 0; earlier < legs.length; ++earlier) {
    for (let later = earlier + 1; later < legs.length; ++later) {
      const turned = legs[earlier]!.name === options.candidate && legs[later]!.name === options.baseline;
      pairs.push(turned ? [later, earlier] : [earlier, later]);
    }
  }
  return pairs;
}

function slicesOf(
  runs: readonly { name: string; run: RunValues }[],
  options: EvaluateOptions,
  settings: EvaluationSettings,
): SliceReport[] {
  const rules: DecisionRules = { ...settings, minimumQueries: options.minimumSliceQueries ?? 50 };
  const queries = runs[0]!.run.queryIds.map((id) => ({ id, text: options.queries.get(id) ?? id }));
  const valuesOf = (leg: string) => runs.find(({ name }) => name === leg)!.run.values.get(settings.primary)!;
  const candidate = valuesOf(options.candidate);
  const baseline = valuesOf(options.baseline);

  const slices: SliceReport[] = [];
  for (const [by, slicer] of Object.entries(options.slices ?? {})) {
    for (const [name, rows] of sliceQueries(queries, slicer)) {
      const defined = rows.filter((row) => !Number.isNaN(candidate[row]!));
      if (defined.length === 0) continue;
      const pick = (values: Float64Array) => Float64Array.from(defined, (row) => values[row]!);
      slices.push({
        by,
        name,
        queryCount: defined.length,
        legs: Object.fromEntries(runs.map((leg) => [leg.name, meanOfDefined(pick(valuesOf(leg.name))).mean])),
        difference:
          defined.length < rules.minimumQueries
            ? null
            : differenceOf(pick(candidate), pick(baseline), settings),
      });
    }
  }
  const tested = slices.filter((slice) => slice.difference !== null);
  withHolm(
    tested.map((slice) => slice.difference!),
    rules,
  ).forEach((difference, i) => {
    tested[i]!.difference = difference;
  });
  return slices;
}

function verdictOf(main: SetReport, options: EvaluateOptions, settings: EvaluationSettings): Verdict {
  const { candidate, baseline } = options;
  const metric = settings.primary;
  const about = { candidate, baseline, metric, advice: adviceOf(main, options.legs, settings) };
  const difference = main.comparisons.find(
    (pair) => pair.metric === metric && pair.candidate === candidate && pair.baseline === baseline,
  );
  if (!difference)
    return { decision: 'no decision', ...about, reason: `No query of ${main.name} defines ${metric}.` };

  const { mean, low, high, pHolm, queryCount, minimumDetectable } = difference;
  const figures =
    `${metric} of ${candidate} minus ${baseline} is ${signed(mean)} on ${queryCount} queries ` +
    `(${Math.round(settings.confidence * 100)} % interval ${signed(low)} to ${signed(high)}, p ${pHolm.toPrecision(2)} after Holm)`;
  const decision = decide(difference, settings);
  if (decision !== 'no decision') return { decision, ...about, reason: `${figures}.` };
  const why =
    queryCount < settings.minimumQueries
      ? `at least ${settings.minimumQueries} queries are needed for a decision`
      : minimumDetectable === 0
        ? 'no query tells them apart'
        : `so many queries show a difference from ${minimumDetectable?.toFixed(4)} on, four times out of five`;
  return { decision, ...about, reason: `${figures}; ${why}.` };
}

const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;

function checkLegs({ name, legs }: JudgedLegs, { candidate, baseline }: EvaluateOptions): void {
  const names = legs.map((leg) => leg.name);
  if (new Set(names).size !== names.length) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected legs of different names, but received ${names.join(', ')}.`,
    );
  }
  for (const wanted of [candidate, baseline]) {
    if (names.includes(wanted)) continue;
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected a leg '${wanted}' in the set '${name}', but its legs are ${names.join(', ') || 'none'}.`,
    );
  }
  if (candidate === baseline) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected two different legs to compare, but both are '${candidate}'.`,
    );
  }
}
