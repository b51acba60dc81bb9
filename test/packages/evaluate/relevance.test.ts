import { evaluateLegs, gradedJudgments, type Judgments } from '@attune/evaluate';
import { describe, expect, it } from 'vitest';

const judged: Judgments = new Map([
  [
    'frequent',
    new Map([
      ['a', 999],
      ['b', 9],
      ['c', 0],
    ]),
  ],
  [
    'rare',
    new Map([
      ['a', 1],
      ['c', 3],
    ]),
  ],
]);

describe('judgments as grades', () => {
  it('stay as they are where they are grades or labels', () => {
    for (const kind of ['grades', 'labels', undefined] as const)
      expect(gradedJudgments(judged, kind)).toEqual({ judgments: judged, relevance: undefined });
  });

  it('are logarithms within their query where they are counts, and whatever was chosen is relevant', () => {
    const { judgments, relevance } = gradedJudgments(judged, 'counts');
    expect(judgments.get('frequent')!.get('a')).toBe(1);
    expect(judgments.get('frequent')!.get('b')).toBeCloseTo(1 / 3, 12); // log(10) / log(1000)
    expect(judgments.get('frequent')!.get('c')).toBe(0);
    expect(judgments.get('rare')!.get('a')).toBeCloseTo(0.5, 12); // log(2) / log(4)
    expect(relevance!.relevantFrom).toBeCloseTo(1 / 3, 12);
    expect(relevance!.rule).toContain('chosen at least once');
  });

  it('are shares of the best of their query where they are rates', () => {
    const { judgments, relevance } = gradedJudgments(
      new Map([
        [
          'q',
          new Map([
            ['a', 0.2],
            ['b', 0.05],
            ['c', 0],
          ]),
        ],
      ]),
      'rates',
    );
    expect([...judgments.get('q')!.values()]).toEqual([1, 0.25, 0]);
    expect(relevance!.relevantFrom).toBe(0.25);
  });

  it('do not trip over a query without any choice', () => {
    const { judgments } = gradedJudgments(new Map([['q', new Map([['a', 0]])]]), 'counts');
    expect(judgments.get('q')!.get('a')).toBe(0);
  });

  it('decide what is relevant in a report, which says the rule', () => {
    const leg = (name: string, ids: string[]) => ({
      name,
      rankings: [...judged.keys()].map((queryId) => ({
        queryId,
        documentIds: ids,
        scores: ids.map((_, i) => -i),
      })),
    });
    const compare = (kind: 'counts' | 'grades') =>
      evaluateLegs({
        name: 'clicks',
        ...gradedJudgments(judged, kind),
        queries: new Map(),
        legs: [leg('base', ['c', 'b']), leg('tuned', ['a', 'b'])],
        baseline: 'base',
        candidate: 'tuned',
        metrics: ['recall@100'],
      }).main;
    const counted = compare('counts');
    expect(counted.relevanceRule).toContain('log(1 + count)');
    expect(counted.queriesWithoutRelevant).toBe(0);
    expect(counted.legs.map(({ metrics }) => metrics['recall@100']!.mean)).toEqual([0.5, 0.75]);
    const graded = compare('grades');
    expect(graded.relevanceRule).toContain('from grade 499.5 of 999');
    expect(graded.queriesWithoutRelevant).toBe(1);
  });
});
