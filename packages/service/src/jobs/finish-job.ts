import { jobFolder } from '../folders.js';
import type { ActiveJob } from './active-job.js';
import type { Finish } from './finish.js';
import { finishCycle } from './finish-cycle.js';
import type { JobsOptions } from './jobs.js';
import { type JobKind, type JobRequests, parseKind } from './requests.js';
import type { CycleWorkResult } from './work/cycle.js';
import { type TrainResult, tunedFolder } from './work/train.js';
import type { ValidateResult } from './work/validate.js';

/**
 * What the server does with what the work came to. It may be done again after a restart in its middle, so each step looks at what
 * the store says first.
 *
 * @returns the result of the job
 */
export async function finishJob(options: JobsOptions, job: ActiveJob, made: unknown): Promise<unknown> {
  const context: Finish<JobKind> = {
    id: job.id,
    data: options.folder,
    folder: jobFolder(options.folder, job.id),
    request: job.record.request as JobRequests[JobKind],
    store: options.store,
    models: options.models,
    datasets: options.datasets,
    promote: options.promote,
    signal: job.signal,
    step: (step) => job.step(step),
    progress: (share) => job.progress(share),
  };
  switch (parseKind(job.record.kind)) {
    case 'validate':
      return finishValidate(context as Finish<'validate'>, made as ValidateResult);
    case 'train':
      return finishTrain(context as Finish<'train'>, made as TrainResult);
    case 'evaluate':
      return made;
    case 'cycle': {
      const { throughEvent } = job.record.result as { throughEvent: number };
      return { ...(await finishCycle(context as Finish<'cycle'>, made as CycleWorkResult)), throughEvent };
    }
  }
}

async function finishValidate(job: Finish<'validate'>, made: ValidateResult): Promise<ValidateResult> {
  await job.datasets.judged(job.request.dataset, made.verdict);
  return made;
}

async function finishTrain(job: Finish<'train'>, made: TrainResult): Promise<TrainResult> {
  job.step('registering the model');
  const { fingerprint, base } = made;
  await job.models.adopt(made.model, tunedFolder(job.folder, made.model), { fingerprint, base, job: job.id });
  return made;
}
