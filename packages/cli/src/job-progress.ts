import type { Client, Job } from '@attune/client';
import { AttuneError, type ErrorCode } from '@attune/errors';
import type { Context } from './context.js';

/**
 * Shows how far a job is until it has ended. Ctrl-C cancels it.
 *
 * @throws {AttuneError} what the job failed with; CANCELLED
 */
export async function watchJob(client: Client, started: Job, { progress, signal }: Context): Promise<Job> {
  let job = started;
  const cancel = () => void client.jobs.cancel(started.id).catch(() => undefined);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  try {
    for await (job of client.jobs.watch(started.id)) {
      const percent = job.progress > 0 ? ` ${Math.round(job.progress * 100)} %` : '';
      progress.update(`${job.kind} ${job.id}: ${job.step || job.state}${percent}`);
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    progress.end();
  }
  if (job.state === 'finished') return job;
  if (job.state === 'cancelled') throw new AttuneError('CANCELLED', `The job ${job.id} was cancelled.`);
  const { code, message } = job.error ?? { code: 'INTERNAL', message: `it is ${job.state}` };
  throw new AttuneError(code as ErrorCode, `The job ${job.id} failed: ${message}`);
}
