import type { ValidationReport } from '@attune/data';

/** What a job is asked to do, and what it says on its way. */
export interface JobStart {
  /** The data folder. */
  data: string;
  id: string;
  /** The job's own. */
  folder: string;
}

/** What a job says of itself while it works. */
export type JobMessage =
  | { type: 'step'; step: string }
  /** Of this step, 0 to 1. */
  | { type: 'progress'; progress: number }
  /** What is worth knowing of this step at the moment, such as the loss. */
  | { type: 'note'; note: string }
  /** A dataset was validated on the way. */
  | { type: 'verdict'; dataset: string; verdict: ValidationReport['verdict'] };

/** The launcher and the process of a job. Aborting the call asks the job to save what it needs to continue later, and to end. */
export interface JobProtocol {
  open: () => void;
  worker: { run: (start: JobStart, report: (message: JobMessage) => void) => unknown };
  parent: Record<never, never>;
}

/** What the server hears of a job while it runs: first of its process, then from it. */
export type LauncherMessage = { type: 'started'; pid: number } | JobMessage;

/** The server and the launcher, which runs a process for each call. */
export interface LauncherProtocol {
  open: () => void;
  worker: { run: (start: JobStart, report: (message: LauncherMessage) => void) => unknown };
  parent: Record<never, never>;
}
