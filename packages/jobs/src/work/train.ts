import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DatasetWeights, readDataset } from '@attune/data';
import { AttuneError, counted } from '@attune/errors';
import { stemForLanguage } from '@attune/indexes';
import { defaultTier, noBase } from '@attune/schema';
import { datasetFiles } from '@attune/store';
import { checkTuning, defaultBase, learnedSentence, type TuneResult, tuneModel } from '@attune/tune';
import { tunedFolder } from '../job-folder.js';
import { findModel } from './find-model.js';
import { validateDataset } from './validate.js';
import type { Work } from './work.js';

export interface TrainResult {
  model: string;
  fingerprint: string;
  kind: 'static' | 'transformer';
  dim: number;
  base: string;
  pairs: number;
  queries: number;
  leftOut: number;
  /** What the weights of the dataset were taken for. */
  weights: DatasetWeights;
  /** How scores became weights. */
  weighting: TuneResult['weighting'];
  /** Rows that were learned from, and the others by reason; and the same in a sentence. */
  learned: TuneResult['learned'] & { sentence: string };
  recipe: TuneResult['recipe'];
  /** Why this recipe, in a sentence. */
  reason: string;
  bestEpoch: number;
  scores: number[];
  losses: number[];
  choices: TuneResult['choices'];
  /** How words count beside the model, which carries it; null where nothing was chosen. */
  search: TuneResult['search'] | null;
  /** What else is to be told, such as how much of the texts the base does not know. */
  notes: string[];
  seconds: number;
}

/** Tunes a model on a dataset. A dataset that nobody validated yet is validated first. */
export async function trainJob(work: Work<'train'>): Promise<TrainResult> {
  const { data, request, reader, signal } = work;
  const { tier = defaultTier } = request;
  checkTuning({ ...request, tier });
  await refuseFailed(work);
  const out = tunedFolder(work.folder, request.name);
  await mkdir(dirname(out), { recursive: true });

  work.step('reading');
  const dataset = await readDataset(datasetFiles(data, request.dataset), {
    stemFor: stemForLanguage,
    signal,
    onProgress: (rows) => work.note(counted(rows, 'row')),
  });
  work.note(dataset.weights.why);
  const begins = request.base ?? request.teacher;
  const taken = begins === undefined ? defaultBase(tier, dataset) : undefined;
  if (taken) work.note(taken.why);
  const base = begins ?? taken!.name;
  const found = base === noBase ? noBase : await findModel(data, reader, base);
  work.step('preparing');
  let isTraining = false;
  const tuned = await tuneModel({
    dataset: { ...dataset, path: request.dataset },
    tier,
    ...(request.teacher === undefined ? { base: found } : { teacher: found }),
    out,
    seed: request.seed,
    epochs: request.epochs,
    minutes: request.minutes,
    few: request.few,
    anyway: request.anyway,
    // A bundle that is there was written by the start before this one, which ended before it could say so.
    force: true,
    signal,
    onStep: (step) => work.step(step),
    onProgress: ({ epoch, step, steps, loss, secondsLeft, score }) => {
      if (!isTraining) work.step('training');
      isTraining = true;
      work.progress(step / steps);
      const judged = score === undefined ? '' : `, ndcg@10 ${score.toFixed(4)}`;
      const left = secondsLeft < 60 ? '' : `, ${Math.round(secondsLeft / 60)} min left`;
      work.note(`epoch ${epoch}, loss ${loss.toFixed(4)}${left}${judged}`);
    },
  });
  for (const note of tuned.notes) work.note(note);
  const { bundle, recipe, reason, pairs, queries, leftOut, training, choices, seconds } = tuned;
  const { fingerprint, kind, dim } = bundle;
  return {
    model: request.name,
    fingerprint,
    kind,
    dim,
    base,
    pairs,
    queries,
    leftOut,
    weights: dataset.weights,
    weighting: tuned.weighting,
    learned: { ...tuned.learned, sentence: learnedSentence(tuned.learned, dataset.weights.kind) },
    recipe,
    reason,
    bestEpoch: training.bestEpoch,
    scores: training.scores,
    losses: training.losses,
    choices,
    search: tuned.search ?? null,
    notes: tuned.notes,
    seconds,
  };
}

/** @throws {AttuneError} DATA_INVALID naming what is wrong */
async function refuseFailed(work: Work<'train'>): Promise<void> {
  const { dataset, acceptErrors } = work.request;
  const known = work.reader.get('dataset', dataset)?.value.verdict ?? null;
  if (known === 'pass' || known === 'warn' || (known === 'fail' && acceptErrors)) return;
  const report = await validateDataset(work, dataset);
  if (report.verdict !== 'fail' || acceptErrors) return;
  const codes = report.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  throw new AttuneError(
    'DATA_INVALID',
    `The dataset "${dataset}" has errors (${codes.join(', ')}): see its report. Repair and upload it again, or continue without the ` +
      'rejected rows with "acceptErrors": true.',
  );
}
