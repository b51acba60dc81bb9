import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle } from '@attune/encode';
import type { JobEvent } from '@attune/jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShopTransformer } from '../tune/shop-transformer.js';
import { smallShop } from '../tune/small-shop.js';
import {
  gone,
  isAlive,
  isTraining,
  type JobLab,
  longTraining,
  openLab,
  stock,
  temporaryFolder,
  until,
  upload,
  writeWideBase,
} from './job-lab.js';

const scratch = temporaryFolder();
const data = join(scratch, 'data');
let lab: JobLab;

beforeAll(async () => {
  lab = await openLab(data);
  await stock(lab, scratch, await writeWideBase(join(scratch, 'base')));
}, 120_000);
afterAll(() => lab.close());

const folderOf = (id: string) => join(data, 'jobs', id);

describe('a job that validates', () => {
  it('leaves a report and a verdict beside the dataset, and no place of this machine in them', async () => {
    const { id } = await lab.jobs.start('validate', { dataset: 'shop' });
    const job = await until(lab.jobs, id);
    expect(job).toMatchObject({ state: 'finished', attempts: 1, progress: 1, error: null });
    const report = await lab.datasets.report('shop');
    expect(report).toMatchObject({ schema: 'attune.validation/1', source: 'shop' });
    expect(report.verdict).toBe((await lab.datasets.get('shop')).verdict);
    expect(job.result).toMatchObject({ verdict: report.verdict, rowsRead: report.rowsRead });
    expect(report.rowsRead).toBeGreaterThan(300);
    expect(JSON.stringify([job, report])).not.toContain(scratch);
  });
});

