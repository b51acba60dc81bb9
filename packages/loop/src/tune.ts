import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Dataset } from '@attune/data';
import {
  type Bundle,
  type BundleInfo,
  findBundle,
  type Lineage,
  readBundle,
  type StaticModel,
} from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { Choice } from '@attune/evaluate';
import type { Recipe, Tier, TrainingProgress, TrainingResult } from '@attune/train';
import { Catalogue } from './catalogue.js';
import { type JudgedSet, judgedSets } from './judged.js';
import { datasetDigest } from './training-pairs.js';
import { tuneAdapter } from './tune-adapter.js';
import { tuneStatic } from './tune-static.js';

/** What each tier begins with unless a model is named. */
export const defaultBase: Record<Tier, string> = { static: 'attune-base-en', adapter: 'all-MiniLM-L6-v2' };

export interface TuneOptions {
  dataset: Dataset;
  tier: Tier;
  /**
   * Whether preparation and epoch are chosen on the dataset's choosing queries, as they are unless told. If not, the base's preparation
   * stays and the last epoch is kept; then the dataset needs no judged queries.
   */
  chooses?: boolean | undefined;
  /** A bundle's folder or name; the tier's default unless told. */
  base?: string | undefined;
  /** The folder of the tuned bundle. While it is made, its checkpoints are beside it in `OUT.run`, from which a stopped run goes on. */
  out: string;
  /** Decides the order of the pairs and the crops. 0 unless told. */
  seed?: number | undefined;
  /** Instead of the recipe's. */
  epochs?: number | undefined;
  /** Settings that take the place of the recipe's. */
  recipe?: Partial<Recipe> | undefined;
  /** The lowest weight of an interaction to learn from; half of the highest unless told. */
  leastWeight?: number | undefined;
  force?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: string) => void) | undefined;
  onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

export interface TuneResult {
  bundle: BundleInfo;
  base: BundleInfo;
  recipe: Recipe;
  /** Why this recipe, in a sentence. */
  reason: string;
  pairs: number;
  queries: number;
  /** Interactions that were not learned from: weight too low, or an unknown document. */
  leftOut: number;
  training: Omit<TrainingResult, 'model'>;
  /** What was chosen on the choosing queries: preparation, epoch. */
  choices: Choice[];
  seconds: number;
}

/** What the tuning of a tier is given. */
export interface TierTuning extends TuneOptions {
  bundle: Bundle;
  catalogue: Catalogue;
  /** Undefined where nothing is chosen. */
  choosing: JudgedSet | undefined;
  seed: number;
  checkpoint: { folder: string };
  lineage: Lineage;
}

/** What it gives back. */
export type TunedTier = Omit<TuneResult, 'base' | 'seconds'>;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Tunes a bundle on a dataset's interactions and writes the result as a bundle. The recipe follows the amount of data; what else is
 * chosen (preparation of texts, epoch) is chosen on the dataset's choosing queries and told in `choices`.
 *
 * @throws {AttuneError} FILE_EXISTS, DATA_EMPTY, DATA_INVALID, BUNDLE_…, TRAINING_DIVERGED, CHECKPOINT_MISMATCH, CANCELLED
 */
export async function tuneModel(options: TuneOptions): Promise<TuneResult> {
  const startedAt = performance.now();
  const { dataset, tier, out, seed = 0, force } = options;
  if (existsSync(out) && !force) {
    throw new AttuneError(
      'FILE_EXISTS',
      `${out} exists already. Choose another --out, or replace it with --force.`,
    );
  }
  const bundle = await readBundle(await findBundle(options.base ?? defaultBase[tier]));
  const run = `${resolve(out)}.run`;
  const tuning: TierTuning = {
    ...options,
    bundle,
    seed,
    catalogue: new Catalogue(dataset.documents),
    choosing: options.chooses === false ? undefined : judgedSets(dataset).choosing,
    checkpoint: { folder: run },
    lineage: {
      base: bundle.fingerprint,
      baseName: bundle.name,
      dataset: datasetDigest(dataset),
      seed,
      code: version,
    },
  };
  const tuned =
    tier === 'static'
      ? await tuneStatic({ ...tuning, bundle: staticBundle(bundle) })
      : await tuneAdapter(tuning);
  await rm(run, { recursive: true, force: true });
  const { model: _model, head: _head, tokenizer: _tokenizer, files: _files, ...base } = bundle;
  return { ...tuned, base, seconds: (performance.now() - startedAt) / 1000 };
}

function staticBundle(bundle: Bundle): Bundle & { model: StaticModel } {
  const { model } = bundle;
  if (model.kind === 'static' && bundle.head.dense.length === 0) return { ...bundle, model };
  throw new AttuneError(
    'BUNDLE_UNSUPPORTED',
    `${bundle.path} is a ${model.kind} bundle${model.kind === 'static' ? ' with a Dense layer' : ''}, which the static tier cannot tune. ` +
      'Use --tier adapter, or make a static one of it with: attune distill',
  );
}
