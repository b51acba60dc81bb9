import type { Dataset, JudgedSlice } from '@attune/data';
import { AttuneError } from '@attune/errors';
import {
  evaluateRun,
  gradedJudgments,
  halfOf,
  meanOfDefined,
  type Ranking,
  type Relevance,
} from '@attune/evaluate';
import type { JudgedQuery, Judgments } from '@attune/schema';

export interface JudgedSet {
  name: string;
  queries: JudgedQuery[];
  /** Grades; of counts and rates what they are worth within their query. */
  judgments: Judgments;
  /** Half of the highest grade unless set. */
  relevance?: Relevance | undefined;
  /** Documents that are taken out of a query's ranking before it is judged, by query id. */
  ignore?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** How a ranking is judged here: by NDCG@10 of the judgments unless set. */
  measure?: SetMeasure | undefined;
}

export interface SetMeasure {
  /** Documents of each answer that it looks at. */
  depth: number;
  /** The value of every query, NaN where it has none; the same queries have one whatever the rankings. */
  values: (rankings: readonly Ranking[]) => Float64Array;
}

const byNdcg = (judgments: Judgments): SetMeasure => ({
  depth: 10,
  values: (rankings) => evaluateRun(judgments, rankings, { metrics: ['ndcg@10'] }).values.get('ndcg@10')!,
});

export const measureOf = ({ measure, judgments }: JudgedSet): SetMeasure => measure ?? byNdcg(judgments);

/** The mean over the queries that have a value: what choices go by. */
export const meanOn = (set: JudgedSet, rankings: readonly Ranking[]): number =>
  meanOfDefined(measureOf(set).values(rankings)).mean;

/** On which queries choices are made, and from which others figures come. */
export interface JudgedSets {
  /** Epochs, BM25's analyser, fusion weight: whatever is chosen is chosen here. */
  choosing: JudgedSet;
  /** The figures and p-values. */
  main: JudgedSet;
  /** Other judged sets, such as the quadrants; none of their queries was chosen on. */
  quadrants: JudgedSet[];
}

function judgedSet(dataset: Dataset, slice: JudgedSlice, keep: (text: string) => boolean): JudgedSet {
  const texts = new Map(dataset.queries.map((query) => [query.id, query]));
  const queries: JudgedQuery[] = [];
  const judgments: Judgments = new Map();
  for (const [id, grades] of slice.judgments) {
    const query = texts.get(id);
    if (!query || !keep(query.text)) continue;
    queries.push({ id, text: query.text, filter: { ...slice.filter, ...query.filter } });
    judgments.set(id, grades);
  }
  return { name: slice.name, queries, ...gradedJudgments(judgments, slice.weights), ignore: slice.ignore };
}

/** One slice as it is, without a part taken out for choosing. */
export function judgedSlice(dataset: Dataset, slice: JudgedSlice): JudgedSet {
  return judgedSet(dataset, slice, () => true);
}

/**
 * Choices are made on `dev`. Where a `test` slice exists, figures come from it and from `test-…`; else dev is halved by a hash of
 * the query's text, choices are made on one half, and every figure comes from queries outside it.
 */
export function judgedSets(dataset: Dataset): JudgedSets {
  const byName = new Map(dataset.slices.map((slice) => [slice.name, slice]));
  const dev = byName.get('dev');
  if (!dev) {
    const found = dataset.slices.map((slice) => slice.name).join(', ') || 'none';
    throw new AttuneError(
      'DATA_INVALID',
      `Expected ${dataset.path} to have a judged slice named dev (dev.qrels), but found ${found}. Without judged queries nothing ` +
        'can be chosen or compared. A single log file is split into parts by itself.',
    );
  }
  const everything = () => true;
  const outside = (chosen: JudgedSet) => {
    const texts = new Set(chosen.queries.map(({ text }) => text));
    return (text: string) => !texts.has(text);
  };
  const test = byName.get('test');
  if (test) {
    const others = dataset.slices.filter(
      (slice) => slice !== dev && slice !== test && !slice.name.startsWith('dev'),
    );
    const choosing = judgedSet(dataset, dev, everything);
    return {
      choosing,
      main: judgedSet(dataset, test, outside(choosing)),
      quadrants: others.map((slice) => judgedSet(dataset, slice, outside(choosing))),
    };
  }
  const chosenOn = (text: string) => halfOf(text) === 'choosing';
  const reported = (text: string) => halfOf(text) === 'reporting';
  const others = dataset.slices.filter((slice) => slice !== dev);
  const choosing = { ...judgedSet(dataset, dev, chosenOn), name: 'choosing half of dev' };
  return {
    choosing,
    main: { ...judgedSet(dataset, dev, reported), name: 'reporting half of dev' },
    quadrants: others.map((slice) =>
      judgedSet(dataset, slice, slice.name.startsWith('dev') ? reported : outside(choosing)),
    ),
  };
}
