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
import { measureStep, partEnds, shortenedPlan, stepsThatFit } from './plan.js';
import type { TrainingOptions, TrainingResult } from './types.js';

export interface Run<Model> extends TrainingOptions<Model> {
  trainer: Trainer;
  /** Pairs, or texts. */
  items: number;
  /** How many of the last items only one epoch each goes through; see TrainingPairs.freshPerEpoch. */
  freshPerEpoch?: number | undefined;
  /** The learning rate at the end of the warm-up, in absolute numbers. */
  peak: number;
  identity: RunIdentity;
  /** The model that a state's weights stand for. */
  modelOf: (weights: Float32Array) => Model;
  /** Pairs between two reports: some tenths of a second, which is also how long a cancellation takes. 16,384 unless set. */
  pairsPerReport?: number | undefined;
}

/** What a step takes is a mean that forgets in about so many reports. */
const reportsOfPace = 8;

const stepsOf = ({ partEnds }: RunState): number => partEnds.at(-1) ?? 0;

function bestOf(scores: readonly number[]): number {
  // The first of equals: what was trained less.
  return scores.reduce((best, score, epoch) => (score > scores[best]! ? epoch : best), 0);
}

function checkSeed(seed: number): void {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected seed to be a whole number from 0 to 2^32 - 1, but received ${seed}.`,
  );
}

/**
 * Goes through the epochs: steps, scores, checkpoints. What is learned, and by what loss, the trainer knows.
 *
 * A recipe with `minutes` is planned when the base has been judged and the first steps have been measured: so many steps as fit, in as many
 * parts of equal length as epochs are begun. Where steps then become so slow that it would not end in time, it is planned anew, with fewer. The plan is
 * part of the state, so a resumed training has the schedule, and the bits, of one that never stopped.
 */
export async function runTraining<Model>(run: Run<Model>): Promise<TrainingResult<Model>> {
  const { trainer, identity, evaluate, checkpoint, signal, freshPerEpoch = 0 } = run;
  const { recipe, seed } = identity;
  const startedAt = run.startedAt ?? performance.now();
  checkSeed(seed);
  // What every epoch goes through, and with it the items of its own.
  const standing = run.items - freshPerEpoch * (freshPerEpoch > 0 ? recipe.epochs : 0);
  const items = standing + freshPerEpoch;
  if (items <= 0)
    throw new AttuneError('DATA_EMPTY', 'There is nothing to train on: expected at least one pair.');
  const stepsPerEpoch = Math.ceil(items / recipe.batch);
  const orderOf = (epoch: number) =>
    epochOrder(items, seed, epoch).map((item) => (item < standing ? item : item + epoch * freshPerEpoch));

  const savedRun = { identity, places: trainer.parameters() };
  const saved = checkpoint && (await loadCheckpoint(checkpoint.folder, savedRun));
  const state: RunState = saved?.run ?? {
    partEnds: recipe.minutes === undefined ? partEnds(0, stepsPerEpoch * recipe.epochs, stepsPerEpoch) : [],
    step: 0,
    scores: [],
    losses: [],
    lossSum: 0,
    lossCount: 0,
    bestEpoch: 0,
  };
  let best = saved?.best;
  if (saved) trainer.restore(saved.trainer);
  let savedStep = saved?.run.step;

  const save = async (trained?: TrainerState) => {
    if (!checkpoint) return;
    const whole: Checkpoint = { run: state, trainer: trained ?? (await trainer.state()), best };
    await saveCheckpoint(checkpoint.folder, savedRun, whole).catch((error) => {
      if (!(error instanceof AttuneError) || error.code !== 'NOT_FINITE') throw error;
      const advice = 'Try a lower learning rate or a longer warm-up.';
      throw new AttuneError('TRAINING_DIVERGED', `The weights are not finite. ${advice}`, { cause: error });
    });
    savedStep = state.step;
  };

  // As this process measured them: what one before it took is not known.
  let judgeMs = 0;
  let stepMs = 0;

  const isUnjudged = () => evaluate !== undefined && state.scores.length <= state.losses.length;
  const judge = async (): Promise<TrainerState> => {
    const trained = await trainer.state();
    const { weights } = trained;
    const from = performance.now();
    const score = await evaluate!(run.modelOf(weights));
    judgeMs = performance.now() - from;
    if (!Number.isFinite(score)) {
      throw new AttuneError('NOT_FINITE', `Expected evaluate to give a finite score, but received ${score}.`);
    }
    state.scores.push(score);
    state.bestEpoch = bestOf(state.scores);
    if (state.bestEpoch === state.scores.length - 1) best = weights;
    return trained;
  };

  const timePlan = () => ({
    leftMs: recipe.minutes! * 60_000 - (performance.now() - startedAt),
    judgeMs,
    judgementsAfter: run.judgementsAfter ?? 0,
    stepMs,
    stepsPerEpoch,
  });
  const plan = async () => {
    stepMs = await measureStep(trainer, orderOf(0), recipe.batch);
    const steps = stepsThatFit({ ...timePlan(), epochs: recipe.epochs });
    state.partEnds = partEnds(0, steps, stepsPerEpoch);
  };
  const keepToTime = () => {
    if (recipe.minutes === undefined) return;
    const steps = shortenedPlan({ ...timePlan(), steps: stepsOf(state), step: state.step });
    if (steps === undefined) return;
    const ended = state.partEnds.slice(0, state.losses.length);
    state.partEnds = [...ended, ...partEnds(state.step, steps, stepsPerEpoch)];
  };

  let order: Uint32Array = new Uint32Array();
  let orderOfEpoch = -1;
  const advance = async (count: number) => {
    const epoch = Math.floor(state.step / stepsPerEpoch);
    if (orderOfEpoch !== epoch) {
      order = orderOf(epoch);
      orderOfEpoch = epoch;
    }
    const begin = (state.step - epoch * stepsPerEpoch) * recipe.batch;
    const part = order.subarray(begin, begin + count * recipe.batch);
    const schedule = { steps: stepsOf(state), peak: run.peak, warmup: recipe.warmup };
    const rates = Float32Array.from({ length: count }, (_, i) => learningRateAt(state.step + i, schedule));
    const start = performance.now();
    const losses = await trainer.train(part, recipe.batch, rates, epoch);
    // One by one: so the mean of an epoch does not depend on where it was cut.
    for (const loss of losses) state.lossSum += loss;
    state.lossCount += count;
    state.step += count;
    const tookMs = performance.now() - start;
    stepMs = stepMs === 0 ? tookMs / count : stepMs + (tookMs / count - stepMs) / reportsOfPace;
    return {
      loss: losses.reduce((sum, loss) => sum + loss, 0) / count,
      learningRate: rates.at(-1)!,
      pairsPerSecond: part.length / (tookMs / 1000),
    };
  };

  try {
    if (isUnjudged()) {
      const trained = await judge();
      if (saved) await save(trained);
    }
    if (state.partEnds.length === 0) await plan();
    const hasEnded = () =>
      state.step >= stepsOf(state) ||
      (evaluate !== undefined && state.scores.length - 1 - state.bestEpoch >= recipe.patience);
    const goesFrom = state.step;
    const goesSince = performance.now();
    while (!hasEnded()) {
      if (signal?.aborted) {
        throw new AttuneError('CANCELLED', 'Training was cancelled.');
      }
      const part = state.losses.length + 1;
      const leftInPart = state.partEnds[part - 1]! - state.step;
      const leftInEpoch = stepsPerEpoch - (state.step % stepsPerEpoch);
      const untilSave = checkpoint?.everySteps
        ? checkpoint.everySteps - (state.step % checkpoint.everySteps)
        : Infinity;
      const stepsPerReport = Math.max(1, Math.floor((run.pairsPerReport ?? 16_384) / recipe.batch));
      const done = await advance(Math.min(stepsPerReport, leftInPart, leftInEpoch, untilSave));
      const endsPart = state.step === state.partEnds[part - 1];
      let trained: TrainerState | undefined;
      if (endsPart) {
        state.losses.push(state.lossSum / state.lossCount);
        state.lossSum = 0;
        state.lossCount = 0;
        if (evaluate) trained = await judge();
      }
      const score = endsPart ? state.scores.at(-1) : undefined;
      if (endsPart || (checkpoint?.everySteps && state.step % checkpoint.everySteps === 0))
        await save(trained);
      keepToTime();
      const steps = stepsOf(state);
      const secondsAStep = (performance.now() - goesSince) / 1000 / (state.step - goesFrom);
      const secondsLeft = secondsAStep * (steps - state.step);
      run.onProgress?.({ epoch: part, step: state.step, steps, secondsLeft, ...done, score });
    }
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error;
    if (error.code === 'CANCELLED' && state.partEnds.length > 0) await save();
    throw error.code === 'TRAINING_DIVERGED' ? diverged(error, state, savedStep, checkpoint?.folder) : error;
  }

  return {
    model: run.modelOf(evaluate ? best! : (await trainer.state()).weights),
    bestEpoch: evaluate ? state.bestEpoch : state.losses.length,
    scores: state.scores,
    losses: state.losses,
    steps: state.step,
    stoppedEarly: state.step < stepsOf(state),
  };
}

/** The same error with the place in the training, and where the last good state is: nothing was saved after it. */
function diverged(
  error: AttuneError,
  state: RunState,
  savedStep: number | undefined,
  folder: string | undefined,
): AttuneError {
  const kept = savedStep === undefined ? '' : ` The last good state, of step ${savedStep}, is in ${folder}.`;
  return new AttuneError(
    'TRAINING_DIVERGED',
    `Training diverged after step ${state.step} of ${stepsOf(state)}. ${error.message}${kept}`,
    { cause: error },
  );
}
