import { readFileSync } from 'node:fs';
import {
  evaluateRun,
  type Judgments,
  meanOfDefined,
  metricByName,
  type Ranking,
  type RunOptions,
  relevanceThreshold,
  trecOrder,
} from '@attune/evaluate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** One query `q`; the answer's scores fall by one unless given. */
function oneQuery(grades: Record<string, number>, answer: string[], scores = answer.map((_, i) => -i)) {
  const judgments: Judgments = new Map([['q', new Map(Object.entries(grades))]]);
  const rankings: Ranking[] = [{ queryId: 'q', documentIds: answer, scores }];
  return (metric: string, options: Partial<RunOptions> = {}) =>
    evaluateRun(judgments, rankings, { metrics: [metric], ...options }).values.get(metric)![0]!;
}

describe('metrics, by hand', () => {
  // Grades 0..3, so relevant from 1.5: a and c. Answer: b (1), x (unjudged), a (3), n (0); c (2) is not found.
  const metric = oneQuery({ a: 3, b: 1, c: 2, n: 0 }, ['b', 'x', 'a', 'n']);

  it('NDCG is the discounted gain over that of all judged documents, found or not', () => {
    const linear = 1 / Math.log2(2) + 3 / Math.log2(4);
    expect(metric('ndcg@10')).toBeCloseTo(
      linear / (3 / Math.log2(2) + 2 / Math.log2(3) + 1 / Math.log2(4)),
      12,
    );
    expect(metric('ndcg@2')).toBeCloseTo(1 / (3 + 2 / Math.log2(3)), 12);
    const exponential = 1 / Math.log2(2) + 7 / Math.log2(4);
    expect(metric('ndcg-exp@10')).toBeCloseTo(exponential / (7 + 3 / Math.log2(3) + 1 / 2), 12);
  });

  it('recall, precision, hit rate, reciprocal rank and average precision count what is relevant', () => {
    expect(metric('recall@10')).toBe(1 / 2);
    expect(metric('recall@2')).toBe(0);
    expect(metric('p@10')).toBe(1 / 10);
    expect(metric('p@3')).toBe(1 / 3);
    expect(metric('hit@2')).toBe(0);
    expect(metric('hit@3')).toBe(1);
    expect(metric('mrr@10')).toBe(1 / 3);
    expect(metric('mrr@2')).toBe(0);
    expect(metric('map')).toBeCloseTo(1 / 3 / 2, 12);
  });

  it('ERR takes each document as the last one read with (2^grade - 1) / 2^highest', () => {
    const stops = [1 / 8, 0, 7 / 8, 0];
    expect(metric('err@10')).toBeCloseTo(stops[0]! / 1 + ((1 - stops[0]!) * stops[2]!) / 3, 12);
    expect(metric('err@2')).toBeCloseTo(1 / 8, 12);
  });

  it('RBP gives rank i the weight (1 - p) p^(i - 1)', () => {
    expect(metric('rbp(0.8)')).toBeCloseTo(0.2 * 0.8 ** 2, 12);
    expect(metric('rbp(0.5)')).toBeCloseTo(0.5 * 0.5 ** 2, 12);
  });

  it('Judged@k is the judged share of what was shown', () => {
    expect(metric('judged@2')).toBe(1 / 2);
    expect(metric('judged@10')).toBe(3 / 4);
  });

  it('relevant is what the caller says, where the caller says', () => {
    expect(metric('recall@10', { relevantFrom: 1 })).toBe(2 / 3);
    expect(metric('mrr@10', { relevantFrom: 1 })).toBe(1);
  });

  it('half the highest grade of all judgments is relevant', () => {
    const judgments = (highest: number): Judgments => new Map([['q', new Map([['d', highest]])]]);
    expect(relevanceThreshold(judgments(3)).relevantFrom).toBe(1.5);
    expect(relevanceThreshold(judgments(6)).relevantFrom).toBe(3);
    expect(relevanceThreshold(judgments(1)).relevantFrom).toBe(0.5);
  });
});

