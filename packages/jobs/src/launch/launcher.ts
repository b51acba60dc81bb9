/** `launcher.js`: starts a process for each job that the server tells it of, and passes on what the two say to each other. */
import { closeSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { type CallContext, type Death, type Link, serve, startProcess } from '@attune/worker';
import { logFile } from '../job-folder.js';
import { jobProgram } from '../programs.js';
import type { JobProtocol, JobStart, LauncherMessage, LauncherProtocol } from './protocol.js';

/** From the wish that a job ends, or from the end of its work, to its process being killed. */
const endWithinMs = 5000;

const threads = String(Math.max(1, Math.floor(availableParallelism() / 2)));
/** Threads of the core, and of the tokenisers' library, whatever the server does with its own. */
const shares = { ATTUNE_THREADS: threads, RAYON_NUM_THREADS: threads, TOKENIZERS_PARALLELISM: 'true' };

serve<LauncherProtocol>(() => ({ calls: { run } }));

async function run(start: JobStart, { signal, report }: CallContext<LauncherMessage>): Promise<unknown> {
  const job = launch(start, signal);
  if (job.pid !== undefined) report({ type: 'started', pid: job.pid });
  const end = () => job.close({ timeoutMs: endWithinMs });
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await job.call('run', start, { signal, onProgress: report });
  } finally {
    await end();
  }
}

function launch({ data, id, folder }: JobStart, signal: AbortSignal | undefined): Link<JobProtocol> {
  const log = openSync(join(folder, logFile), 'a');
  try {
    return startProcess<JobProtocol>(jobProgram, {
      args: [data, id],
      env: { ...process.env, ...shares },
      stdout: log,
      stderr: log,
      closed: cancelled,
      died: (death) => (signal?.aborted ? cancelled() : new AttuneError('INTERNAL', wordsOf(death))),
    });
  } finally {
    // The process has its own by now.
    closeSync(log);
  }
}

const cancelled = () => new AttuneError('CANCELLED', 'The job was cancelled.');

function wordsOf({ reason, exitCode, signal }: Death): string {
  if (signal === 'SIGKILL') {
    return (
      'The process of the job was killed (SIGKILL). If nobody did so, the machine ran out of memory: give it more, or train on less ' +
      'data.'
    );
  }
  const said = `What it said last is in the job's ${logFile}.`;
  if (signal !== null) return `The process of the job ended by ${signal}. ${said}`;
  if (exitCode === null) return `The process of the job ${reason}.`;
  return `The process of the job ended with ${reason} before its work was done. ${said}`;
}
