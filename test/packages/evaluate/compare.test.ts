import {
  byWordCount,
  type EvaluateOptions,
  evaluateLegs,
  type Judgments,
  type Leg,
  RandomWords,
} from '@attune/evaluate';
import { describe, expect, it } from 'vitest';

function takeFrom(seed: number): () => number {
  const random = new RandomWords(seed);
  return () => random.next();
}

/** One relevant document a query; a leg finds it at the first or the second place. */
function datasetOf(count: number, { betterShare, seed = 1 }: { betterShare: number; seed?: number }) {
  const next = takeFrom(seed);
  const chance = (share: number) => next() / 2 ** 32 < share;
  const judgments: Judgments = new Map();
  const queries = new Map<string, string>();
  const base: Leg = { name: 'base', rankings: [] };
  const tuned: Leg = { name: 'tuned', rankings: [] };
  for (let i = 0; i < count; ++i) {
    const queryId = `q${i}`;
    judgments.set(queryId, new Map([['right', 2]]));
    queries.set(queryId, i % 3 === 0 ? 'lamp' : 'desk lamp');
    const answer = (first: boolean) => ({
      queryId,
      documentIds: first ? ['right', 'wrong'] : ['wrong', 'right'],
      scores: [2, 1],
    });
    base.rankings.push(answer(chance(0.5)));
    tuned.rankings.push(answer(chance(0.5 + betterShare)));
  }
  const options: EvaluateOptions = {
    name: 'test data',
    judgments,
    queries,
    legs: [base, tuned],
    baseline: 'base',
    candidate: 'tuned',
    rounds: 2_000,
  };
  return options;
}

