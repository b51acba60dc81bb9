/** What the process of a job and the server say to each other, and the launcher between them. */

/** A job to the server. */
export type JobMessage =
  | { type: 'step'; step: string }
  /** Of this step, 0 to 1. */
  | { type: 'progress'; progress: number }
  /** What is worth knowing of this step at the moment, such as the loss. */
  | { type: 'note'; note: string }
  /** A dataset was validated on the way. */
  | { type: 'verdict'; dataset: string; verdict: 'pass' | 'warn' | 'fail' }
  /** The last one, and its result lies whole in the job's folder. */
  | { type: 'result'; result: unknown }
  /** The last one. */
  | { type: 'error'; code: string; message: string };

/** To the job: save what is needed to go on, and end. */
export interface StopMessage {
  type: 'stop';
}

/** The server to the launcher. */
export type ToLauncher =
  | { type: 'start'; job: string; data: string }
  | { type: 'tell'; job: string; say: StopMessage }
  | { type: 'kill'; job: string };

/** The launcher to the server. */
export type FromLauncher =
  | { type: 'started'; job: string; pid: number }
  | { type: 'said'; job: string; said: JobMessage }
  /** The last one, of a process that never was, or whose launcher is gone. What happened to it, as the end of a sentence. */
  | { type: 'failed'; job: string; message: string }
  /** The last one. */
  | { type: 'ended'; job: string; code: number | null; by: NodeJS.Signals | null };
