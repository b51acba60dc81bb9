import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JobRecord } from '@attune/store';
import { Store } from '@attune/store';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  gone,
  isTraining,
  longTraining,
  openLab,
  stock,
  temporaryFolder,
  until,
  writeWideBase,
} from './job-lab.js';

const scratch = temporaryFolder();
let base: string;
/** The fingerprint that the long training comes to when nothing interrupts it. */
let uninterrupted: string;

async function stocked(name: string): Promise<string> {
  const folder = join(scratch, name);
  const lab = await openLab(folder);
  await stock(lab, scratch, base);
  await lab.close();
  return folder;
}

beforeAll(async () => {
  base = await writeWideBase(join(scratch, 'base'));
  const lab = await openLab(await stocked('uninterrupted'));
  const { id } = await lab.jobs.start('train', { ...longTraining, name: 'tuned' });
  expect(await until(lab.jobs, id)).toMatchObject({ state: 'finished', attempts: 1 });
  uninterrupted = (await lab.models.get('tuned')).fingerprint;
  await lab.close();
}, 120_000);

describe('a job in whose middle the server', () => {
  it('stops, waits for the next start and comes to the same model', async () => {
    const folder = await stocked('stopped');
    const before = await openLab(folder);
    const { id } = await before.jobs.start(
      'train',
      { ...longTraining, name: 'tuned' },
      { idempotencyKey: 'k' },
    );
    const behind = await before.jobs.start('validate', { dataset: 'shop' });
    await until(before.jobs, id, isTraining);
    const pid = before.jobs.processOf(id)!;
    await before.close();
    await gone(pid);
    expect(readdirSync(join(folder, 'jobs', id, 'tuned'))).toEqual(['tuned.run']);

    const after = await openLab(folder);
    const job = await until(after.jobs, id);
    expect(job).toMatchObject({ state: 'finished', attempts: 2, error: null });
    expect((await after.models.get('tuned')).fingerprint).toBe(uninterrupted);
    const again = await after.jobs.start(
      'train',
      { ...longTraining, name: 'tuned' },
      { idempotencyKey: 'k' },
    );
    expect(again.id).toBe(id);
    expect(await until(after.jobs, behind.id)).toMatchObject({ state: 'finished', attempts: 1 });
    await after.close();
  });

  it('is killed, leaves no process behind and comes to the same model', async () => {
    const folder = await stocked('killed');
    const program = fileURLToPath(new URL('server-process.mjs', import.meta.url));
    const request = JSON.stringify({ ...longTraining, name: 'tuned' });
    const server = spawn(process.execPath, [program, folder, request], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const training = { id: '', pid: 0, progress: 0 };
    for await (const line of createInterface(server.stdout)) {
      const seen = JSON.parse(line);
      if (!isTraining(seen)) continue;
      Object.assign(training, seen);
      server.kill('SIGKILL');
      break;
    }
    expect(training.pid).toBeGreaterThan(0);
    await gone(training.pid);
    expect(existsSync(join(folder, 'jobs', training.id, 'tuned', 'tuned'))).toBe(false);

    const lab = await openLab(folder);
    const progress: number[] = [];
    lab.jobs.watch(training.id, ({ job }) => {
      if (job.step.startsWith('training:')) progress.push(job.progress);
    });
    const job = await until(lab.jobs, training.id);
    expect(job).toMatchObject({ state: 'finished', attempts: 2, error: null });
    expect((await lab.models.get('tuned')).fingerprint).toBe(uninterrupted);
    // From its checkpoint, not from the beginning.
    expect(progress.find((share) => share > 0)).toBeGreaterThanOrEqual(training.progress - 1 / 60);
    await lab.close();
  });

  it('was killed three times is not started again, and says so', async () => {
    const folder = await stocked('hopeless');
    const store = await Store.open(folder);
    const record: JobRecord = {
      kind: 'train',
      request: { ...longTraining, name: 'tuned' },
      state: 'running',
      step: 'training',
      progress: 0.5,
      attempts: 3,
      createdAt: 1,
      startedAt: 2,
      finishedAt: null,
      result: null,
      error: null,
    };
    await store.change([{ kind: 'job', name: '000000001-aaaaaaaa', put: record }]);
    await store.close();
    const lab = await openLab(folder);
    const job = await until(lab.jobs, '000000001-aaaaaaaa');
    expect(job).toMatchObject({ state: 'failed', attempts: 3, error: { code: 'INTERNAL' } });
    expect(job.error!.message).toMatch(/started 3 times/);
    await lab.close();
  });
});

describe('the folders of jobs', () => {
  it('are tidied at the start: what ended keeps its reports, what is unknown is gone', async () => {
    const folder = await stocked('untidy');
    const before = await openLab(folder);
    const { id } = await before.jobs.start('validate', { dataset: 'shop' });
    await until(before.jobs, id);
    await before.close();
    for (const place of [join(folder, 'jobs', id, 'leftover'), join(folder, 'jobs', 'unknown')]) {
      mkdirSync(place);
      writeFileSync(join(place, 'file'), 'rest');
    }
    await (await openLab(folder)).close();
    expect(readdirSync(join(folder, 'jobs'))).toEqual([id]);
    expect(readdirSync(join(folder, 'jobs', id)).sort()).toEqual(['log.txt', 'result.json']);
  });
});