describe('queries that define nothing', () => {
  const judgments: Judgments = new Map([
    ['good', new Map([['a', 6]])],
    ['weak', new Map([['a', 2]])], // graded, but below half the highest: no recall, yet an NDCG
    ['none', new Map([['a', 0]])],
    ['unanswered', new Map([['a', 6]])],
  ]);
  const rankings = ['good', 'weak', 'none', 'unjudged'].map((queryId) => ({
    queryId,
    documentIds: ['a'],
    scores: [1],
  }));
  const means = (options: Partial<RunOptions>) => {
    const { values } = evaluateRun(judgments, rankings, {
      metrics: ['ndcg@10', 'recall@100', 'err@10'],
      ...options,
    });
    return Object.fromEntries([...values].map(([name, column]) => [name, meanOfDefined(column)]));
  };

  it('are left out of the means they do not define, and unanswered ones count as 0', () => {
    const { 'ndcg@10': ndcg, 'recall@100': recall, 'err@10': err } = means({});
    expect(ndcg).toEqual({ mean: 2 / 3, count: 3 });
    expect(recall).toEqual({ mean: 1 / 2, count: 2 });
    expect(err).toEqual({ mean: (63 / 64 + 3 / 64) / 3, count: 3 });
  });

  it('count as 0 when asked for, as in trec_eval', () => {
    const { 'ndcg@10': ndcg, 'recall@100': recall } = means({ withoutRelevant: 'zero' });
    expect(ndcg).toEqual({ mean: 2 / 4, count: 4 });
    expect(recall).toEqual({ mean: 1 / 4, count: 4 });
  });

  it('are counted', () => {
    expect(evaluateRun(judgments, rankings, { metrics: ['map'] }).queriesWithoutRelevant).toBe(2);
  });
});

describe("trec_eval's order", () => {
  const order = (documentIds: string[], scores: number[]) => trecOrder({ queryId: 'q', documentIds, scores });

  it('breaks ties by document id, descending', () => {
    expect(order(['a', 'c', 'b'], [1, 1, 1])).toEqual(['c', 'b', 'a']);
    expect(order(['10', '9', '2'], [1, 1, 3])).toEqual(['2', '9', '10']);
  });

  it('goes by the scores, not by the order of the answer', () => {
    expect(order(['a', 'b', 'c'], [1, 3, 2])).toEqual(['b', 'c', 'a']);
  });

  it('compares ids by their bytes', () => {
    expect(order(['\uff5e', '\u{1f600}', 'a'], [0, 0, 0])).toEqual(['\u{1f600}', '\uff5e', 'a']);
  });

  it('takes scores that are equal in 32 bits as a tie', () => {
    expect(order(['a', 'b'], [1 + 1e-9, 1])).toEqual(['b', 'a']);
  });
});

describe('golden figures of trec_eval, gdeval and ranx', () => {
  const golden = JSON.parse(
    readFileSync(new URL('../../golden/trec-eval/golden.json', import.meta.url), 'utf8'),
  ) as {
    relevantFrom: number;
    qrels: Record<string, Record<string, number>>;
    run: Record<string, Record<string, number>>;
    values: Record<string, Record<string, number>>;
  };
  const judgments: Judgments = new Map(
    Object.entries(golden.qrels).map(([queryId, grades]) => [queryId, new Map(Object.entries(grades))]),
  );
  const rankings = Object.entries(golden.run).map(([queryId, scores]) => ({
    queryId,
    documentIds: Object.keys(scores),
    scores: Object.values(scores),
  }));
  const metrics = Object.keys(golden.values);
  const run = evaluateRun(judgments, rankings, { metrics, withoutRelevant: 'zero' });

  it.each(metrics)('%s of every query, ties included', (metric) => {
    const expected = golden.values[metric]!;
    expect(Object.keys(expected)).toHaveLength(59);
    // gdeval prints five decimals, ranx's scores are exact; trec_eval's own are doubles.
    const digits = metric === 'err@10' || metric === 'ndcg-exp@10' ? 5 : 10;
    for (const [queryId, value] of Object.entries(expected)) {
      const ours = run.values.get(metric)![run.queryIds.indexOf(queryId)]!;
      expect(Math.abs(ours - value), `${metric} of ${queryId}: ${ours} against ${value}`).toBeLessThanOrEqual(
        10 ** -digits,
      );
    }
  });

  it('finds the threshold that the references were told', () => {
    expect(run.relevantFrom).toBe(golden.relevantFrom);
  });
});

