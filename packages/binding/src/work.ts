import { AttuneError } from '@attune/errors';
import type { NativeAddon, Task } from './native.js';

/** What every long call of Attune takes. */
export interface WorkOptions {
  /** Aborting it rejects the call with an AttuneError CANCELLED. */
  signal?: AbortSignal | undefined;
  /** Called some times a second while the work runs, and once when it has ended. */
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

const progressIntervalMs = 100;

/** Runs native work under a Task, and joins the task to the caller's signal and progress callback. */
export async function runWork<Result>(
  addon: NativeAddon,
  options: WorkOptions | undefined,
  start: (task: Task) => Promise<Result>,
): Promise<Result> {
  if (options?.signal?.aborted) throw new AttuneError('CANCELLED', 'The work was cancelled before it began.');
  const task = new addon.Task();
  const cancel = () => task.cancel();
  options?.signal?.addEventListener('abort', cancel, { once: true });
  const report = () => options?.onProgress?.(task.progress());
  const timer = options?.onProgress ? setInterval(report, progressIntervalMs) : undefined;
  try {
    const result = await start(task);
    report();
    return result;
  } finally {
    clearInterval(timer);
    options?.signal?.removeEventListener('abort', cancel);
  }
}
