import { type ChildProcess, fork } from 'node:child_process';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AttuneError, type ErrorCode } from '@attune/errors';
import { jobFolder } from '../folders.js';
import { logFile } from './job-folder.js';
import type { JobMessage, StopMessage } from './messages.js';

/** The same file from `src` and from `dist`: only compiled code can be started. */
const program = fileURLToPath(new URL('../../dist/jobs/process.js', import.meta.url));

/** From the wish that it ends to its being killed. */
const stopWithinMs = 5000;

export interface JobProcessOptions {
  /** The data folder. */
  data: string;
  id: string;
  onStart: (pid: number | undefined) => void;
  /** Everything but the last message. */
  onMessage: (message: JobMessage) => void;
  /** Aborting it asks the process to end, and kills it after 5 s. */
  signal: AbortSignal;
}

/**
 * Does the work of a job in a process of its own, and gives back its result.
 *
 * @throws {AttuneError} what the job failed with; INTERNAL naming the signal or the exit code when the process died; CANCELLED
 */
export async function runInProcess({
  data,
  id,
  onStart,
  onMessage,
  signal,
}: JobProcessOptions): Promise<unknown> {
  const log = await open(join(jobFolder(data, id), logFile), 'a');
  let child: ChildProcess;
  try {
    child = fork(program, [data, id], {
      // The server's own flags, such as an inspector's port, are not the job's.
      execArgv: [],
      env: { ...process.env, ATTUNE_THREADS: String(Math.max(1, Math.floor(availableParallelism() / 2))) },
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    });
  } finally {
    // The process has its own by now.
    await log.close();
  }
  onStart(child.pid);
  return await new Promise((resolve, reject) => {
    let killer: NodeJS.Timeout | undefined;
    let last: JobMessage | undefined;
    const stop = () => {
      const message: StopMessage = { type: 'stop' };
      if (child.connected) child.send(message, () => undefined);
      killer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    };
    const settle = (finish: () => void) => {
      clearTimeout(killer);
      signal.removeEventListener('abort', stop);
      finish();
    };
    child.on('message', (message: JobMessage) => {
      if (message.type === 'result' || message.type === 'error') last = message;
      else onMessage(message);
    });
    child.on('error', (cause) => {
      if (child.pid !== undefined) return;
      settle(() =>
        reject(
          new AttuneError('INTERNAL', `The process of the job could not be started: ${cause.message}.`, {
            cause,
          }),
        ),
      );
    });
    child.on('close', (code, by) => {
      settle(() => {
        if (last?.type === 'result') resolve(last.result);
        else if (last?.type === 'error') reject(new AttuneError(last.code as ErrorCode, last.message));
        else if (signal.aborted) reject(new AttuneError('CANCELLED', 'The job was cancelled.'));
        else reject(new AttuneError('INTERNAL', deathOf(code, by)));
      });
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function deathOf(code: number | null, by: NodeJS.Signals | null): string {
  if (by === 'SIGKILL') {
    return (
      'The process of the job was killed (SIGKILL). If nobody did so, the machine ran out of memory: give it more, or train on less ' +
      'data.'
    );
  }
  if (by !== null)
    return `The process of the job ended by ${by}. What it said last is in the job's ${logFile}.`;
  return `The process of the job ended with exit code ${code} before its work was done. What it said last is in the job's ${logFile}.`;
}
