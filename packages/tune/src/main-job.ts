import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ReadDataset,
  type ReadOptions,
  readDataset,
  type ValidationReport,
  validate,
} from '@attune/data';
import { Encoder } from '@attune/encode';
import { AttuneError, checkFilledText, checkOptions } from '@attune/errors';
import { writeJson } from '@attune/files';
import { stemForLanguage } from '@attune/indexes';
import { defaultTier, type Tier } from '@attune/schema';
import type { TrainingProgress } from '@attune/train';
import { Catalogue } from './catalogue.js';
import { type CompareResult, compareModels, rivals } from './compare.js';
import { datasetDigest } from './dataset-digest.js';
import { DocumentIndex } from './document-index.js';
import { judgedSets } from './judged.js';
import { queryParts } from './query-parts.js';
import type { TuneResult } from './tiers/tier-tuning.js';
import { checkTuning, tuneModel } from './tune.js';
import { unknownTexts } from './unknown-texts.js';

/** In their order. */
export type MainJobStep = 'validate' | 'train' | 'evaluate' | 'index';

export interface MainJobOptions {
  /** A dataset folder, a log, or several of them. */
  data: string | readonly string[];
  /** A file of the documents, where they lie elsewhere. */
  documents?: string | undefined;
  /** A folder for everything that the job makes. A stopped job with the same data and options continues there. */
  out: string;
  /** `static` unless set. */
  tier?: Tier | undefined;
  /** As for tuneModel; `none` makes one of the catalogue, in `tuned-base`. */
  base?: string | undefined;
  seed?: number | undefined;
  /** As for tuneModel. */
  minutes?: number | undefined;
  columns?: ReadOptions['columns'];
  encoding?: ReadOptions['encoding'];
  /** Of the texts, as BCP 47, such as `de`: it decides how words are stemmed. Told from the texts unless set. */
  language?: string | undefined;
  /** What the weights of the log are; told from their column unless set. */
  weights?: ReadOptions['weights'];
  weightLabels?: ReadOptions['weightLabels'];
  /** Learns from fewer than 100 pairs too. */
  few?: boolean | undefined;
  /** Learns although the base knows less than half of what documents or queries say. */
  anyway?: boolean | undefined;
  /** Continues although validation found errors; else it stops there. */
  acceptErrors?: boolean | undefined;
  keepPerQuery?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: MainJobStep, detail: string) => void) | undefined;
  onTraining?: ((progress: TrainingProgress) => void) | undefined;
  onValidated?: ((report: ValidationReport) => void) | undefined;
  onTuned?: ((result: Omit<TuneResult, 'bundle'>, dataset: ReadDataset) => void) | undefined;
}

export interface TunedAndJudged {
  validation: ValidationReport;
  dataset: ReadDataset;
  catalogue: Catalogue;
  tuning: TuneResult;
  comparison: CompareResult;
  /** What lies in `out`. */
  files: typeof outputs;
}

export interface MainJobResult extends TunedAndJudged {
  index: DocumentIndex;
}

const outputs = {
  validation: 'validation.json',
  quarantine: 'quarantine.jsonl',
  tuning: 'tuning.json',
  bundle: 'tuned',
  evaluation: 'evaluation.json',
  index: 'index',
} as const;

/** The tuning of an earlier run with the same data and options, if its bundle is whole. */
async function finishedTuning(out: string, key: string): Promise<TuneResult | undefined> {
  const file = join(out, outputs.tuning);
  if (!existsSync(file) || !existsSync(join(out, outputs.bundle))) return undefined;
  const saved = JSON.parse(await readFile(file, 'utf8')) as { key: string; result: TuneResult };
  return saved.key === key && existsSync(saved.result.base.path) ? saved.result : undefined;
}

/**
 * From a log to a better search: validates, tunes, compares with the best BM25, the base and both fused, and indexes with the
 * tuned model. Choices are made on one part of the judged queries, figures come from another.
 *
 * @throws {AttuneError} DATA_INVALID when validation fails and errors are not accepted; else as its parts
 */
