import type { Trainer } from '@attune/binding';
import { AttuneError } from '@attune/errors';

/** What is known before a training is planned. */
export interface TimePlan {
  /** From now until the training has to have ended, what follows it included. */
  leftMs: number;
  /** Of one judgement; 0 where there is none. */
  judgeMs: number;
  /** How long what follows the training takes, in judgements. */
  judgementsAfter: number;
  /** Of one step. */
  stepMs: number;
  stepsPerEpoch: number;
  /** No more than these, however much time there is. */
  epochs: number;
}

/** The share of the time that is planned for: steps differ in their texts, and a machine in its other work. */
const plannedShare = 0.95;

/**
 * The most steps that fit into the time beside their judgements, of which there is one for each epoch that is begun.
 *
 * @throws {AttuneError} INVALID_ARGUMENT where not even one fits
 */
export function stepsThatFit(plan: TimePlan): number {
  const { leftMs, judgeMs, judgementsAfter, stepMs, stepsPerEpoch, epochs } = plan;
  let most = 0;
  for (let begun = 1; begun <= epochs; ++begun) {
    const left = plannedShare * leftMs - (begun + judgementsAfter) * judgeMs;
    most = Math.max(most, Math.min(Math.floor(left / stepMs), begun * stepsPerEpoch));
  }
  if (most > 0) return most;
  const least = ((1 + judgementsAfter) * judgeMs + stepMs) / plannedShare;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected \`minutes\` to leave time to train, but ${(Math.max(0, leftMs) / 60_000).toFixed(1)} minutes were left after preparing, and one step with ` +
      `what is judged and encoded after it takes ${(least / 60_000).toFixed(1)}. Allow more minutes, or fewer documents and queries.`,
  );
}

/** Where a training that was planned is. */
export interface TimeTaken extends Omit<TimePlan, 'epochs'> {
  /** Of all that were planned, and those that are done. */
  steps: number;
  step: number;
}

/**
 * The steps of a training that would not end in time, because steps have become slower than those that were measured: so many in all that it
 * does. At least one more, since what was learned at a high rate wants an end.
 *
 * @returns undefined where the plan still holds
 */
export function shortenedPlan(taken: TimeTaken): number | undefined {
  const { leftMs, judgeMs, judgementsAfter, stepMs, stepsPerEpoch, steps, step } = taken;
  const judgements = Math.ceil((steps - step) / stepsPerEpoch) + judgementsAfter;
  if (step >= steps || (steps - step) * stepMs + judgements * judgeMs <= leftMs) return undefined;
  const fit = Math.floor((plannedShare * leftMs - judgements * judgeMs) / stepMs);
  return Math.min(steps, step + Math.max(1, fit));
}

/** After which steps the parts end of which each is judged: from `step` to `steps`, of equal length, as many as epochs are begun. */
export function partEnds(step: number, steps: number, stepsPerEpoch: number): number[] {
  const parts = Math.ceil((steps - step) / stepsPerEpoch);
  return Array.from({ length: parts }, (_, part) => step + Math.round(((steps - step) * (part + 1)) / parts));
}

/** The first steps are measured this long, or these many steps. */
const measuredMs = 5000;
const measuredSteps = 12;

/**
 * How long a step takes, on the first batches of an epoch. The trainer is put back to where it was.
 *
 * @param order  the items of the first epoch
 */
export async function measureStep(trainer: Trainer, order: Uint32Array, batch: number): Promise<number> {
  const before = await trainer.state();
  const stepOf = async (step: number) => {
    const start = performance.now();
    await trainer.train(order.subarray(step * batch, (step + 1) * batch), batch, Float32Array.of(0), 0);
    return performance.now() - start;
  };
  const whole = Math.max(1, Math.floor(order.length / batch));
  // The first one allocates what all others use.
  let last = await stepOf(0);
  let total = 0;
  let count = 0;
  for (let step = 1; step < Math.min(measuredSteps, whole) && total < measuredMs; ++step, ++count) {
    last = await stepOf(step);
    total += last;
  }
  trainer.restore(before);
  return count > 0 ? total / count : last;
}
