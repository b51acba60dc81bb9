import type { ValidationReport } from '@attune/data';
import { jobFolder } from '@attune/store';
import { type JobKind, type JobRequests, parseKind } from '../requests.js';
import type { WorkResults } from '../work/results.js';
import type { ActiveJob } from './active-job.js';

/** A job whose work is done: what it made is still to be put in its place. */
export interface DoneWork<Kind extends JobKind> {
  id: string;
  request: JobRequests[Kind];
  made: WorkResults[Kind];
  /** The job's own, where what it made lies: see `tunedFolder`, `candidateFolder` and `stepsFolder`. */
  folder: string;
  signal: AbortSignal;
  step: (step: string) => void;
  /** Of this step, 0 to 1. */
  progress: (share: number) => void;
}

/**
 * What becomes of what jobs make. It happens in the process that opened the jobs, which alone writes the store. Each function may be
 * called again after a restart in its middle, so it looks at what the store says first.
 */
export interface FinishJobs {
  /** Keeps the verdict on a dataset that was validated, by a job of its own or on the way to a training. */
  validation: (dataset: string, verdict: ValidationReport['verdict']) => Promise<void>;
  /** @returns the result of the job */
  training: (done: DoneWork<'train'>) => Promise<object>;
  /** @returns the result of the job */
  cycle: (done: DoneWork<'cycle'>) => Promise<object>;
}

/** @returns the result of the job */
export async function finishJob(
  job: ActiveJob,
  made: unknown,
  { finish, folder: data }: { finish: FinishJobs; folder: string },
): Promise<unknown> {
  const { request, kind, result } = job.record;
  const done: DoneWork<JobKind> = {
    id: job.id,
    request: request as JobRequests[JobKind],
    made: made as WorkResults[JobKind],
    folder: jobFolder(data, job.id),
    signal: job.signal,
    step: (step) => job.step(step),
    progress: (share) => job.progress(share),
  };
  switch (parseKind(kind)) {
    case 'validate': {
      const { dataset } = request as JobRequests['validate'];
      await finish.validation(dataset, (made as WorkResults['validate']).verdict);
      return made;
    }
    case 'train':
      return finish.training(done as DoneWork<'train'>);
    case 'evaluate':
      return made;
    case 'cycle': {
      const { throughEvent } = result as { throughEvent: number };
      return { ...(await finish.cycle(done as DoneWork<'cycle'>)), throughEvent };
    }
  }
}