describe('a job that trains', () => {
  it('registers a model that it names in its result, and leaves no checkpoint', async () => {
    const { id } = await lab.jobs.start('train', { ...longTraining, name: 'tuned', epochs: 4 });
    const job = await until(lab.jobs, id);
    expect(job).toMatchObject({ state: 'finished', error: null });
    const model = await lab.models.get('tuned');
    expect(model).toMatchObject({ kind: 'static', dim: 64, base: 'wide-base', job: id });
    expect(job.result).toMatchObject({
      model: 'tuned',
      fingerprint: model.fingerprint,
      pairs: 72,
      weights: { kind: 'grades' },
      learned: { rows: 72, of: 72, leftOut: {}, sentence: '72 of 72 rows to learn from.' },
    });
    expect((await readBundle(join(data, 'bundles', 'tuned'))).fingerprint).toBe(model.fingerprint);
    expect(await lab.models.verify('tuned')).toEqual(model);
    expect(readdirSync(folderOf(id)).sort()).toEqual(['log.txt', 'result.json']);
  });

  it('makes its base of the dataset where the base is none', async () => {
    const { id } = await lab.jobs.start('train', {
      ...longTraining,
      name: 'from-none',
      base: 'none',
      epochs: 2,
    });
    const job = await until(lab.jobs, id);
    expect(job).toMatchObject({ state: 'finished', error: null, result: { base: 'none', dim: 256 } });
    expect(await lab.models.get('from-none')).toMatchObject({ kind: 'static', base: 'none' });
    expect(readdirSync(folderOf(id)).sort()).toEqual(['log.txt', 'result.json']);
    await expect(
      lab.jobs.start('evaluate', { dataset: 'shop', model: 'from-none', base: 'none' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tunes a whole transformer, which it has to be given', async () => {
    await lab.models.import('shop-transformer', writeShopTransformer(join(scratch, 'shop-transformer')));
    const request = { ...longTraining, tier: 'transformer' as const, minutes: 5, epochs: 2 };
    const { id } = await lab.jobs.start('train', { ...request, name: 'whole', base: 'shop-transformer' });
    const job = await until(lab.jobs, id);
    expect(job).toMatchObject({
      state: 'finished',
      error: null,
      result: { kind: 'transformer', base: 'shop-transformer', recipe: { tier: 'transformer', minutes: 5 } },
    });
    expect(await lab.models.get('whole')).toMatchObject({ kind: 'transformer', dim: 32, job: id });
    const without = await lab.jobs.start('train', { ...request, name: 'without', base: undefined });
    expect(await until(lab.jobs, without.id)).toMatchObject({
      state: 'failed',
      error: { code: 'INVALID_ARGUMENT', message: expect.stringContaining('name one as `base`') },
    });
  });

  it('fails on fewer than 100 pairs, and names the field that continues', async () => {
    const { id } = await lab.jobs.start('train', { ...longTraining, name: 'too-few', few: false });
    const job = await until(lab.jobs, id);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'DATA_TOO_FEW' } });
    expect(job.error!.message).toContain('set `few`');
  });

  it('validates a dataset first that nobody has validated', async () => {
    await upload(lab.datasets, 'fresh', smallShop(), scratch);
    const request = { ...longTraining, dataset: 'fresh', name: 'from-fresh', epochs: 1 };
    const { id } = await lab.jobs.start('train', request);
    expect(await until(lab.jobs, id)).toMatchObject({ state: 'finished' });
    expect((await lab.datasets.get('fresh')).verdict).not.toBeNull();
  });

  it('refuses at once what cannot be, and says why', async () => {
    const { jobs } = lab;
    const request = { ...longTraining, name: 'tuned' };
    await expect(jobs.start('train', request)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(jobs.start('train', { dataset: 'none', name: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('dataset "none"'),
    });
    const unknown = jobs.start('train', { dataset: 'shop', name: 'x', base: 'no-such-base' });
    await expect(unknown).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(unknown).rejects.not.toThrow(/\//);
    for (const wrong of [
      { ...request, base: '../../etc' },
      { ...request, name: '../up' },
      { ...request, epochs: 0 },
      { ...request, seed: -1 },
      { ...request, tier: 'huge' as 'static' },
      { ...request, minutes: 0 },
      { ...request, more: 1 },
      [],
    ]) {
      await expect(jobs.start('train', wrong as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    await expect(jobs.start('dance' as never, {} as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('validate, train, evaluate, cycle'),
    });
  });

  it('refuses a dataset whose validation failed, unless errors are accepted', async () => {
    await lab.datasets.judged('fresh', 'fail');
    const request = { ...longTraining, dataset: 'fresh', epochs: 1 };
    await expect(lab.jobs.start('train', { ...request, name: 'from-failed' })).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining('acceptErrors'),
    });
    const accepted = await lab.jobs.start('train', { ...request, name: 'from-failed', acceptErrors: true });
    expect(await until(lab.jobs, accepted.id)).toMatchObject({ state: 'finished' });
  });
});

describe('a job that evaluates', () => {
  it('tells the means of each leg, and keeps the full report', async () => {
    const request = { dataset: 'shop', model: 'tuned', base: 'wide-base' };
    const { id } = await lab.jobs.start('evaluate', request);
    const job = await until(lab.jobs, id);
    expect(job).toMatchObject({ state: 'finished', error: null });
    const { legs, queries } = job.result as { legs: Record<string, Record<string, number>>; queries: number };
    expect(Object.keys(legs)).toEqual(['bm25', 'base', 'tuned', 'hybrid']);
    expect(legs['tuned']!['ndcg@10']).toBeGreaterThan(legs['base']!['ndcg@10']!);
    const report = await lab.jobs.report(id, 'evaluation.json');
    expect(report).toMatchObject({
      schema: 'attune.evaluation/1',
      name: 'shop',
      main: { queryCount: queries },
    });
    await expect(lab.jobs.report(id, '../../lock')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a job that cannot be done', () => {
  it('fails with the code and the words of what went wrong, without a place of this machine', async () => {
    const { slices: _, ...shop } = smallShop();
    await upload(lab.datasets, 'unjudged', { ...shop, slices: [] }, scratch);
    const { id } = await lab.jobs.start('evaluate', { dataset: 'unjudged', model: 'tuned' });
    const job = await until(lab.jobs, id);
    expect(job).toMatchObject({ state: 'failed', result: null, error: { code: 'DATA_INVALID' } });
    expect(job.error!.message).toMatch(/judged queries to choose and compare by/);
    expect(JSON.stringify(job)).not.toContain(scratch);
    expect(existsSync(join(folderOf(id), 'log.txt'))).toBe(true);
  });

  it('fails when its process is killed, and says by which signal', async () => {
    const { id } = await lab.jobs.start('train', { ...longTraining, name: 'killed' });
    await until(lab.jobs, id, isTraining);
    process.kill(lab.jobs.processOf(id)!, 'SIGKILL');
    const job = await until(lab.jobs, id);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'INTERNAL' } });
    expect(job.error!.message).toMatch(/SIGKILL.*memory/);
    expect(readdirSync(folderOf(id))).toEqual(['log.txt']);
    await expect(lab.models.get('killed')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the launcher of jobs', () => {
  const launcherOf = (job: number) => Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(job)]));

  it('takes its job with it when it is killed, which says so, and the next job has another', async () => {
    const { id } = await lab.jobs.start('train', { ...longTraining, name: 'orphan' });
    await until(lab.jobs, id, isTraining);
    const pid = lab.jobs.processOf(id)!;
    const launcher = launcherOf(pid);
    expect(launcher).not.toBe(process.pid);
    process.kill(launcher, 'SIGKILL');
    const job = await until(lab.jobs, id);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'INTERNAL' } });
    expect(job.error!.message).toMatch(/ended with what had started it \(SIGKILL\)/);
    await gone(pid);
    const next = await lab.jobs.start('validate', { dataset: 'shop' });
    expect(await until(lab.jobs, next.id)).toMatchObject({ state: 'finished' });
  });

  it('is the same for all jobs, and ends with them', async () => {
    const own = await openLab(join(scratch, 'own'));
    await upload(own.datasets, 'shop', smallShop(), scratch);
    const launchers = new Set<number>();
    for (let i = 0; i < 2; i++) {
      const { id } = await own.jobs.start('validate', { dataset: 'shop' });
      await until(own.jobs, id, () => own.jobs.processOf(id) !== undefined);
      const pid = own.jobs.processOf(id)!;
      launchers.add(launcherOf(pid));
      await until(own.jobs, id);
      expect(isAlive(pid)).toBe(false);
    }
    expect(launchers.size).toBe(1);
    await own.close();
    await gone([...launchers][0]!);
  });
});

describe('a job that is cancelled', () => {
  it('ends in the middle of its training, with its process, and leaves nothing half made', async () => {
    const { id } = await lab.jobs.start('train', { ...longTraining, name: 'unwanted' });
    await until(lab.jobs, id, isTraining);
    const pid = lab.jobs.processOf(id)!;
    expect(await lab.jobs.cancel(id)).toMatchObject({ state: 'cancelled', error: null });
    await gone(pid);
    expect(readdirSync(folderOf(id))).toEqual(['log.txt']);
    expect(await lab.jobs.cancel(id)).toMatchObject({ state: 'cancelled' });
    await expect(lab.models.get('unwanted')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is killed when its process does not hear', async () => {
    const { id } = await lab.jobs.start('train', { ...longTraining, name: 'deaf' });
    await until(lab.jobs, id, isTraining);
    const pid = lab.jobs.processOf(id)!;
    process.kill(pid, 'SIGSTOP');
    expect(await lab.jobs.cancel(id)).toMatchObject({ state: 'cancelled', error: null });
    await gone(pid);
  });

  it('is never begun when it waits, and the next one has its turn', async () => {
    const first = await lab.jobs.start('train', { ...longTraining, name: 'first' });
    const second = await lab.jobs.start('train', { ...longTraining, name: 'second' });
    const third = await lab.jobs.start('validate', { dataset: 'shop' });
    await until(lab.jobs, first.id, isTraining);
    expect(lab.jobs.unfinished().map(({ state }) => state)).toEqual(['running', 'waiting', 'waiting']);
    expect(await lab.jobs.cancel(second.id)).toMatchObject({
      state: 'cancelled',
      attempts: 0,
      startedAt: null,
    });
    await lab.jobs.cancel(first.id);
    expect(await until(lab.jobs, third.id)).toMatchObject({ state: 'finished' });
    await expect(lab.jobs.cancel(third.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(lab.jobs.cancel('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await lab.jobs.list({ limit: 3 })).map(({ id }) => id)).toEqual([third.id, second.id, first.id]);
    const page = await lab.jobs.list({ limit: 1, after: third.id, kind: 'train' });
    expect(page.map(({ id }) => id)).toEqual([second.id]);
  });
});

describe('the idempotency key of a job', () => {
  it('gives the same job however often it is asked, and a conflict for another request', async () => {
    const options = { idempotencyKey: 'once' };
    const views = await Promise.all(
      Array.from({ length: 10 }, () => lab.jobs.start('validate', { dataset: 'shop' }, options)),
    );
    expect(new Set(views.map(({ id }) => id)).size).toBe(1);
    await until(lab.jobs, views[0]!.id);
    expect((await lab.jobs.start('validate', { dataset: 'shop' }, options)).id).toBe(views[0]!.id);
    await expect(lab.jobs.start('validate', { dataset: 'fresh' }, options)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('is free again after a refusal', async () => {
    const options = { idempotencyKey: 'refused' };
    await expect(lab.jobs.start('validate', { dataset: 'later' }, options)).rejects.toThrow();
    await upload(lab.datasets, 'later', smallShop(), scratch);
    const { id } = await lab.jobs.start('validate', { dataset: 'later' }, options);
    expect(await until(lab.jobs, id)).toMatchObject({ state: 'finished' });
  });
});

describe('the watchers of a job', () => {
  it('see every state in order, with ids that grow, and none once they have left', async () => {
    const { id } = await lab.jobs.start('train', { ...longTraining, name: 'watched', epochs: 3 });
    const seen: JobEvent[] = [];
    const others: number[] = [];
    const leave = lab.jobs.watch(id, (event) => others.push(event.id));
    leave();
    lab.jobs.watch(id, (event) => seen.push(event));
    await until(lab.jobs, id);
    expect(others).toEqual([]);
    expect(seen.map((event) => event.id)).toEqual(seen.map((event) => event.id).sort((a, b) => a - b));
    expect(new Set(seen.map((event) => event.id)).size).toBe(seen.length);
    expect([...new Set(seen.map(({ job }) => job.state))]).toEqual(['running', 'finished']);
    expect(seen.some(({ job }) => /^training: epoch \d, loss/.test(job.step))).toBe(true);
  });
});
