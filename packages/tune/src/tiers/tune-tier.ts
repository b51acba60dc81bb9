import { documentTextNotes } from '@attune/encode';
import { trainWeighted } from './choose-weighting.js';
import type { PreparedTier } from './tier.js';
import { bundleOptions, epochChoice, planTier, searchBeside } from './tier-plan.js';
import type { TierTuning, TunedTier } from './tier-tuning.js';

/** Trains what a tier has prepared, chooses how words count beside the result, and writes it. */
export async function tuneTier(prepared: PreparedTier, tuning: TierTuning): Promise<TunedTier> {
  const { choosing, seed, signal, onProgress } = tuning;
  const { paired, judge, ofDocuments, documentFields } = prepared;
  const plan = planTier(tuning, paired);
  const { recipe, reason, counts } = plan;
  const weighted = await trainWeighted(tuning, paired, (pairs, checkpoint) =>
    prepared.train({ pairs, recipe, seed, evaluate: judge?.score, checkpoint, signal, onProgress }),
  );
  const { model, ...training } = weighted.training;
  const search = judge && (await searchBeside(tuning, await judge.vectors(model), ofDocuments));

  tuning.onStep?.('writing the bundle');
  const bundle = await prepared.write(
    model,
    bundleOptions(tuning, plan, { ...weighted, search }, prepared.how),
  );
  return {
    bundle,
    recipe,
    reason,
    ...counts,
    weighting: weighted.weighting,
    training,
    search,
    notes: documentTextNotes(ofDocuments.counts, documentFields),
    choices: choosing
      ? [...prepared.choices, ...(weighted.choice ? [weighted.choice] : []), epochChoice(training, choosing)]
      : [],
  };
}
