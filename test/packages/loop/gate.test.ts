import { RandomWords } from '@attune/evaluate';
import { decideGate, defaultGateRules, type GateInput, type PairedScores } from '@attune/loop';
import { describe, expect, it } from 'vitest';

/** Normal numbers, two at a time. @see Box, Muller 1958 */
function normalNumbers(count: number, seed: number): Float64Array {
  const words = new RandomWords(seed);
  const share = () => (words.next() + 0.5) / 2 ** 32;
  return Float64Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(share())) * Math.cos(2 * Math.PI * share()),
  );
}

/** Per-query NDCG of two releases whose differences have this mean, and the spread that the icons show (0.2). */
function scores(
  queries: number,
  difference: number,
  seed: number,
  slices: PairedScores['slices'] = [],
): PairedScores {
  const serving = new Float64Array(queries).fill(0.5);
  const candidate = normalNumbers(queries, seed).map((value) => 0.5 + difference + 0.2 * value);
  return { name: 'made up', candidate, serving, slices };
}

const passing: GateInput = {
  validation: { rows: 10_000, rejected: 50, failed: [] },
  golden: scores(2_000, 0.05, 1),
  newest: scores(2_000, 0.05, 2),
  annRecall: 1,
  goldenVectors: { match: true, said: 'They come out.' },
  latency: { ratio: 1.02, low: 0.97, high: 1.08, turns: 31 },
};
const failedChecks = (input: GateInput) =>
  decideGate(input)
    .checks.filter(({ passed }) => passed === false)
    .map(({ name }) => name);

describe('the gate', () => {
  it('promotes what is shown to be better in every respect, and says every number', () => {
    const decision = decideGate(passing);
    expect(decision.verdict).toBe('promote');
    expect(decision.reasons).toEqual([]);
    expect(decision.checks.every(({ passed }) => passed === true)).toBe(true);
    const golden = decision.checks.find(({ name }) => name === 'golden set: NDCG@10')!;
    expect(golden.numbers['low']).toBeGreaterThan(0);
    expect(golden.numbers['candidate']! - golden.numbers['serving']!).toBeCloseTo(
      golden.numbers['difference']!,
      9,
    );
  });

  it('gives the same decision for the same input, to the last digit', () => {
    expect(decideGate(passing)).toEqual(decideGate(passing));
  });

  it('decides nothing where something was not found out', () => {
    for (const name of ['validation', 'golden', 'newest', 'annRecall', 'goldenVectors', 'latency'] as const) {
      const { verdict, reasons } = decideGate({ ...passing, [name]: undefined });
      expect([name, verdict]).toEqual([name, 'no decision']);
      expect(reasons).toHaveLength(1);
    }
  });

  it('decides nothing on 499 judged queries, whatever they say, and names both numbers', () => {
    for (const name of ['golden', 'newest'] as const) {
      const { verdict, reasons } = decideGate({ ...passing, [name]: scores(499, 0.2, 3) });
      expect(verdict).toBe('no decision');
      expect(reasons.join()).toMatch(/499.*500/);
    }
  });

  it('refuses each fault by its own check', () => {
    expect(failedChecks({ ...passing, validation: { rows: 1_000, rejected: 50, failed: [] } })).toEqual([
      'validation',
    ]);
    expect(failedChecks({ ...passing, golden: scores(2_000, -0.05, 4) })).toContain('golden set: NDCG@10');
    expect(failedChecks({ ...passing, newest: scores(2_000, -0.05, 5) })).toContain(
      'newest time slice: NDCG@10',
    );
    expect(failedChecks({ ...passing, annRecall: 0.9 })).toEqual(['index recall']);
    expect(failedChecks({ ...passing, goldenVectors: { match: false, said: 'They differ.' } })).toEqual([
      'golden vectors',
    ]);
    expect(failedChecks({ ...passing, latency: { ratio: 1.3, low: 1.2, high: 1.4, turns: 31 } })).toEqual([
      'latency',
    ]);
  });

  it('refuses a candidate that is better on average and harms a slice', () => {
    const better = scores(2_000, 0.05, 6);
    const harmed = Array.from({ length: 200 }, (_, query) => query);
    for (const query of harmed) better.candidate[query]! -= 0.15;
    const golden = { ...better, slices: [{ by: 'words', name: '1 word', queries: harmed }] };
    expect(failedChecks({ ...passing, golden })).toEqual(['golden set: slices']);
    expect(decideGate({ ...passing, golden }).reasons.join()).toContain('1 word (200 queries)');
    // 49 queries are too few to be tested.
    const small = { ...better, slices: [{ by: 'words', name: '1 word', queries: harmed.slice(0, 49) }] };
    expect(decideGate({ ...passing, golden: small }).verdict).toBe('promote');
  });

  it('is a rule that a caller can make stricter by name', () => {
    const { verdict } = decideGate({ ...passing, rules: { leastDifference: 0.2 } });
    expect(verdict).toBe('refuse');
    expect(defaultGateRules.leastGoldenQueries).toBe(500);
  });
});

describe('the gate over a thousand candidates', () => {
  /** Of `gates` candidates with a true difference, how many are promoted. */
  function promoted(difference: number, gates: number): number {
    let count = 0;
    for (let gate = 0; gate < gates; ++gate) {
      const seed = gate * 2 + Math.round(difference * 1_000) * 7_919;
      const { verdict } = decideGate({
        ...passing,
        golden: scores(2_000, difference, seed),
        newest: scores(2_000, difference, seed + 1),
        rules: { rounds: 200 },
      });
      if (verdict === 'promote') ++count;
    }
    return count;
  }

  it('promotes none that are worse by 2 points or more, and most that are better by 2', () => {
    expect(promoted(-0.05, 1_000)).toBe(0);
    expect(promoted(-0.02, 1_000)).toBe(0);
    expect(promoted(0.02, 1_000)).toBeGreaterThanOrEqual(800);
  });

  it('promotes at most one in twenty of those that are the same, and none of those worse by 1 point', () => {
    expect(promoted(0, 1_000)).toBeLessThanOrEqual(50);
    expect(promoted(-0.01, 1_000)).toBe(0);
  });
});
