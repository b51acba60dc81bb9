import { AttuneError, checkList, checkOptions, wrongArgument } from '@attune/errors';
import type { Judgments } from '@attune/schema';
import { compareByBytes, trecOrder } from './order.js';
import type { Ranking, WithoutRelevant } from './types.js';

/** What every metric needs to know of one query's answer and its judgments. */
export interface JudgedRanking {
  /** Grades in the order of the answer: 0 where nobody judged, and where the grade is negative. */
  grades: Float64Array;
  /** 1 where somebody judged the document, else 0. */
  judged: Uint8Array;
  /** Every positive grade of the query's judgments, highest first: the ideal answer. */
  idealGrades: Float64Array;
  relevantFrom: number;
  /** How many judged documents are relevant. */
  relevantCount: number;
  /** Highest grade of all the judgments, not of this query's: ERR needs it. */
  highestGrade: number;
}

type Measure = (ranking: JudgedRanking) => number;

/** 2^grade - 1 is Burges's exponential gain; the grade itself is trec_eval's linear one. */
const exponentialGain = (grade: number) => 2 ** grade - 1;
const linearGain = (grade: number) => grade;

/**
 * Normalised discounted cumulative gain: the gains of the first k, each divided by log2(rank + 1), over the same
 * sum of the best possible answer, which is made of all judged documents, found or not.
 *
 * @see Järvelin, Kekäläinen 2002; trec_eval's `ndcg_cut`
 */
function ndcg(k: number, gain: (grade: number) => number): Measure {
  const discounted = (grades: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < Math.min(k, grades.length); ++i) sum += gain(grades[i]!) / Math.log2(i + 2);
    return sum;
  };
  return ({ grades, idealGrades }) => {
    const ideal = discounted(idealGrades);
    return ideal > 0 ? discounted(grades) / ideal : Number.NaN;
  };
}

function relevantAmongFirst(k: number, { grades, relevantFrom }: JudgedRanking): number {
  let count = 0;
  for (let i = 0; i < Math.min(k, grades.length); ++i) if (grades[i]! >= relevantFrom) ++count;
  return count;
}

/** A metric of relevant or not, which a query without relevant documents does not define. */
const ofRelevance =
  (measure: Measure): Measure =>
  (ranking) =>
    ranking.relevantCount > 0 ? measure(ranking) : Number.NaN;

const recall = (k: number) => ofRelevance((r) => relevantAmongFirst(k, r) / r.relevantCount);
const precision = (k: number) => ofRelevance((r) => relevantAmongFirst(k, r) / k);
const hit = (k: number) => ofRelevance((r) => (relevantAmongFirst(k, r) > 0 ? 1 : 0));

/** 1 / rank of the first relevant document among the first k, else 0. */
const reciprocalRank = (k: number) =>
  ofRelevance(({ grades, relevantFrom }) => {
    for (let i = 0; i < Math.min(k, grades.length); ++i) if (grades[i]! >= relevantFrom) return 1 / (i + 1);
    return 0;
  });

/** Mean, over all relevant documents, of the precision at each one's rank; one that was not found adds 0. */
const averagePrecision = (k: number) =>
  ofRelevance(({ grades, relevantFrom, relevantCount }) => {
    let found = 0;
    let sum = 0;
    for (let i = 0; i < Math.min(k, grades.length); ++i)
      if (grades[i]! >= relevantFrom) sum += ++found / (i + 1);
    return sum / relevantCount;
  });

/**
 * Expected reciprocal rank: a reader goes down the list and stops at a document with the probability
 * (2^grade - 1) / 2^highestGrade.
 *
 * @see Chapelle, Metlzer, Zhang, Grinspan 2009, https://doi.org/10.1145/1645953.1646033
 */
const expectedReciprocalRank =
  (k: number): Measure =>
  ({ grades, idealGrades, highestGrade }) => {
    if (idealGrades.length === 0) return Number.NaN;
    let reading = 1;
    let sum = 0;
    for (let i = 0; i < Math.min(k, grades.length); ++i) {
      const stop = exponentialGain(grades[i]!) / 2 ** highestGrade;
      sum += (reading * stop) / (i + 1);
      reading *= 1 - stop;
    }
    return sum;
  };

