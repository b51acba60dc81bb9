/** What becomes of what jobs make, said by functions of the one who opens them: no service is needed for it. */
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDataset } from '@attune/data';
import { readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { type FinishJobs, Jobs, tunedFolder } from '@attune/jobs';
import { bundleFolder, datasetFiles, Store } from '@attune/store';
import { beforeAll, expect, it } from 'vitest';
import { smallShop, writeSmallBase } from '../tune/small-shop.js';
import { temporaryFolder, until } from './job-lab.js';

const scratch = temporaryFolder();
let base: string;
beforeAll(async () => {
  base = await writeSmallBase(join(scratch, 'base'));
}, 120_000);

const unexpected = () => Promise.reject(new Error('no such job was started'));

/** A data folder with the small shop and its base, written by hand, and its jobs. */
async function open(name: string, finish: Partial<FinishJobs>) {
  const folder = join(scratch, name);
  if (!existsSync(folder)) {
    const store = await Store.open(folder, { create: true });
    await writeDataset(datasetFiles(folder, 'shop'), smallShop());
    mkdirSync(join(folder, 'bundles'));
    cpSync(base, bundleFolder(folder, 'small-base'), { recursive: true });
    const { fingerprint, dim } = await readBundle(base);
    await store.change([
      { kind: 'dataset', name: 'shop', put: { createdAt: 1, files: [], verdict: null } },
      {
        kind: 'bundle',
        name: 'small-base',
        put: { createdAt: 1, fingerprint, kind: 'static', dim, base: null, job: null },
      },
    ]);
    await store.close();
  }
  const store = await Store.open(folder);
  const whole = { validation: unexpected, training: unexpected, cycle: unexpected, ...finish };
  const jobs = await Jobs.open({ store, folder, finish: whole });
  jobs.begin();
  const close = async () => {
    await jobs.close();
    await store.close();
  };
  return { folder, jobs, close };
}

it('hands over a trained model by its folder, and keeps as the result what it gets back', async () => {
  const taken: unknown[] = [];
  const verdicts: unknown[] = [];
  const lab = await open('training', {
    validation: async (dataset, verdict) => void verdicts.push([dataset, verdict]),
    training: async ({ id, request, made, folder, step, progress }) => {
      step('taking the model over');
      progress(0.5);
      const { fingerprint } = await readBundle(tunedFolder(folder, made.model));
      taken.push({ id, name: request.name, fingerprint, made: made.fingerprint });
      return { at: 'its place' };
    },
  });
  const steps: string[] = [];
  const { id } = await lab.jobs.start('train', {
    dataset: 'shop',
    base: 'small-base',
    name: 'tuned',
    epochs: 1,
    few: true,
  });
  lab.jobs.watch(id, ({ job }) => void steps.push(`${job.step} ${job.progress}`));
  const job = await until(lab.jobs, id);
  expect(job).toMatchObject({ state: 'finished', error: null, result: { at: 'its place' } });
  expect(steps).toContain('taking the model over 0.5');
  const [{ fingerprint, made, ...rest }] = taken as [Record<string, unknown>];
  expect(rest).toEqual({ id, name: 'tuned' });
  expect(fingerprint).toBe(made);
  // A dataset that nobody has validated is, on the way.
  expect(verdicts).toEqual([['shop', expect.stringMatching(/^(pass|warn)$/)]]);
  await lab.close();
});

/** A job that was cut short when its result was there, before anything became of it. */
async function cutShort(name: string): Promise<{ id: string; result: string }> {
  const before = await open(name, {
    validation: async () => {
      // Once its result is there, the job is being finished; before, the verdict was told on the way.
      if (existsSync(join(before.folder, 'jobs', id, 'result.json'))) {
        void before.jobs.close();
        throw new Error('the server is ending');
      }
    },
  });
  const { id } = await before.jobs.start('validate', { dataset: 'shop' });
  await until(before.jobs, id, ({ step }) => step.startsWith('waiting for the server'));
  await before.close();
  return { id, result: join(before.folder, 'jobs', id, 'result.json') };
}

it('takes over at the next start what was made before, and does not make it again', async () => {
  const { id, result } = await cutShort('cut-short');
  const { mtimeMs } = statSync(result);

  const verdicts: string[] = [];
  const after = await open('cut-short', { validation: async (_, verdict) => void verdicts.push(verdict) });
  const job = await until(after.jobs, id);
  expect(job).toMatchObject({ state: 'finished', attempts: 2, error: null });
  expect(verdicts).toEqual([(job.result as { verdict: string }).verdict]);
  expect(statSync(result).mtimeMs).toBe(mtimeMs);
  await after.close();
});

it('makes it again where what was made before is damaged', async () => {
  const { id, result } = await cutShort('damaged');
  const whole = readFileSync(result, 'utf8');
  writeFileSync(result, whole.replace('"verdict": "', '"verdict": "x'));

  const after = await open('damaged', { validation: async () => undefined });
  const job = await until(after.jobs, id);
  expect(job).toMatchObject({ state: 'finished', attempts: 2, error: null });
  expect(readFileSync(result, 'utf8')).toBe(whole);
  await after.close();
});

it('fails a job whose result cannot be put in its place, with the code of the reason', async () => {
  const lab = await open('failed', {
    validation: async () => {
      throw new AttuneError('CONFLICT', `Another one lies in ${join(scratch, 'failed', 'datasets')}.`);
    },
  });
  const { id } = await lab.jobs.start('validate', { dataset: 'shop' });
  const job = await until(lab.jobs, id);
  expect(job).toMatchObject({ state: 'failed', result: null });
  expect(job.error).toEqual({ code: 'CONFLICT', message: 'Another one lies in datasets.' });
  await lab.close();
});

it('needs nobody for an evaluation: its result is what the work came to', async () => {
  const lab = await open('evaluation', {});
  const { id } = await lab.jobs.start('evaluate', { dataset: 'shop', model: 'small-base' });
  const job = await until(lab.jobs, id);
  expect(job).toMatchObject({ state: 'finished', result: { report: 'evaluation.json' } });
  await lab.close();
});
