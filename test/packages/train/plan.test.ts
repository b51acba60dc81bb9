import { describe, expect, it } from 'vitest';
import { stepsThatFit, type TimePlan } from '../../../packages/train/src/plan.js';

/** 100 steps of 100 ms an epoch, two judgements afterwards. */
const plan = (changes: Partial<TimePlan>): TimePlan => ({
  leftMs: 60_000,
  judgeMs: 1000,
  judgementsAfter: 2,
  stepMs: 100,
  stepsPerEpoch: 100,
  epochs: 3,
  ...changes,
});

describe('a training that is planned by time', () => {
  it('has all epochs where there is time for them', () => {
    expect(stepsThatFit(plan({}))).toBe(300);
  });

  it('ends in time, its judgements included', () => {
    for (const leftMs of [5000, 9000, 15_000, 17_000, 25_000, 31_000]) {
      const steps = stepsThatFit(plan({ leftMs }));
      const took = 100 * steps + 1000 * (Math.ceil(steps / 100) + 2);
      expect(took).toBeLessThanOrEqual(leftMs);
      // As much as fits: a twentieth is left for what is not known, and another epoch has to be worth its judgement.
      expect(took).toBeGreaterThan(0.95 * leftMs - 1100);
    }
  });

  it('does without judgements where nothing is judged', () => {
    expect(stepsThatFit(plan({ leftMs: 10_000, judgeMs: 0 }))).toBe(95);
  });

  it('says how much time is needed where not one step fits', () => {
    expect(() => stepsThatFit(plan({ leftMs: 3000 }))).toThrow(/0.1 minutes were left.*Allow more minutes/s);
  });
});
