import type { Dataset } from '@attune/data';
import { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { tierFor, tiers, tuneModel } from '@attune/tune';
import type { GateInput } from '../gate/gate-rules.js';
import type { Cycle } from './cycle.js';

export interface Trained {
  /** Of the candidate; undefined where its bundle is not sound. */
  encoder: Encoder | undefined;
  goldenVectors: NonNullable<GateInput['goldenVectors']>;
}

/** Trains on from what is in service, and loads what came of it. */
export async function train(cycle: Cycle, dataset: Dataset): Promise<Trained> {
  const { options, seed, servingBundle, finished, record } = cycle;
  const { serving, signal, onStep } = options;
  cycle.begin('train', 'reading');
  const tier = tierFor(servingBundle);
  const tuned = await finished.run('tuned', async () => {
    const {
      bundle,
      base: _,
      ...tuning
    } = await tuneModel({
      dataset,
      tier,
      base: serving.bundle,
      out: options.candidate,
      seed,
      // Clicks are too coarse a measure to tell one epoch from the next (README).
      chooses: false,
      recipe: tiers[tier].continual,
      // What may be learned from was decided when the learning set was made, and whether the model knows the texts.
      leastWeight: 0,
      few: true,
      anyway: true,
      force: true,
      signal,
      onStep: (detail) => onStep?.('train', detail),
      onProgress: options.onTraining,
    });
    return { tuning, fingerprint: bundle.fingerprint };
  });
  record.tuning = tuned.tuning;
  return loadCandidate(options.candidate, tuned.fingerprint);
}

async function loadCandidate(bundle: string, fingerprint: string): Promise<Trained> {
  try {
    const encoder = await Encoder.load(bundle);
    if (encoder.fingerprint !== fingerprint) {
      throw new AttuneError(
        'BUNDLE_MISMATCH',
        `Expected the candidate to be the bundle ${fingerprint}, but ${bundle} is ${encoder.fingerprint}.`,
      );
    }
    return { encoder, goldenVectors: { match: true, said: "The candidate's golden vectors come out." } };
  } catch (error) {
    if (!(error instanceof AttuneError) || error.code === 'CANCELLED') throw error;
    return { encoder: undefined, goldenVectors: { match: false, said: error.message } };
  }
}