describe('metrics of any answer', () => {
  const ids = Array.from({ length: 20 }, (_, i) => `d${i}`);
  const judged = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.integer({ min: -1, max: 4 })), {
      minLength: 1,
      selector: ([id]) => id,
    })
    .filter((grades) => grades.some(([, grade]) => grade > 0));
  const answer = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.integer({ min: 0, max: 5 })), {
    selector: ([id]) => id,
  });
  const metrics = [
    'ndcg@5',
    'ndcg',
    'ndcg-exp@5',
    'recall@5',
    'mrr',
    'map',
    'p@5',
    'hit@5',
    'err@5',
    'rbp(0.8)',
    'judged@5',
  ];
  const valuesOf = (grades: [string, number][], documents: [string, number][]) => {
    const rankings = [
      { queryId: 'q', documentIds: documents.map(([id]) => id), scores: documents.map(([, score]) => score) },
    ];
    const { values } = evaluateRun(new Map([['q', new Map(grades)]]), rankings, { metrics });
    return metrics.map((metric) => values.get(metric)![0]!);
  };

  it('lie between 0 and 1', () => {
    fc.assert(
      fc.property(judged, answer, (grades, documents) => {
        for (const value of valuesOf(grades, documents)) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });

  it('do not depend on the order in which documents or judgments are listed', () => {
    fc.assert(
      fc.property(judged, answer, fc.integer(), (grades, documents, turn) => {
        const turned = <T>(list: T[]) => [
          ...list.slice(turn % (list.length || 1)),
          ...list.slice(0, turn % (list.length || 1)),
        ];
        expect(valuesOf(turned(grades), turned(documents))).toEqual(valuesOf(grades, documents));
      }),
    );
  });

  it('are 1 for the ideal answer in NDCG', () => {
    fc.assert(
      fc.property(judged, (grades) => {
        const ideal = grades.map(([id, grade]): [string, number] => [id, grade]);
        expect(valuesOf(grades, ideal)[1]).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('what is refused', () => {
  const judgments: Judgments = new Map([['q', new Map([['a', 1]])]]);
  const evaluate = (ranking: Partial<Ranking>, metric = 'map') =>
    evaluateRun(judgments, [{ queryId: 'q', documentIds: ['a', 'b'], scores: [2, 1], ...ranking }], {
      metrics: [metric],
    });

  it.each(['ndcg@0', 'ndcg@', 'recall', 'p', 'bleu@4', 'rbp(1.5)', 'rbp(0.0)', 'constructor', 'NDCG@10'])(
    'a metric called %s',
    (name) => {
      expect(() => metricByName(name)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    },
  );

  it('rankings that are none', () => {
    expect(() => evaluate({ scores: [1] })).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
    expect(() => evaluate({ scores: [1, Number.NaN] })).toThrow(
      expect.objectContaining({ code: 'NOT_FINITE' }),
    );
    expect(() => evaluate({ documentIds: ['a', 'a'] })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });

  it('judgments without a positive grade, or with one that is no number', () => {
    const run = (grade: number) =>
      evaluateRun(new Map([['q', new Map([['a', grade]])]]), [], { metrics: ['map'] });
    expect(() => run(0)).toThrow(expect.objectContaining({ code: 'DATA_EMPTY' }));
    expect(() => run(Number.NaN)).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }));
  });
});
