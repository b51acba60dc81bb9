/** What the process of a job and the server say to each other. */

/** To the server. */
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
