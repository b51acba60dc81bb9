import { describe, expect, it } from 'vitest';
import { fitRatePrior, smoothedRate } from '../../../packages/data/src/weights/rates.js';
import { randomNumbers } from '../../random.js';

/** A Poisson draw, by counting exponential waiting times (Knuth). */
function poisson(mean: number, random: () => number): number {
  let count = 0;
  for (let product = random(); product > Math.exp(-mean); product *= random()) count += 1;
  return count;
}

describe('the prior of rates', () => {
  it('comes back from a log that was drawn from it', () => {
    const random = randomNumbers(5);
    // Exponential rates are a gamma distribution of shape 1.
    const exposures = Array.from({ length: 20_000 }, () => {
      const impressions = 20 + Math.floor(80 * random());
      const rate = -0.1 * Math.log(1 - random());
      return { actions: poisson(rate * impressions, random), impressions };
    });
    const { shape, rate } = fitRatePrior(exposures);
    expect(shape).toBeGreaterThan(0.9);
    expect(shape).toBeLessThan(1.1);
    expect(rate).toBeGreaterThan(9);
    expect(rate).toBeLessThan(11);
  });

  it('is narrow, and finite, where rates differ by chance alone', () => {
    const { shape, rate } = fitRatePrior([
      { actions: 10, impressions: 100 },
      { actions: 10, impressions: 100 },
    ]);
    expect(shape / rate).toBeCloseTo(0.1, 12);
    expect(shape).toBeCloseTo(100, 6);
  });

  it('draws a rate of few impressions to the mean, and leaves one of many', () => {
    const prior = { shape: 2, rate: 20 };
    expect(smoothedRate({ actions: 1, impressions: 1 }, prior)).toBeCloseTo(3 / 21, 12);
    expect(smoothedRate({ actions: 5000, impressions: 10_000 }, prior)).toBeCloseTo(0.5, 2);
  });
});
