/**
 * Long work beside a server: one job at a time, each in a process of its own, and continued after a restart.
 *
 * @example
 * const jobs = await Jobs.open({ store, folder: 'data', finish });
 * jobs.begin();
 * const { id } = await jobs.start('train', { dataset: 'shop', name: 'shop-1' });
 * const leave = jobs.watch(id, ({ job }) => console.log(job.step, job.progress));
 */

// The queue, and what a job is.
export { Jobs, type JobsOptions, type ListJobsOptions } from './queue/jobs.js';
export { hasEnded, type JobEvent, type JobView } from './queue/active-job.js';
export { type JobKind, type JobRequests, jobKinds } from './requests.js';

// What the work comes to, and what becomes of it.
export type { DoneWork, FinishJobs } from './queue/finish.js';
export type { CycleWorkResult } from './work/cycle.js';
export type { EvaluateResult } from './work/evaluate.js';
export type { TrainResult } from './work/train.js';
export type { ValidateResult } from './work/validate.js';

// Where it lies, and what it is called, until it has its place.
export { candidateFolder, stepsFolder, tunedFolder } from './job-folder.js';
export { candidateName } from './candidate-name.js';
