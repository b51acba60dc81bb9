import { documentTextNotes } from '@attune/encode';
import { trainWeighted } from './choose-weighting.js';
import { usualWeighting } from './pair-weights.js';
import type { TierEntry } from './tier.js';
import { bundleOptions, epochChoice, planTier, searchBeside } from './tier-plan.js';
import type { TierTuning, TunedTier } from './tier-tuning.js';

/** Tunes by a tier, chooses how words count beside the result, and writes it. */
export async function tuneTier(entry: TierEntry, tuning: TierTuning): Promise<TunedTier> {
  const { seed, signal, onProgress } = tuning;
  const prepared = await entry.prepare(tuning);
  const { paired, ofDocuments, documentFields, judgedOn } = prepared;
  const plan = planTier(tuning, prepared);
  const { recipe, reason, counts } = plan;
  const weighting = tuning.weighting ?? (entry.isQuick ? undefined : usualWeighting[paired.kind]);
  const weighted = await trainWeighted({ ...tuning, weighting }, paired, (pairs, checkpoint) =>
    prepared.train({ pairs, recipe, seed, checkpoint, signal, onProgress }),
  );
  const { training, choices = [], notes = [], vectors, write } = weighted.trained;
  const search = vectors && (await searchBeside(tuning, await vectors(), ofDocuments));

  tuning.onStep?.('writing the bundle');
  const chosen = { training, weighting: weighted.weighting, search };
  const bundle = await write(bundleOptions(tuning, plan, chosen, prepared.how));
  return {
    bundle,
    recipe,
    reason,
    ...counts,
    weighting: weighted.weighting,
    training,
    search,
    notes: [...documentTextNotes(ofDocuments.counts, documentFields), ...notes],
    choices: judgedOn
      ? [
          ...prepared.choices,
          ...(weighted.choice ? [weighted.choice] : []),
          epochChoice(training, judgedOn),
          ...choices,
        ]
      : [],
  };
}
