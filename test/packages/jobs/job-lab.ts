/** A data folder in which jobs run: the small shop as an uploaded dataset, and a base with a table so wide that training takes seconds. */
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dataset, writeDataset } from '@attune/data';
import { writeStaticBundle } from '@attune/encode';
import { Jobs, type JobView } from '@attune/jobs';
import { Datasets, finishJobs, Models } from '@attune/service';
import { Store } from '@attune/store';
import { afterAll } from 'vitest';
import { randomNumbers } from '../../random.js';
import { smallShop, tokenizerJson } from '../tune/small-shop.js';

export const wideDim = 64;

/** A folder of one test file, removed when its tests have run. Its real path, because messages are searched for it. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'attune-jobs-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The words of the small shop, and many that nobody uses: each checkpoint has to write them all. */
export async function writeWideBase(path: string, unusedWords = 12_000): Promise<string> {
  const tokenizer = JSON.parse(tokenizerJson) as { model: { vocab: Record<string, number> } };
  const { vocab } = tokenizer.model;
  const used = Object.keys(vocab).length;
  for (let i = 0; i < unusedWords; i++) vocab[`unused${i}`] = used + i;
  const random = randomNumbers(1);
  const table = Float32Array.from({ length: (used + unusedWords) * wideDim }, () => random() * 2 - 1);
  await writeStaticBundle({
    path,
    table,
    dim: wideDim,
    tokenizerJson: JSON.stringify(tokenizer),
    preprocessing: { documentFields: ['title', 'note'] },
  });
  return path;
}

export interface JobLab {
  folder: string;
  store: Store;
  models: Models;
  datasets: Datasets;
  jobs: Jobs;
  close: () => Promise<void>;
}

/** Opens a data folder as a server does, without collections. */
export async function openLab(folder: string): Promise<JobLab> {
  mkdirSync(folder, { recursive: true });
  const store = await Store.open(folder, { create: true });
  const models = await Models.open({ store, folder, log: () => undefined });
  const datasets = await Datasets.open({ store, folder, log: () => undefined });
  const promote = () => Promise.reject(new Error('There is no collection here.'));
  const jobs = await Jobs.open({ store, folder, finish: finishJobs({ store, models, datasets, promote }) });
  jobs.begin();
  const close = async () => {
    await jobs.close();
    await store.close();
  };
  return { folder, store, models, datasets, jobs, close };
}

/** Writes a dataset and uploads its files. */
export async function upload(
  datasets: Datasets,
  name: string,
  dataset: Dataset,
  scratch: string,
): Promise<void> {
  const folder = join(scratch, `upload-${name}`);
  await writeDataset(folder, dataset, { force: true });
  for (const file of readdirSync(folder)) {
    await datasets.put(name, file, createReadStream(join(folder, file)));
  }
}

/** Small shop and base, as `shop` and `wide-base`. */
export async function stock(lab: JobLab, scratch: string, base: string): Promise<void> {
  await upload(lab.datasets, 'shop', smallShop(), scratch);
  await lab.models.import('wide-base', base);
}

export const ended = (job: JobView): boolean => job.state !== 'waiting' && job.state !== 'running';

/** Resolves with the first state of a job that fits. */
export async function until(
  jobs: Jobs,
  id: string,
  fits: (job: JobView) => boolean = ended,
): Promise<JobView> {
  let stop = () => {};
  try {
    return await new Promise<JobView>((resolve, reject) => {
      stop = jobs.watch(id, ({ job }) => {
        if (fits(job)) resolve(job);
        else if (ended(job)) reject(new Error(`The job ended before: ${JSON.stringify(job)}`));
      });
      jobs.get(id).then((job) => {
        if (fits(job)) resolve(job);
      }, reject);
    });
  } finally {
    stop();
  }
}

/** In the middle of training, with a checkpoint behind it. */
export const isTraining = ({ step, progress }: JobView): boolean =>
  step.startsWith('training') && progress > 0.05;

/** As many epochs as take some seconds. */
export const longTraining = { dataset: 'shop', base: 'wide-base', seed: 3, epochs: 60, few: true };

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}