export async function runMainJob(options: MainJobOptions): Promise<MainJobResult> {
  const judged = await tuneAndJudge(options);
  const { out, signal, onStep } = options;
  const { dataset, comparison } = judged;
  onStep?.('index', 'indexing the words');
  const index = await DocumentIndex.build({
    documents: dataset.documents,
    encoder: comparison.model.encoder,
    // The same as were judged.
    vectors: comparison.vectors,
    lexical: comparison.model.lexical,
    out: join(out, outputs.index),
    force: true,
    signal,
  });
  return { ...judged, index };
}

/**
 * The main job without its last step, for who brings the model into a service that makes its own index.
 *
 * @throws {AttuneError} as runMainJob
 */
export async function tuneAndJudge(options: MainJobOptions): Promise<TunedAndJudged> {
  checkJob(options);
  const { data, out, tier = defaultTier, base, seed = 0, minutes, signal, onStep } = options;
  const { documents, columns, encoding, language, weights, weightLabels } = options;
  const name = [data].flat().join(', ');

  await mkdir(out, { recursive: true });

  onStep?.('validate', 'reading');
  const validation = await validate(data, {
    documents,
    columns,
    encoding,
    weights,
    weightLabels,
    language,
    stemFor: stemForLanguage,
    partSizes: queryParts,
    unknownTexts: unknownTexts(base, tier),
    quarantine: join(out, outputs.quarantine),
    force: true,
    signal,
  });
  await writeJson(join(out, outputs.validation), validation);
  options.onValidated?.(validation);
  if (validation.verdict === 'fail' && !options.acceptErrors) {
    const worst = validation.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    throw new AttuneError(
      'DATA_INVALID',
      `${name} has errors (${worst.join(', ')}); see ${join(out, outputs.validation)}. Repair them, or continue without the rows in ` +
        `${outputs.quarantine} by setting acceptErrors.`,
    );
  }

  onStep?.('train', 'reading');
  // Not by this seed: a log has to be parted as `attune eval` parts it, or queries of training are judged there.
  const dataset = await readDataset(data, {
    documents,
    columns,
    encoding,
    weights,
    weightLabels,
    language,
    stemFor: stemForLanguage,
    signal,
  });
  const catalogue = new Catalogue(dataset.documents, dataset);
  const key = createHash('sha256')
    .update(JSON.stringify([datasetDigest(dataset), tier, base, seed, options.language, minutes]))
    .digest('hex');
  const bundle = join(out, outputs.bundle);
  let tuning = await finishedTuning(out, key);
  if (!tuning) {
    tuning = await tuneModel({
      dataset,
      language,
      tier,
      base,
      out: bundle,
      seed,
      minutes,
      few: options.few,
      anyway: options.anyway,
      force: true,
      signal,
      onStep: (detail) => onStep?.('train', detail),
      onProgress: options.onTraining,
    });
    await writeJson(join(out, outputs.tuning), { key, result: tuning });
  }
  options.onTuned?.(tuning, dataset);

  const encoder = await Encoder.load(bundle);
  const comparison = await compareModels({
    name,
    catalogue,
    sets: judgedSets(dataset),
    model: encoder,
    base: await Encoder.load(tuning.base.path),
    against: rivals,
    choices: tuning.choices,
    learnedFrom: dataset.interactions.map(({ query }) => query),
    keepPerQuery: options.keepPerQuery,
    signal,
    onStep: (detail) => onStep?.('evaluate', detail),
  });
  await writeJson(join(out, outputs.evaluation), comparison.report);

  return { validation, dataset, catalogue, tuning, comparison, files: outputs };
}

function checkJob(options: MainJobOptions): void {
  checkOptions("{ data: 'log.csv', out: 'my-job' }", options);
  const { data, out, tier = defaultTier, base, seed, minutes } = options;
  for (const path of [data].flat()) checkFilledText('data', path, 'the path of a log or of a dataset folder');
  checkFilledText('out', out, 'the path of a folder');
  checkTuning({ tier, seed, base, minutes });
}
