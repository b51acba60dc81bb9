import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Dataset } from '@attune/data';
import { type Bundle, findBundle, readBundle, type StaticModel } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { Tier } from '@attune/train';
import { Catalogue } from './catalogue.js';
import { datasetDigest } from './dataset-digest.js';
import { type JudgedSet, judgedSets } from './judged.js';
import type { TierTuning, TuneOptions, TuneResult } from './tiers/tier-tuning.js';
import { tuneAdapter } from './tiers/tune-adapter.js';
import { tuneStatic } from './tiers/tune-static.js';

/** What each tier begins with unless a model is named. */
export const defaultBase: Record<Tier, string> = { static: 'attune-base-en', adapter: 'all-MiniLM-L6-v2' };

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Tunes a bundle on a dataset's interactions and writes the result as a bundle. The recipe follows the amount of data; what else is
 * chosen (preparation of texts, epoch) is chosen on the dataset's choosing queries and told in `choices`.
 *
 * @throws {AttuneError} FILE_EXISTS, DATA_EMPTY, DATA_TOO_FEW (fewer than 100 pairs, unless `few`), DATA_INVALID, BUNDLE_…, TRAINING_DIVERGED, CHECKPOINT_MISMATCH, CANCELLED
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
    choosing: options.chooses === false ? undefined : choosingSet(dataset),
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

/** Undefined where there are too few judged queries to choose on. */
function choosingSet(dataset: Dataset): JudgedSet | undefined {
  const { choosing } = judgedSets(dataset);
  return choosing.queries.length === 0 ? undefined : choosing;
}

function staticBundle(bundle: Bundle): Bundle & { model: StaticModel } {
  const { model } = bundle;
  if (model.kind === 'static' && bundle.head.dense.length === 0) return { ...bundle, model };
  throw new AttuneError(
    'BUNDLE_UNSUPPORTED',
    `${bundle.path} is a ${model.kind} bundle${model.kind === 'static' ? ' with a Dense layer' : ''}, which the static tier cannot tune. ` +
      'Use --tier adapter (in a job: "tier": "adapter"), or make a static one of it with: attune distill',
  );
}
