/**
 * `launcher.js`: starts a process for each job that the server tells it of, and passes on what the two say to each other. Without
 * a server it ends, and so do its jobs, whose channel ends with it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jobFolder } from '../folders.js';
import { logFile } from './job-folder.js';
import type { FromLauncher, JobMessage, ToLauncher } from './messages.js';

const program = fileURLToPath(new URL('process.js', import.meta.url));
const jobs = new Map<string, ChildProcess>();

process.on('disconnect', () => process.exit());
// A signal to the whole group means the server, which says by message what is to become of its jobs.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

/** A server that is gone hears nothing, and 'disconnect' says so. */
const tell = (message: FromLauncher) => process.send!(message, undefined, undefined, () => undefined);

const threads = String(Math.max(1, Math.floor(availableParallelism() / 2)));
/** Threads of the core, and of the tokenisers' library, whatever the server does with its own. */
const shares = { ATTUNE_THREADS: threads, RAYON_NUM_THREADS: threads, TOKENIZERS_PARALLELISM: 'true' };

function launch(data: string, job: string): ChildProcess {
  const log = openSync(join(jobFolder(data, job), logFile), 'a');
  try {
    return fork(program, [data, job], {
      env: { ...process.env, ...shares },
      stdio: ['ignore', log, log, 'ipc'],
    });
  } finally {
    // The process has its own by now.
    closeSync(log);
  }
}

function start(data: string, job: string): void {
  const failed = (cause: unknown) =>
    tell({ type: 'failed', job, message: `could not be started: ${(cause as Error).message}` });
  let child: ChildProcess;
  try {
    child = launch(data, job);
  } catch (cause) {
    failed(cause);
    return;
  }
  if (child.pid !== undefined) {
    jobs.set(job, child);
    tell({ type: 'started', job, pid: child.pid });
  }
  child.on('message', (said: JobMessage) => tell({ type: 'said', job, said }));
  child.on('error', (cause) => {
    if (child.pid === undefined) failed(cause);
  });
  child.on('close', (code, by) => {
    jobs.delete(job);
    if (child.pid !== undefined) tell({ type: 'ended', job, code, by });
  });
}

process.on('message', (message: ToLauncher) => {
  const child = jobs.get(message.job);
  if (message.type === 'start') start(message.data, message.job);
  else if (message.type === 'kill') child?.kill('SIGKILL');
  else if (child?.connected) child.send(message.say, () => undefined);
});
