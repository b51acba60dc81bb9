import type { Choice } from '@attune/evaluate';
import type { TrainingPairs } from '@attune/train';
import type { JudgedSet } from '../judged.js';
import { usualWeighting, type Weighting } from './pair-weights.js';
import type { TrainedTier } from './tier.js';
import type { TierTuning } from './tier-tuning.js';
import type { PairedTexts } from './training-pairs.js';

/** Fewer choosing queries with a right answer cannot tell one weighting from another. */
const fewestQueries = 50;

/** A training with the weighting that it was done by. */
export interface WeightedTraining {
  trained: TrainedTier;
  weighting: Weighting;
  /** Where several were tried. */
  choice: Choice | undefined;
}

/**
 * Trains by one weighting of the pairs, or by each of them to keep the one whose best epoch answers the choosing queries best. Several are tried
 * where the weights are counts or rates, the caller named none, and at least 50 choosing queries have a right answer. The first of
 * equals is kept, and the usual one is first.
 *
 * @param train  trains on such pairs, with its checkpoints in the folder
 */
export async function trainWeighted(
  tuning: Pick<TierTuning, 'weighting' | 'choosing' | 'checkpoint' | 'onStep'>,
  paired: PairedTexts,
  train: (pairs: TrainingPairs, checkpoint: TierTuning['checkpoint']) => Promise<TrainedTier>,
): Promise<WeightedTraining> {
  const { choosing, checkpoint } = tuning;
  const usual = tuning.weighting ?? usualWeighting[paired.kind];
  const compares = paired.kind === 'counts' || paired.kind === 'rates';
  const pairsBy = (weighting: Weighting) => ({ ...paired.pairs, weights: paired.weightsBy(weighting) });
  if (
    tuning.weighting !== undefined ||
    !compares ||
    choosing === undefined ||
    answered(choosing) < fewestQueries
  )
    return { trained: await train(pairsBy(usual), checkpoint), weighting: usual, choice: undefined };

  const weightings: readonly Weighting[] = [
    usual,
    ...(['linear', 'log', 'reciprocal'] as const).filter((weighting) => weighting !== usual),
  ];
  const tried: { name: Weighting; value: number }[] = [];
  let best: { trained: TrainedTier; weighting: Weighting; value: number } | undefined;
  for (const weighting of weightings) {
    tuning.onStep?.(`training by ${weighting} weights`);
    const trained = await train(pairsBy(weighting), { folder: `${checkpoint.folder}/${weighting}` });
    const { scores, bestEpoch } = trained.training;
    const value = scores[bestEpoch]!;
    tried.push({ name: weighting, value });
    if (best === undefined || value > best.value) best = { trained, weighting, value };
  }
  const { trained, weighting } = best!;
  const choice = {
    what: 'weights of pairs',
    chosen: weighting,
    metric: 'ndcg@10',
    on: choosing.name,
    queryCount: choosing.queries.length,
    tried,
  };
  return { trained, weighting, choice };
}

function answered({ judgments }: JudgedSet): number {
  return [...judgments.values()].filter((grades) => [...grades.values()].some((grade) => grade > 0)).length;
}
