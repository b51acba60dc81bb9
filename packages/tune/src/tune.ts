import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Dataset } from '@attune/data';
import { type Bundle, coverageNotes, findBundle, readBundle, refuseUnknown } from '@attune/encode';
import { AttuneError, checkFilledText, checkOneOf, checkOptions, wrongArgument } from '@attune/errors';
import { noBase, type Tier, tierNames } from '@attune/schema';
import { baseFromCatalogue } from './base-from-catalogue.js';
import { baseFromTeacher } from './base-from-teacher.js';
import { Catalogue } from './catalogue.js';
import { datasetDigest } from './dataset-digest.js';
import { baseMissing, defaultBase } from './default-base.js';
import { type JudgedSet, judgedSets } from './judged.js';
import type { BaseMaking } from './made-base.js';
import { readingsOf } from './readings.js';
import type { TierTuning, TuneOptions, TuneResult } from './tiers/tier-tuning.js';
import { tiers } from './tiers/tiers.js';
import { tuneTier } from './tiers/tune-tier.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Tunes a bundle on a dataset's interactions and writes the result as a bundle. The recipe follows the amount of data; what else is
 * chosen (preparation of texts, epoch, and how words count beside the model) is chosen on the dataset's choosing queries, and told in
 * `choices` and `search`. The bundle carries the search settings in its lineage.
 *
 * @throws {AttuneError} FILE_EXISTS, DATA_EMPTY, DATA_TOO_FEW (fewer than 100 pairs, unless `few`), DATA_INVALID, TEXTS_UNKNOWN (the base
 *   knows less than half of what documents or queries say, unless `anyway`), BUNDLE_…, TRAINING_DIVERGED, CHECKPOINT_MISMATCH, CANCELLED
 */
export async function tuneModel(options: TuneOptions): Promise<TuneResult> {
  const startedAt = performance.now();
  checkOptions("{ dataset, tier: 'static', out: 'tuned' }", options);
  const { dataset, tier, out, seed = 0, force } = options;
  checkFilledText('out', out, 'the path of a folder');
  checkTuning(options);
  if (typeof dataset !== 'object' || dataset === null) throw wrongArgument('dataset', 'a dataset', dataset);
  if (existsSync(out) && !force) {
    throw new AttuneError(
      'FILE_EXISTS',
      `${out} exists already. Choose another \`out\`, or replace it with \`force\`.`,
    );
  }
  checkWeights(dataset);
  const catalogue = new Catalogue(dataset.documents, { language: options.language ?? dataset.language });
  const made = { dataset: datasetDigest(dataset), seed, code: version };
  const { bundle, note: baseNote } = await baseOf(options, { catalogue, lineage: made });
  checkFits(tier, bundle);
  const readings = await readingsOf(bundle, catalogue, dataset.queries, options);
  if (!options.anyway) refuseUnknown(readings, { act: 'train', as: 'base' });
  const run = `${resolve(out)}.run`;
  const tuning: TierTuning = {
    ...options,
    bundle,
    seed,
    catalogue,
    choosing: options.chooses === false ? undefined : choosingSet(dataset),
    checkpoint: { folder: run },
    startedAt,
    lineage: {
      base: bundle.fingerprint,
      baseName: options.base === noBase ? noBase : bundle.name,
      ...made,
    },
  };
  const tuned = await tuneTier(tiers[tier], tuning);
  await rm(run, { recursive: true, force: true });
  const { model: _model, head: _head, tokenizer: _tokenizer, files: _files, ...base } = bundle;
  const notes = [...(baseNote ? [baseNote] : []), ...coverageNotes(readings), ...tuned.notes];
  return { ...tuned, base, notes, seconds: (performance.now() - startedAt) / 1000 };
}

/** @throws {AttuneError} DATA_EMPTY where there are pairs, and none of them is a right one */
function checkWeights({ path, interactions, weights }: Dataset): void {
  if (interactions.length === 0 || interactions.some(({ weight }) => weight > 0)) return;
  throw new AttuneError(
    'DATA_EMPTY',
    `Expected pairs of a query and a document to learn from in ${path}, but the weight of all ${interactions.length.toLocaleString('en')} is 0. ` +
      `${weights?.why ?? ''} Is another column the one of clicks or grades? Where each row is a click, leave the column of weights out.`,
  );
}

