import {
  bootstrapInterval,
  bootstrapMeans,
  holm,
  minimumDetectableEffect,
  percentileInterval,
  RandomWords,
  randomisationTest,
  winLossTie,
} from '@attune/evaluate';
import { describe, expect, it } from 'vitest';

function takeFrom(seed: number): () => number {
  const random = new RandomWords(seed);
  return () => random.next();
}

/** Normal numbers by Box and Muller. */
function normals(count: number, seed: number, { mean = 0, deviation = 1 } = {}): Float64Array {
  const next = takeFrom(seed);
  const uniform = () => (next() + 0.5) / 2 ** 32;
  return Float64Array.from(
    { length: count },
    () => mean + deviation * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

describe('RandomWords', () => {
  it('gives the same numbers for a seed, others for another', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, takeFrom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('fills its 32 bits evenly', () => {
    const next = takeFrom(1);
    const count = 100_000;
    const ones = new Float64Array(32);
    for (let i = 0; i < count; ++i) {
      const word = next();
      for (let bit = 0; bit < 32; ++bit) ones[bit]! += (word >>> bit) & 1;
    }
    // Five standard deviations of a fair coin.
    for (const share of ones)
      expect(Math.abs(share / count - 0.5)).toBeLessThan((5 * 0.5) / Math.sqrt(count));
  });
});

describe('bootstrap', () => {
  it('is the same for a seed, to the bit, and changes with it', () => {
    const values = normals(200, 3);
    expect(bootstrapInterval(values, { seed: 5 })).toEqual(bootstrapInterval(values, { seed: 5 }));
    expect(bootstrapInterval(values, { seed: 5 })).not.toEqual(bootstrapInterval(values, { seed: 6 }));
  });

  it('gives the interval of the normal approximation for normal values', () => {
    const values = normals(1_000, 11, { mean: 0.3 });
    const mean = values.reduce((a, b) => a + b) / values.length;
    const { low, high } = bootstrapInterval(values);
    expect(low).toBeCloseTo(mean - 1.96 / Math.sqrt(1_000), 2);
    expect(high).toBeCloseTo(mean + 1.96 / Math.sqrt(1_000), 2);
  });

  it('covers the true mean about 95 times in 100', () => {
    let covered = 0;
    for (let trial = 0; trial < 400; ++trial) {
      const { low, high } = bootstrapInterval(normals(80, 1_000 + trial), { rounds: 1_000, seed: trial });
      if (low <= 0 && 0 <= high) ++covered;
    }
    // 95 % of 400 with a standard deviation of 4.4; percentile intervals run a little short.
    expect(covered).toBeGreaterThan(380 - 20);
    expect(covered).toBeLessThan(380 + 16);
  });

  it('draws the same queries for every column, so a constant gap stays constant', () => {
    const values = normals(50, 2);
    const { means } = bootstrapMeans([values, values.map((value) => value + 0.25)], { rounds: 200 });
    means[0]!.forEach((mean, round) => {
      expect(means[1]![round]! - mean).toBeCloseTo(0.25, 12);
    });
  });

  it('takes quantiles between order statistics as NumPy does', () => {
    const figures = Float64Array.from([5, 1, 4, 2, 3]);
    expect(percentileInterval(figures, 0.5)).toEqual({ low: 2, high: 4 });
    expect(percentileInterval(figures, 0.8)).toEqual({
      low: expect.closeTo(1.4, 12),
      high: expect.closeTo(4.6, 12),
    });
    expect([...figures]).toEqual([5, 1, 4, 2, 3]);
  });

  it('refuses columns of different queries, and none', () => {
    expect(() => bootstrapMeans([new Float64Array(3), new Float64Array(4)])).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
    );
    expect(() => bootstrapMeans([])).toThrow(expect.objectContaining({ code: 'DATA_EMPTY' }));
    expect(() => bootstrapInterval(new Float64Array(3), { rounds: 0 })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});

describe('randomisation test', () => {
  it('gives 1 for legs that are the same', () => {
    expect(randomisationTest(new Float64Array(500))).toBe(1);
  });

  it('agrees with counting all sign patterns', () => {
    const differences = [0.5, 0.25, -0.125, 0.4, 0.3, 0.1, -0.05, 0.2, 0.15, 0.35];
    const observed = Math.abs(differences.reduce((a, b) => a + b));
    let asExtreme = 0;
    for (let signs = 0; signs < 1 << differences.length; ++signs) {
      const sum = differences.reduce((total, d, i) => total + ((signs >> i) & 1 ? d : -d), 0);
      if (Math.abs(sum) >= observed - 1e-12) ++asExtreme;
    }
    const exact = asExtreme / (1 << differences.length);
    const rounds = 200_000;
    const spread = Math.sqrt((exact * (1 - exact)) / rounds);
    expect(Math.abs(randomisationTest(differences, { rounds }) - exact)).toBeLessThan(5 * spread);
  });

  it('takes sums that are equal on paper as equal, whatever the order of adding', () => {
    // All differences alike: only the two patterns of one sign reach the observed sum, of 2^7.
    const p = randomisationTest(new Float64Array(7).fill(0.1), { rounds: 100_000 });
    expect(Math.abs(p - 2 / 2 ** 7)).toBeLessThan(0.002);
  });

  it('does not care which leg comes first', () => {
    const differences = normals(300, 4, { mean: 0.1 });
    expect(randomisationTest(differences)).toBe(randomisationTest(differences.map((d) => -d)));
  });

  it('never says less than its rounds can show', () => {
    expect(randomisationTest(normals(500, 1, { mean: 3 }), { rounds: 999 })).toBe(1 / 1_000);
  });

  it('raises a false alarm about as often as its level says', () => {
    const trials = 1_000;
    let alarms = 0;
    for (let trial = 0; trial < trials; ++trial) {
      if (randomisationTest(normals(60, 50_000 + trial), { rounds: 999, seed: trial }) <= 0.05) ++alarms;
    }
    // Four standard deviations of 1,000 draws at 5 %.
    expect(Math.abs(alarms / trials - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / trials));
  });

  it('does 10,000 rounds over 3,000 queries in well under a second', () => {
    const differences = normals(3_000, 9);
    const started = performance.now();
    randomisationTest(differences);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('around the tests', () => {
  it("Holm multiplies the smallest by the family's size, and never lets a later one fall below", () => {
    const corrected = holm([0.04, 0.01, 0.03]);
    [0.06, 0.03, 0.06].forEach((value, i) => {
      expect(corrected[i]).toBeCloseTo(value, 12);
    });
    expect(holm([0.5, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  it('the detectable effect is 2.80 standard errors', () => {
    const differences = [0.1, -0.1, 0.1, -0.1, 0.1, -0.1, 0.1, -0.1];
    const deviation = 0.1 * Math.sqrt(8 / 7);
    const effect = minimumDetectableEffect(differences);
    expect(effect).toBeCloseTo((2.80159 * deviation) / Math.sqrt(8), 5);
    expect(minimumDetectableEffect([0.3])).toBeNaN();
  });

  it('wins, losses and ties', () => {
    expect(winLossTie([0.2, -0.1, 0, 1e-12, 0.3])).toEqual({ wins: 2, losses: 1, ties: 2 });
  });
});
