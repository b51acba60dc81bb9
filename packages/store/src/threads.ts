import { Worker } from 'node:worker_threads';
import { AttuneError, type ErrorCode } from '@attune/errors';
import type { FromSideThread, ThreadTask } from './messages.js';

/** Built files, also when this module runs from its source. */
const file = (name: string) => new URL(`../dist/${name}.js`, import.meta.url);

export const startThread = (workerData: ThreadTask): Worker => new Worker(file('thread'), { workerData });

/** A code crosses threads as text; it was one of ours. */
export const errorOf = ({ code, message }: { code: string; message: string }): AttuneError =>
  new AttuneError(code as ErrorCode, message);

/** One piece of long reading in a thread of its own, which ends with it. */
export function runBeside(workerData: ThreadTask): Promise<FromSideThread> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(file('side-thread'), { workerData });
    thread.once('message', (message: FromSideThread) => {
      if ('failed' in message) reject(errorOf(message.failed));
      else resolve(message);
    });
    thread.once('error', reject);
    thread.once('exit', () =>
      reject(new AttuneError('INTERNAL', 'A thread of the store ended without an answer')),
    );
  });
}