/** The bundle that is tuned, and what to tell of it where no model was named. */
async function baseOf(
  options: TuneOptions,
  { catalogue, lineage }: Pick<BaseMaking, 'catalogue' | 'lineage'>,
): Promise<{ bundle: Bundle; note?: string | undefined }> {
  const { base, teacher, tier, seed = 0 } = options;
  const making = { ...options, seed, catalogue, lineage };
  if (teacher !== undefined) return baseFromTeacher(making, teacher);
  if (base === noBase) return baseFromCatalogue(making);
  const taken = base === undefined ? defaultBase(tier, options.dataset) : undefined;
  const bundle = await readBundle(await findBundle(base ?? taken!.name));
  return { bundle, note: taken?.why };
}

/** @throws {AttuneError} INVALID_ARGUMENT for a tier, a seed or minutes that there are not, or a tier that cannot do without a base */
export function checkTuning({
  tier,
  seed,
  base,
  teacher,
  minutes,
}: Pick<TuneOptions, 'tier' | 'seed' | 'base' | 'teacher' | 'minutes'>): void {
  checkOneOf('tier', tier, tierNames);
  const { catalogueBase, bases, isQuick } = tiers[tier];
  if (teacher !== undefined) checkTeacher(tier, teacher, base);
  if (base === undefined && bases === undefined) throw baseMissing(tier);
  if (minutes !== undefined) {
    if (!(minutes > 0 && Number.isFinite(minutes)))
      throw wrongArgument('minutes', 'a number above 0', minutes);
    if (isQuick) {
      const planned = tierNames.filter((name) => !tiers[name].isQuick);
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected no \`minutes\` for the \`tier\` ${tier}, which takes no longer than it needs; the \`tier\` ${planned.join(' or ')} is planned by them.`,
      );
    }
  }
  if (base === noBase && catalogueBase !== true) {
    const others = tierNames.filter((name) => tiers[name].catalogueBase === true);
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected \`base\` to be a model for the \`tier\` ${tier}, but received ${noBase}: that tier learns ${catalogueBase.learns}, ` +
        `and a base made of the catalogue is a table of tokens. Use the \`tier\` ${others.join(' or ')}.`,
    );
  }
  if (seed === undefined || (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) return;
  throw wrongArgument('seed', 'a whole number from 0 to 4,294,967,295', seed);
}

/** @throws {AttuneError} INVALID_ARGUMENT for a tier that learns from no teacher, or a base beside one */
function checkTeacher(tier: Tier, teacher: string, base: string | undefined): void {
  checkFilledText('teacher', teacher, 'the folder or the name of a model');
  if (tiers[tier].catalogueBase !== true) {
    const others = tierNames.filter((name) => tiers[name].catalogueBase === true);
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected no \`teacher\` for the \`tier\` ${tier}: a teacher makes a table of tokens, which the \`tier\` ${others.join(' or ')} begins with.`,
    );
  }
  if (base === undefined) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    'Expected a base or a `teacher`, of which a base is made, but received both. Leave one out.',
  );
}

/** Undefined where there are too few judged queries to choose on. */
function choosingSet(dataset: Dataset): JudgedSet | undefined {
  const { choosing } = judgedSets(dataset);
  return choosing.queries.length === 0 ? undefined : choosing;
}

/** @throws {AttuneError} BUNDLE_UNSUPPORTED */
function checkFits(tier: Tier, bundle: Bundle): void {
  const { fits, otherwise } = tiers[tier];
  if (fits(bundle)) return;
  const layers = bundle.head.dense.length > 0 ? ' with a Dense layer' : '';
  throw new AttuneError(
    'BUNDLE_UNSUPPORTED',
    `${bundle.path} is a ${bundle.kind} bundle${layers}, which the ${tier} tier cannot tune. ${otherwise}`,
  );
}
