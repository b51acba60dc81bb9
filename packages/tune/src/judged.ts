import { type Dataset, hash53, type JudgedSlice } from '@attune/data';
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

/** With fewer judged queries in a half, choices are no better than chance: the usual settings are taken instead. */
const leastChoosingQueries = 20;

/** Of so many queries the mean NDCG@10 is known to some 0.005, and what is chosen does not change with more of them. */
const mostChoosingQueries = 10_000;

/** The set, or so many of its queries as choices need: those whose texts have the lowest hashes, in their order. */
export function sampled(set: JudgedSet, most: number): JudgedSet {
  if (set.queries.length <= most) return set;
  const hashes = Float64Array.from(set.queries, ({ text }) => hash53(text));
  const limit = hashes.slice().sort()[most - 1]!;
  const queries = set.queries.filter((_, i) => hashes[i]! <= limit);
  const judgments: Judgments = new Map(queries.map(({ id }) => [id, set.judgments.get(id)!]));
  return { ...set, name: `sample of ${set.name}`, queries, judgments };
}

/**
 * Choices are made on `dev`, or on about 10,000 of its queries where it has more. Where a `test` slice exists, figures come from it and from `test-…`; else dev is halved by a hash of
 * the query's text, choices are made on one half, and every figure comes from queries outside it. Without dev, `test` is halved, or whichever
 * slice there is; one too small to be halved is reported whole, and nothing is chosen: `choosing` has no queries then.
 *
 * @throws {AttuneError} DATA_INVALID when no query is judged
 */
export function judgedSets(dataset: Dataset): JudgedSets {
  const byName = new Map(dataset.slices.map((slice) => [slice.name, slice]));
  const dev = byName.get('dev');
  const test = byName.get('test');
  if (dev && test) return withSample(choosingOnDev(dataset, dev, test));
  const halved = dev ?? test ?? dataset.slices.find(({ name }) => !name.startsWith('train'));
  if (halved === undefined) {
    if (dataset.queries.length === 0) {
      throw new AttuneError(
        'DATA_INVALID',
        `Expected a log or judged queries in ${dataset.path}, but it holds documents and no queries. Name the log, whose rows say which ` +
          'document a query led to, and these documents beside it.',
      );
    }
    const found = dataset.slices.map(({ name }) => name).join(', ') || 'none';
    throw new AttuneError(
      'DATA_INVALID',
      `Expected ${dataset.path} to have judged queries to choose and compare by, but found ${found === 'none' ? 'none' : `only those of ${found}`}. ` +
        'A folder has them in dev.qrels and test.qrels, or in qrels/dev.tsv and qrels/test.tsv; a log is split into parts by itself.',
    );
  }
  return withSample(halvedSets(dataset, halved));
}

/** What choices could have been made on stays out of every figure, whether or not it is in the sample. */
function withSample(sets: JudgedSets): JudgedSets {
  return { ...sets, choosing: sampled(sets.choosing, mostChoosingQueries) };
}

const everything = () => true;
const outside = (chosen: JudgedSet) => {
  const texts = new Set(chosen.queries.map(({ text }) => text));
  return (text: string) => !texts.has(text);
};

function choosingOnDev(dataset: Dataset, dev: JudgedSlice, test: JudgedSlice): JudgedSets {
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

function halvedSets(dataset: Dataset, halved: JudgedSlice): JudgedSets {
  const chosenOn = (text: string) => halfOf(text) === 'choosing';
  const reported = (text: string) => halfOf(text) === 'reporting';
  const others = dataset.slices.filter((slice) => slice !== halved);
  const choosing = {
    ...judgedSet(dataset, halved, chosenOn),
    name: `choosing half of ${halved.name}`,
  };
  const main = { ...judgedSet(dataset, halved, reported), name: `reporting half of ${halved.name}` };
  if (
    halved.name !== 'dev' &&
    Math.min(choosing.queries.length, main.queries.length) < leastChoosingQueries
  ) {
    return {
      choosing: { ...judgedSet(dataset, halved, () => false), name: 'no queries' },
      main: judgedSet(dataset, halved, everything),
      quadrants: others.map((slice) => judgedSet(dataset, slice, everything)),
    };
  }
  return {
    choosing,
    main,
    quadrants: others.map((slice) =>
      judgedSet(dataset, slice, slice.name.startsWith('dev') ? reported : outside(choosing)),
    ),
  };
}
