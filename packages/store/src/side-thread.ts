/** Long reading beside the store's thread, so that neither writers nor the caller's thread wait for it. */
import { parentPort, workerData } from 'node:worker_threads';
import { asAttuneError } from './failures.js';
import type { FromSideThread, ThreadTask } from './messages.js';
import { StoreReader } from './reader.js';
import { verifyStore } from './verify.js';

const task = workerData as ThreadTask;
const say = (message: FromSideThread) => parentPort!.postMessage(message);
try {
  if (task.task === 'verify') {
    say({ report: verifyStore(task.folder) });
  } else if (task.task === 'copy') {
    const reader = StoreReader.open(task.folder);
    try {
      reader.copyInto(task.to);
    } finally {
      reader.close();
    }
    say({ done: true });
  }
} catch (error) {
  const { code, message } = asAttuneError(error, task.folder);
  say({ failed: { code, message } });
}