/**
 * Rank-biased precision: the reader goes on to the next document with the probability p.
 *
 * @see Moffat, Zobel 2008, https://doi.org/10.1145/1416950.1416952
 */
const rankBiasedPrecision = (p: number) =>
  ofRelevance(({ grades, relevantFrom }) => {
    let sum = 0;
    let weight = 1 - p;
    for (let i = 0; i < grades.length; ++i, weight *= p) if (grades[i]! >= relevantFrom) sum += weight;
    return sum;
  });

/** Share of the first k found that somebody judged; 0 where nothing was found. Low: the judgments cannot see this leg. */
const judgedShare =
  (k: number): Measure =>
  ({ judged }) => {
    const shown = Math.min(k, judged.length);
    let count = 0;
    for (let i = 0; i < shown; ++i) count += judged[i]!;
    return shown > 0 ? count / shown : 0;
  };

/** By name before `@`. Where the cutoff may be absent, the whole answer counts. */
const families: Record<string, { needsCutoff: boolean; make: (k: number) => Measure }> = {
  ndcg: { needsCutoff: false, make: (k) => ndcg(k, linearGain) },
  'ndcg-exp': { needsCutoff: false, make: (k) => ndcg(k, exponentialGain) },
  recall: { needsCutoff: true, make: recall },
  mrr: { needsCutoff: false, make: reciprocalRank },
  map: { needsCutoff: false, make: averagePrecision },
  p: { needsCutoff: true, make: precision },
  hit: { needsCutoff: true, make: hit },
  err: { needsCutoff: false, make: expectedReciprocalRank },
  judged: { needsCutoff: true, make: judgedShare },
};

/**
 * A metric by its name: `ndcg@10` (linear gain), `ndcg-exp@10` (exponential gain), `recall@100`, `mrr@10`, `map`,
 * `p@10`, `hit@10`, `err@10`, `judged@10`, or `rbp(0.8)`.
 *
 * @returns the metric of one query; NaN where its judgments do not define it
 * @throws {AttuneError} INVALID_ARGUMENT for a name that is none of these
 */
