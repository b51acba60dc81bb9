import { type Dataset, readDataset } from '@attune/data';
import { AttuneError } from '@attune/errors';
import { stemForLanguage } from '@attune/indexes';
import { type CycleResult, runCycle } from '@attune/loop';
import type { LexicalSettings } from '@attune/search';
import { type CollectionRecord, datasetFiles } from '@attune/store';
import { type JudgedSet, judgedSlice } from '@attune/tune';
import { candidateName } from '../candidate-name.js';
import { candidateFolder, stepsFolder } from '../job-folder.js';
import { feedbackEvents } from './feedback-events.js';
import { findModel } from './find-model.js';
import type { Work } from './work.js';

export interface CycleWorkResult {
  /** Number of the release that the candidate was compared with. */
  comparedWith: number;
  serving: string;
  decision: CycleResult['decision'];
  /** Missing where the cycle ended before there was one. */
  candidate: { name: string; fingerprint: string; lexical: LexicalSettings } | undefined;
  feedback: CycleResult['feedback'];
  /** How much was learned from. */
  learned: CycleResult['learned'];
  encoded: CycleResult['encoded'];
}

/** Learns from a collection's events, and has the gate judge what came of it. Puts nothing into service. */
export async function cycleJob(work: Work<'cycle'>): Promise<CycleWorkResult> {
  const { data, reader, request, signal } = work;
  const { collection } = request;
  const name = candidateName(collection, work.id);
  work.step('reading');
  const now = reader.snapshot(() => {
    const record = reader.get('collection', collection)?.value;
    const release = record && reader.get('release', `${collection}/${record.release}`)?.value;
    if (!record || !release) {
      throw new AttuneError('NOT_FOUND', `There is no collection "${collection}" any more.`);
    }
    const documents = Array.from(reader.documents(collection), ({ id, fields, attributes, sequence }) => ({
      id,
      fields,
      attributes,
      version: sequence,
    }));
    return { record, release, documents };
  });
  const { record, release, documents } = now;
  const result = await runCycle({
    collection,
    folder: stepsFolder(work.folder),
    documents,
    knownVectors: (fingerprint, versions) =>
      reader.snapshot(() => reader.vectorsOf(collection, fingerprint, versions)),
    events: feedbackEvents(reader, collection, work.throughEvent),
    actionWeights: record.learning.actionWeights,
    datasets: await learnedFrom(work, record),
    golden: await goldenSet(work, record),
    serving: {
      bundle: await findModel(data, reader, release.bundle),
      name: release.bundle,
      lexical: release.lexical as LexicalSettings,
      givenLexical: record.lexical,
    },
    candidate: candidateFolder(work.folder, name),
    seed: request.seed,
    signal,
    onStep: (step, detail) => work.step(`${step}: ${detail}`),
    onTraining: ({ epoch, step, steps, loss }) => {
      work.progress(step / steps);
      work.note(`epoch ${epoch}, loss ${loss.toFixed(4)}`);
    },
  });
  const { candidate, decision, feedback, learned, encoded } = result;
  return {
    comparedWith: record.release,
    serving: release.bundle,
    decision,
    candidate: candidate && { name, fingerprint: candidate.fingerprint, lexical: candidate.lexical },
    feedback,
    learned,
    encoded,
  };
}

const read = ({ data, signal }: Work<'cycle'>, dataset: string): Promise<Dataset> =>
  readDataset(datasetFiles(data, dataset), { stemFor: stemForLanguage, signal });

async function learnedFrom(work: Work<'cycle'>, { learning }: CollectionRecord): Promise<Dataset[]> {
  const datasets: Dataset[] = [];
  for (const name of learning.datasets) datasets.push({ ...(await read(work, name)), path: name });
  return datasets;
}

async function goldenSet(work: Work<'cycle'>, { golden }: CollectionRecord): Promise<JudgedSet | undefined> {
  if (golden === null) return undefined;
  const dataset = await read(work, golden.dataset);
  const slice = dataset.slices.find(({ name }) => name === golden.slice);
  if (slice) return judgedSlice(dataset, slice);
  const found = dataset.slices.map(({ name }) => name).join(', ') || 'none';
  throw new AttuneError(
    'DATA_INVALID',
    `Expected the dataset "${golden.dataset}" to have the judged slice "${golden.slice}", but found ${found}.`,
  );
}