describe('evaluateLegs', () => {
  it('says better, with every figure that it rests on', () => {
    const report = evaluateLegs(datasetOf(600, { betterShare: 0.3 }));
    const [pair] = report.main.comparisons.filter(({ metric }) => metric === 'ndcg@10');
    expect(report.verdict.decision).toBe('better');
    expect(report.verdict.reason).toContain('600 queries');
    expect(report.verdict.reason).toContain(`+${pair!.mean.toFixed(4)}`);
    expect(pair).toMatchObject({ candidate: 'tuned', baseline: 'base', queryCount: 600, decision: 'better' });
    expect(pair!.wins + pair!.losses + pair!.ties).toBe(600);
    expect(pair!.low).toBeGreaterThan(0);
    expect(pair!.pHolm).toBeLessThan(0.001);

    const [base, tuned] = report.main.legs.map(({ metrics }) => metrics['ndcg@10']!);
    expect(tuned!.mean - base!.mean).toBeCloseTo(pair!.mean, 12);
    expect(base!.low).toBeLessThan(base!.mean);
    expect(base!.high).toBeGreaterThan(base!.mean);
    expect(report.main.legs[0]!.metrics['judged@10']!.mean).toBe(0.5);
  });

  it('says worse when candidate and baseline change places', () => {
    const options = datasetOf(600, { betterShare: 0.3 });
    const report = evaluateLegs({ ...options, candidate: 'base', baseline: 'tuned' });
    expect(report.verdict.decision).toBe('worse');
    expect(report.main.comparisons[0]).toMatchObject({ candidate: 'base', baseline: 'tuned' });
    expect(report.main.comparisons[0]!.mean).toBeLessThan(0);
  });

  it('decides nothing on few queries, however large the difference', () => {
    const { verdict } = evaluateLegs(datasetOf(60, { betterShare: 0.5 }));
    expect(verdict.decision).toBe('no decision');
    expect(verdict.reason).toContain('at least 100 queries');
  });

  it('decides nothing between equal legs, and says what could have been seen', () => {
    const options = datasetOf(300, { betterShare: 0 });
    const same = options.legs[0]!.rankings;
    const report = evaluateLegs({
      ...options,
      legs: [
        { name: 'base', rankings: same },
        { name: 'tuned', rankings: same },
      ],
    });
    expect(report.verdict.decision).toBe('no decision');
    expect(report.main.comparisons[0]).toMatchObject({ mean: 0, low: 0, high: 0, p: 1, pHolm: 1, ties: 300 });
    expect(report.main.helped).toEqual([]);

    const { verdict } = evaluateLegs(options);
    expect(verdict.reason).toMatch(/a difference from 0\.\d{4} on/);
  });

  it('is the same to the bit for a seed, whatever the order of queries', () => {
    const options = datasetOf(200, { betterShare: 0.1 });
    const turned = {
      ...options,
      judgments: new Map([...options.judgments].reverse()),
      legs: options.legs.map((leg) => ({ ...leg, rankings: [...leg.rankings].reverse() })),
    };
    expect(JSON.stringify(evaluateLegs(turned))).toBe(JSON.stringify(evaluateLegs(options)));
    expect(JSON.stringify(evaluateLegs({ ...options, seed: 2 }))).not.toBe(
      JSON.stringify(evaluateLegs(options)),
    );
  });

  it('is plain JSON: nothing is lost on the way through text', () => {
    const report = evaluateLegs({
      ...datasetOf(120, { betterShare: 0.2 }),
      keepPerQuery: true,
      slices: { words: byWordCount() },
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.schema).toBe('attune.evaluation/1');
  });

  it('tests every pair of legs, and corrects over them', () => {
    const options = datasetOf(300, { betterShare: 0.2 });
    const legs = [{ name: 'bm25', rankings: options.legs[0]!.rankings.slice(0, 250) }, ...options.legs];
    const { comparisons } = evaluateLegs({ ...options, legs }).main;
    const names = comparisons
      .filter(({ metric }) => metric === 'ndcg@10')
      .map((c) => `${c.candidate} - ${c.baseline}`);
    expect(names).toEqual(['base - bm25', 'tuned - bm25', 'tuned - base']);
    for (const { p, pHolm } of comparisons) expect(pHolm).toBeGreaterThanOrEqual(p);
    expect(comparisons[1]!.pHolm).toBeCloseTo(3 * comparisons[1]!.p, 12);
  });

  it('lists the queries most helped and most harmed, with both answers', () => {
    const judgments: Judgments = new Map([
      ['up', new Map([['a', 2]])],
      [
        'down',
        new Map([
          ['a', 2],
          ['b', 1],
        ]),
      ],
      ['same', new Map([['a', 2]])],
    ]);
    const leg = (name: string, answers: Record<string, string[]>): Leg => ({
      name,
      rankings: Object.entries(answers).map(([queryId, documentIds]) => ({
        queryId,
        documentIds,
        scores: documentIds.map((_, i) => -i),
      })),
    });
    const { main } = evaluateLegs({
      name: 'three queries',
      judgments,
      queries: new Map([['up', 'going up']]),
      legs: [
        leg('base', { up: ['x', 'a'], down: ['a', 'b'], same: ['a'] }),
        leg('tuned', { up: ['a', 'x'], down: ['b', 'a'], same: ['a'] }),
      ],
      baseline: 'base',
      candidate: 'tuned',
      documentTitle: (id) => (id === 'a' ? 'Document A' : undefined),
    });
    expect(main.helped).toEqual([
      {
        queryId: 'up',
        query: 'going up',
        candidate: 1,
        baseline: 1 / Math.log2(3),
        difference: 1 - 1 / Math.log2(3),
        candidateTop: [
          { documentId: 'a', title: 'Document A', grade: 2 },
          { documentId: 'x', grade: null },
        ],
        baselineTop: [
          { documentId: 'x', grade: null },
          { documentId: 'a', title: 'Document A', grade: 2 },
        ],
      },
    ]);
    expect(main.harmed.map(({ queryId, query }) => [queryId, query])).toEqual([['down', 'down']]);
  });

  it('slices the queries, tests the large slices and only shows the small ones', () => {
    const options = datasetOf(600, { betterShare: 0.4 });
    const { slices } = evaluateLegs({
      ...options,
      slices: { words: byWordCount() },
      minimumSliceQueries: 300,
    }).main;
    expect(slices.map(({ by, name, queryCount }) => [by, name, queryCount])).toEqual([
      ['words', '1 word', 200],
      ['words', '2 words', 400],
    ]);
    expect(slices[0]!.difference).toBeNull();
    expect(slices[1]!.difference!.decision).toBe('better');
    expect(slices[1]!.legs['tuned']! - slices[1]!.legs['base']!).toBeCloseTo(slices[1]!.difference!.mean, 12);
  });

  it('reports quadrants beside, without letting them decide', () => {
    const options = datasetOf(60, { betterShare: 0 });
    const large = datasetOf(600, { betterShare: 0.4 });
    const report = evaluateLegs({
      ...options,
      quadrants: [{ name: 'dev-zero-shot', judgments: large.judgments, legs: large.legs }],
    });
    expect(report.verdict.decision).toBe('no decision');
    expect(report.quadrants[0]).toMatchObject({
      name: 'dev-zero-shot',
      queryCount: 600,
      helped: [],
      slices: [],
    });
    expect(report.quadrants[0]!.comparisons[0]!.decision).toBe('better');
  });

  it('leaves queries out of the metrics that they do not define, in all legs alike', () => {
    const options = datasetOf(200, { betterShare: 0.1 });
    options.judgments.set('empty', new Map([['right', 0]]));
    const { main } = evaluateLegs(options);
    expect(main.queryCount).toBe(201);
    expect(main.queriesWithoutRelevant).toBe(1);
    for (const { metrics } of main.legs) {
      expect(metrics['ndcg@10']!.queryCount).toBe(200);
      expect(metrics['judged@10']!.queryCount).toBe(201);
    }
  });

  it('refuses legs that are missing, doubled or compared with themselves', () => {
    const options = datasetOf(10, { betterShare: 0 });
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
    expect(() => evaluateLegs({ ...options, candidate: 'other' })).toThrow(refused);
    expect(() => evaluateLegs({ ...options, candidate: 'base' })).toThrow(refused);
    expect(() => evaluateLegs({ ...options, legs: [...options.legs, options.legs[0]!] })).toThrow(refused);
  });
});