export function metricByName(name: string): Measure {
  const persistence = /^rbp\((0?\.\d+)\)$/.exec(name);
  if (persistence && Number(persistence[1]) > 0) return rankBiasedPrecision(Number(persistence[1]));

  const parts = /^([a-z-]+)(?:@([1-9]\d*))?$/.exec(name);
  const family = parts && Object.hasOwn(families, parts[1]!) ? families[parts[1]!]! : undefined;
  if (!family || (family.needsCutoff && parts![2] === undefined)) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected the name of a metric, one of ${Object.keys(families).join(', ')} with a cutoff such as ndcg@10, ` +
        `or rbp(p) with 0 < p < 1, but received '${name}'.`,
    );
  }
  return family.make(parts![2] === undefined ? Number.POSITIVE_INFINITY : Number(parts![2]));
}

export interface RunOptions {
  metrics: readonly string[];
  /** A document is relevant from this grade on; half the highest grade of the judgments unless set. */
  relevantFrom?: number | undefined;
  /** `exclude` unless set. */
  withoutRelevant?: WithoutRelevant | undefined;
}

/** One value per judged query and metric. */
export interface RunValues {
  /** All judged queries, in the order of their ids, so that two runs pair up whatever the order of their rankings. */
  queryIds: string[];
  /** By metric name: a value for each of `queryIds`, NaN where the metric is not defined for the query. */
  values: Map<string, Float64Array>;
  /** Queries without a relevant document. */
  queriesWithoutRelevant: number;
  relevantFrom: number;
  highestGrade: number;
}

/** Half the highest grade: of 0..3 the grades 2 and 3 are relevant, of 0..6 those from 3 on, of 0..1 the 1. */
export function relevanceThreshold(judgments: Judgments): { relevantFrom: number; highestGrade: number } {
  let highestGrade = 0;
  for (const [queryId, grades] of judgments) {
    for (const [documentId, grade] of grades) {
      if (!Number.isFinite(grade)) {
        throw new AttuneError(
          'NOT_FINITE',
          `Expected every grade to be a number, but that of query '${queryId}', document '${documentId}' is ${grade}.`,
        );
      }
      if (grade > highestGrade) highestGrade = grade;
    }
  }
  if (highestGrade === 0) {
    throw new AttuneError(
      'DATA_EMPTY',
      `Expected judgments with at least one grade above 0, but none of the ${judgments.size} queries has one. ` +
        'Is the column of the grade the right one?',
    );
  }
  return { relevantFrom: highestGrade / 2, highestGrade };
}

/**
 * Metrics of one run, per query, as trec_eval computes them: ties go by document id, descending; the ideal answer is
 * made of every judged document; unjudged documents are not relevant. A judged query that the run does not answer
 * counts as 0 (trec_eval's `-c`); a query of the run that nobody judged is passed over.
 *
 * @throws {AttuneError} INVALID_ARGUMENT for two rankings of one query or a document named twice in one;
 *                       SHAPE_MISMATCH, NOT_FINITE for scores that do not fit; DATA_EMPTY without any positive grade
 */
export function evaluateRun(
  judgments: Judgments,
  rankings: readonly Ranking[],
  options: RunOptions,
): RunValues {
  if (!(judgments instanceof Map))
    throw wrongArgument('judgments', 'a Map of queries to their grades', judgments);
  checkList('rankings', rankings);
  checkOptions("{ metrics: ['ndcg@10'] }", options);
  const { metrics, relevantFrom, withoutRelevant = 'exclude' } = options;
  const measures = metrics.map((name) => [name, metricByName(name)] as const);
  const grades = relevanceThreshold(judgments);
  const threshold = relevantFrom ?? grades.relevantFrom;
  if (!(threshold > 0)) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected relevantFrom to be above 0, but received ${threshold}.`,
    );
  }

  const byQuery = new Map<string, Ranking>();
  for (const ranking of rankings) {
    if (byQuery.has(ranking.queryId)) {
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected one ranking a query, but '${ranking.queryId}' has two.`,
      );
    }
    byQuery.set(ranking.queryId, ranking);
  }

  const queryIds = [...judgments.keys()].sort(compareByBytes);
  const values = new Map(measures.map(([name]) => [name, new Float64Array(queryIds.length)]));
  let queriesWithoutRelevant = 0;
  queryIds.forEach((queryId, row) => {
    const judged = judge(judgments.get(queryId)!, byQuery.get(queryId), threshold, grades.highestGrade);
    if (judged.relevantCount === 0) ++queriesWithoutRelevant;
    for (const [name, measure] of measures) {
      const value = measure(judged);
      values.get(name)![row] = Number.isNaN(value) && withoutRelevant === 'zero' ? 0 : value;
    }
  });
  return {
    queryIds,
    values,
    queriesWithoutRelevant,
    relevantFrom: threshold,
    highestGrade: grades.highestGrade,
  };
}

function judge(
  grades: Map<string, number>,
  ranking: Ranking | undefined,
  relevantFrom: number,
  highestGrade: number,
): JudgedRanking {
  const order = ranking ? trecOrder(ranking) : [];
  const inOrder = new Float64Array(order.length);
  const judged = new Uint8Array(order.length);
  order.forEach((documentId, i) => {
    const grade = grades.get(documentId);
    if (grade === undefined) return;
    judged[i] = 1;
    inOrder[i] = Math.max(0, grade);
  });
  const idealGrades = Float64Array.from([...grades.values()].filter((grade) => grade > 0))
    .sort()
    .reverse();
  let relevantCount = 0;
  for (const grade of idealGrades) if (grade >= relevantFrom) ++relevantCount;
  return { grades: inOrder, judged, idealGrades, relevantFrom, relevantCount, highestGrade };
}

/** Mean of the values that are defined, and their number; the mean of none is 0. */
export function meanOfDefined(values: ArrayLike<number>): { mean: number; count: number } {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; ++i) {
    if (Number.isNaN(values[i]!)) continue;
    sum += values[i]!;
    ++count;
  }
  return { mean: count > 0 ? sum / count : 0, count };
}
