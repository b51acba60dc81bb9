import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { JobLauncher } from '../../../packages/jobs/src/launch/job-launcher.js';
import { gone } from './job-lab.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-launcher-'));
});
afterAll(() => rm(folder, { recursive: true }));

const parentOf = (pid: number) => Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)]));

/** A job whose process has been started; what it comes to is not looked at. */
async function startedJob(launcher: JobLauncher) {
  const aborter = new AbortController();
  let ended!: Promise<unknown>;
  const pid = await new Promise<number>((onStart, fail) => {
    ended = launcher.run({
      ...{ data: folder, id: 'job', folder, onStart, onMessage: () => undefined },
      signal: aborter.signal,
    });
    ended.catch(fail);
  });
  return { pid, ended, abort: () => aborter.abort() };
}

it('a launcher that was stopped with its job is ended with it, and the next job has another', async () => {
  const launcher = new JobLauncher();
  const job = await startedJob(launcher);
  const first = parentOf(job.pid);
  for (const each of [job.pid, first]) process.kill(each, 'SIGSTOP');
  job.abort();
  await expect(job.ended).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  for (const each of [job.pid, first]) await gone(each);

  const next = await startedJob(launcher);
  expect(parentOf(next.pid)).not.toBe(first);
  next.abort();
  await next.ended.catch(() => undefined);
  await launcher.close();
}, 60_000);

it('a launcher that was stopped does not keep a server from ending', async () => {
  const launcher = new JobLauncher();
  const job = await startedJob(launcher);
  const pid = parentOf(job.pid);
  job.abort();
  await job.ended.catch(() => undefined);
  process.kill(pid, 'SIGSTOP');
  await launcher.close();
  await gone(pid);
}, 60_000);
