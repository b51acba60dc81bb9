import type { Trainer, TrainerState } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import { epochOrder, learningRateAt } from './batches.js';
import {
  type Checkpoint,
  loadCheckpoint,
  type RunIdentity,
  type RunState,
  saveCheckpoint,
} from './checkpoint.js';
import type { TrainingOptions, TrainingResult } from './types.js';

export interface Run extends TrainingOptions {
  trainer: Trainer;
  /** Pairs, or texts. */
  items: number;
  /** How many of the last items only one epoch each goes through; see TrainingPairs.freshPerEpoch. */
  freshPerEpoch?: number | undefined;
  /** The learning rate at the end of the warm-up, in absolute numbers. */
  peak: number;
  identity: RunIdentity;
  /** The model that a state's weights stand for. */
  modelOf: (weights: Float32Array) => Float32Array;
}

/** Pairs between two reports: some tenths of a second, which is also how long a cancellation takes. */
const pairsPerReport = 16_384;

function bestOf(scores: readonly number[]): number {
  // The first of equals: what was trained less.
  return scores.reduce((best, score, epoch) => (score > scores[best]! ? epoch : best), 0);
}

/** Goes through the epochs: steps, scores, checkpoints. What is learned, and by what loss, the trainer knows. */
export async function runTraining(run: Run): Promise<TrainingResult> {
  const { trainer, identity, evaluate, checkpoint, signal, freshPerEpoch = 0 } = run;
  const { recipe, seed } = identity;
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected seed to be a whole number from 0 to 2^32 - 1, but received ${seed}.`,
    );
  }
  // What every epoch goes through, and with it the items of its own.
  const standing = run.items - freshPerEpoch * (freshPerEpoch > 0 ? recipe.epochs : 0);
  const items = standing + freshPerEpoch;
  if (items <= 0)
    throw new AttuneError('DATA_EMPTY', 'There is nothing to train on: expected at least one pair.');
  const stepsPerEpoch = Math.ceil(items / recipe.batch);
  const steps = stepsPerEpoch * recipe.epochs;
  const schedule = { steps, peak: run.peak, warmup: recipe.warmup };

  const savedRun = { identity, places: trainer.parameters() };
  const saved = checkpoint && (await loadCheckpoint(checkpoint.folder, savedRun));
  const state: RunState = saved?.run ?? {
    step: 0,
    scores: [],
    losses: [],
    lossSum: 0,
    lossCount: 0,
    bestEpoch: 0,
  };
  let best = saved?.best;
  if (saved) trainer.restore(saved.trainer);

  const save = async (trained?: TrainerState) => {
    if (!checkpoint) return;
    const whole: Checkpoint = { run: state, trainer: trained ?? (await trainer.state()), best };
    await saveCheckpoint(checkpoint.folder, savedRun, whole);
  };

  const judge = async ({ weights }: TrainerState) => {
    const score = await evaluate!(run.modelOf(weights));
    if (!Number.isFinite(score)) {
      throw new AttuneError('NOT_FINITE', `Expected evaluate to give a finite score, but received ${score}.`);
    }
    state.scores.push(score);
    state.bestEpoch = bestOf(state.scores);
    if (state.bestEpoch === state.scores.length - 1) best = weights;
  };

  let order: Uint32Array = new Uint32Array();
  let orderOfEpoch = -1;
  const advance = async (count: number): Promise<{ loss: number; pairsPerSecond: number }> => {
    const epoch = Math.floor(state.step / stepsPerEpoch);
    if (orderOfEpoch !== epoch) {
      order = epochOrder(items, seed, epoch).map((item) =>
        item < standing ? item : item + epoch * freshPerEpoch,
      );
      orderOfEpoch = epoch;
    }
    const begin = (state.step - epoch * stepsPerEpoch) * recipe.batch;
    const part = order.subarray(begin, begin + count * recipe.batch);
    const rates = Float32Array.from({ length: count }, (_, i) => learningRateAt(state.step + i, schedule));
    const start = performance.now();
    const losses = await trainer.train(part, recipe.batch, rates, epoch);
    // One by one: so the mean of an epoch does not depend on where it was cut.
    for (const loss of losses) state.lossSum += loss;
    state.lossCount += count;
    state.step += count;
    return {
      loss: losses.reduce((sum, loss) => sum + loss, 0) / count,
      pairsPerSecond: part.length / ((performance.now() - start) / 1000),
    };
  };

  const hasEnded = () =>
    state.step >= steps ||
    (evaluate !== undefined && state.scores.length - 1 - state.bestEpoch >= recipe.patience);
  if (evaluate && state.scores.length === 0) await judge(await trainer.state());
  while (!hasEnded()) {
    if (signal?.aborted) {
      await save();
      throw new AttuneError('CANCELLED', 'Training was cancelled.');
    }
    const leftInEpoch = stepsPerEpoch - (state.step % stepsPerEpoch);
    const untilSave = checkpoint?.everySteps
      ? checkpoint.everySteps - (state.step % checkpoint.everySteps)
      : Infinity;
    const stepsPerReport = Math.max(1, Math.floor(pairsPerReport / recipe.batch));
    const done = await advance(Math.min(stepsPerReport, leftInEpoch, untilSave));
    const epoch = Math.ceil(state.step / stepsPerEpoch);
    const endsEpoch = state.step % stepsPerEpoch === 0;
    let trained: TrainerState | undefined;
    if (endsEpoch) {
      state.losses.push(state.lossSum / state.lossCount);
      state.lossSum = 0;
      state.lossCount = 0;
      if (evaluate) {
        trained = await trainer.state();
        await judge(trained);
      }
    }
    const score = endsEpoch ? state.scores.at(-1) : undefined;
    if (endsEpoch || (checkpoint?.everySteps && state.step % checkpoint.everySteps === 0))
      await save(trained);
    run.onProgress?.({ epoch, step: state.step, steps, ...done, score });
  }

  const weights = evaluate ? best! : (await trainer.state()).weights;
  return {
    model: run.modelOf(weights),
    bestEpoch: evaluate ? state.bestEpoch : state.losses.length,
    scores: state.scores,
    losses: state.losses,
    steps: state.step,
    stoppedEarly: state.step < steps,
  };
}
