import { evaluateLegs, type Judgments, type Leg, queriesToDecide, type ServedBy } from '@attune/evaluate';
import { describe, expect, it } from 'vitest';

/** A leg that puts the one relevant document first for the first `share` of the queries, else third (NDCG 1 or 0.5). */
const legOf = (name: string, servedBy: ServedBy | undefined, count: number, share: number): Leg => ({
  name,
  servedBy,
  rankings: Array.from({ length: count }, (_, i) => ({
    queryId: `q${i}`,
    documentIds: i < share * count ? ['right', 'a', 'b'] : ['a', 'b', 'right'],
    scores: [3, 2, 1],
  })),
});

function adviceOn(count: number, shares: Partial<Record<ServedBy, number>>) {
  const judgments: Judgments = new Map(
    Array.from({ length: count }, (_, i) => [`q${i}`, new Map([['right', 1]])]),
  );
  const legs = Object.entries(shares).map(([servedBy, share]) =>
    legOf(`leg of ${servedBy}`, servedBy as ServedBy, count, share),
  );
  const { verdict } = evaluateLegs({
    name: 'test data',
    judgments,
    queries: new Map(),
    legs,
    baseline: legs[0]!.name,
    candidate: legs[1]!.name,
    rounds: 1_000,
  });
  return verdict;
}

describe('advice', () => {
  it('says to serve words alone where tuned is far below, though the queries are too few for a decision', () => {
    const { decision, advice } = adviceOn(60, { words: 0.9, tuned: 0.3 });
    expect(decision).toBe('no decision');
    expect(advice).toMatchObject({
      serve: 'words',
      leg: 'leg of words',
      against: 'leg of tuned',
      sure: 'likely',
      queryCount: 60,
      moreQueries: 40,
    });
    expect(advice!.mean).toBeCloseTo(0.3, 9);
    expect(advice!.low).toBeGreaterThan(0);
    expect(advice!.sentence).toMatch(
      /^Serve words alone\. This is likely, on few queries: its ndcg@10 is 0\.3000 above/,
    );
    expect(advice!.sentence).toContain('About 40 more judged queries would decide.');
  });

  it('tells of a tuned model that is shown to be worse, where its fusion is as good as words', () => {
    const { advice } = adviceOn(200, { words: 0.9, tuned: 0.3, fused: 0.9 });
    expect(advice).toMatchObject({ serve: 'words', against: 'leg of fused', sure: 'not shown', mean: 0 });
    expect(advice!.sentence).toContain('The tuned model is shown to be 0.3000 below words alone.');
  });

  it('serves the best of the legs that are shown to be better than the simplest', () => {
    const { advice } = adviceOn(200, { words: 0.3, tuned: 0.6, fused: 0.9 });
    expect(advice).toMatchObject({
      serve: 'fused',
      against: 'leg of words',
      sure: 'shown',
      moreQueries: 0,
    });
    expect(advice!.mean).toBeCloseTo(0.3, 9);
    expect(advice!.sentence).toMatch(/^Serve the tuned model fused with words\. This is shown: /);
  });

  it('stays with the simplest where the best is not shown to be better, and says how many queries would decide', () => {
    const { advice } = adviceOn(40, { fused: 0.55, words: 0.5 });
    expect(advice).toMatchObject({
      serve: 'words',
      against: 'leg of fused',
      sure: 'not shown',
      queryCount: 40,
    });
    expect(advice!.mean).toBeCloseTo(-0.025, 9);
    // Two of forty differences are 0.5: their standard deviation is √(40/39 · 0.5² · 0.05 · 0.95) = 0.11036.
    const needed = Math.ceil(((1.959964 + 0.841621) * 0.11036) ** 2 / 0.025 ** 2);
    expect(advice!.moreQueries).toBe(needed - 40);
    expect(advice!.sentence).toContain(`About ${needed - 40} more judged queries would decide.`);
  });

  it('is null where no leg says what it is served by, or one alone', () => {
    const leg = (name: string, servedBy?: ServedBy) => legOf(name, servedBy, 3, 1);
    for (const legs of [
      [leg('a'), leg('b')],
      [leg('a', 'words'), leg('b')],
    ]) {
      const { verdict } = evaluateLegs({
        name: 'test data',
        judgments: new Map([['q0', new Map([['right', 1]])]]),
        queries: new Map(),
        legs,
        baseline: 'a',
        candidate: 'b',
        rounds: 100,
      });
      expect(verdict.advice).toBeNull();
    }
  });
});

describe('queriesToDecide', () => {
  it('asks for no more than the smallest relevant difference needs', () => {
    const of = (mean: number) => queriesToDecide({ mean, queryCount: 100, minimumDetectable: 0.05 }, 100);
    expect(of(-0.05)).toBe(100);
    expect(of(0.025)).toBe(400);
    expect(of(0.01)).toBe(2_500);
    expect(of(0)).toBe(2_500);
  });

  it('asks for the queries that any decision needs, and knows nothing of one query', () => {
    expect(queriesToDecide({ mean: 0.5, queryCount: 10, minimumDetectable: 0.1 }, 100)).toBe(100);
    expect(queriesToDecide({ mean: 0.5, queryCount: 1, minimumDetectable: null }, 100)).toBeNull();
  });
});
