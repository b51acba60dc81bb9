// The thread of one piece of upkeep; see upkeep.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { copySync, restoreSync, verifySync } from './backup.js';
import { plainError } from './messages.js';
import type { VerifyReport } from './types.js';
import type { UpkeepResult, UpkeepTask } from './upkeep.js';

function run(task: UpkeepTask): VerifyReport | undefined {
  switch (task.task) {
    case 'verify':
      return verifySync(task.folder);
    case 'backup':
      copySync(task.from, task.to);
      return undefined;
    case 'restore':
      restoreSync(task.from, task.to);
      return undefined;
  }
}

function result(): UpkeepResult {
  try {
    return { report: run(workerData as UpkeepTask) };
  } catch (error) {
    return { error: plainError(error) };
  }
}

parentPort!.postMessage(result());
