import type { Trainer } from '@attune/binding';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { partEnds, shortenedPlan, stepsThatFit, type TimePlan } from '../../../packages/train/src/plan.js';
import { adapterRecipe } from '../../../packages/train/src/recipe/adapter-recipe.js';
import { runTraining } from '../../../packages/train/src/run.js';

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

describe('a plan that no longer holds', () => {
  const taken = { ...plan({ leftMs: 20_000 }), steps: 300, step: 150 };

  it('stays where the rest fits', () => {
    expect(shortenedPlan(taken)).toBeUndefined();
    expect(shortenedPlan({ ...taken, leftMs: 19_000 })).toBeUndefined();
    expect(shortenedPlan({ ...taken, step: 300, leftMs: 0 })).toBeUndefined();
  });

  it('is shortened where it does not, by one step at least', () => {
    expect(shortenedPlan({ ...taken, stepMs: 200 })).toBe(150 + Math.floor((0.95 * 20_000 - 4000) / 200));
    expect(shortenedPlan({ ...taken, leftMs: 10 })).toBe(151);
  });

  it('has parts of equal length from where it is', () => {
    expect(partEnds(0, 300, 100)).toEqual([100, 200, 300]);
    expect(partEnds(0, 101, 100)).toEqual([51, 101]);
    expect(partEnds(150, 225, 100)).toEqual([225]);
    expect(partEnds(150, 301, 100)).toEqual([226, 301]);
  });
});

describe('a training on a machine that becomes slow', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  // A clock that only the trainer and the judge move. No numbers are learned: what is looked at is when it ends.
  const trainFor = async (minutes: number, stepMsAt: (step: number) => number) => {
    let now = 0;
    let step = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const state = {
      weights: Float32Array.of(1),
      firstMoments: Float32Array.of(0),
      secondMoments: Float32Array.of(0),
    };
    const rates: number[] = [];
    const trainer = {
      parameters: () => [{ name: 'only', shape: [1], offset: 0 }],
      state: async () => ({ ...state, step }),
      restore: () => {
        step = 0;
        rates.length = 0;
      },
      train: async (_: Uint32Array, __: number, learningRates: Float32Array) => {
        for (const rate of learningRates) {
          now += stepMsAt(step++);
          rates.push(rate);
        }
        return new Float32Array(learningRates.length).fill(1);
      },
    } as unknown as Trainer;
    const { recipe } = adapterRecipe({ pairs: 1000, documents: 100, dim: 4 } as never);
    const result = await runTraining({
      trainer,
      items: 1000,
      peak: 1,
      seed: 1,
      identity: {
        recipe: { ...recipe, batch: 10, epochs: 3, minutes, patience: 9 },
        seed: 1,
        data: '',
        model: '',
        judged: true,
      },
      modelOf: (weights) => weights,
      pairsPerReport: 10,
      judgementsAfter: 2,
      evaluate: async () => {
        now += 1000;
        return 0.5;
      },
    });
    return { result, rates, tookMs: now + 2 * 1000, limitMs: minutes * 60_000 };
  };

  it('does all epochs where it stays as it was', async () => {
    const { result, tookMs, limitMs } = await trainFor(1, () => 100);
    expect(result.steps).toBe(300);
    expect(result.losses).toHaveLength(3);
    expect(tookMs).toBeLessThanOrEqual(limitMs);
  });

  it.each([50, 120, 250])(
    'ends in time where step %d and those after it take three times as long',
    async (slowFrom) => {
      const { result, rates, tookMs, limitMs } = await trainFor(0.7, (step) => (step < slowFrom ? 100 : 300));
      expect(result.steps).toBeLessThan(300);
      expect(tookMs).toBeLessThanOrEqual(limitMs);
      expect(tookMs).toBeGreaterThan(0.85 * limitMs);
      expect(result.losses).toHaveLength(result.scores.length - 1);
      // The rate goes down to nearly nothing, as in a training that was planned so.
      expect(rates.at(-1)).toBeLessThan(0.05);
      expect(result.stoppedEarly).toBe(false);
    },
  );
});
