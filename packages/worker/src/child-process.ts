import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Death, Link, type LinkOptions, type WorkerHandle } from './link.js';
import type { Message } from './messages.js';
import type { Protocol } from './protocol.js';

export interface ProcessOptions {
  /** Arguments that show in a list of processes. */
  args?: string[] | undefined;
  /** The parent's unless set. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Where its output and its errors go: nowhere, where the parent's go, or to an open file. */
  stdout: 'ignore' | 'inherit' | number;
  stderr: 'ignore' | 'inherit' | number;
}

/**
 * Starts a child process, which ends with its parent, however that ends. It has no input, and none of the parent's flags of Node. A
 * process that cannot be started is one that has died.
 *
 * @param file  as `startThread` has it
 */
export function startProcess<P extends Protocol>(
  file: URL,
  options: ProcessOptions & LinkOptions<P>,
): Link<P> {
  return new Link<P>(processHandle(file, options), options);
}

function processHandle(file: URL, { args = [], env, stdout, stderr }: ProcessOptions): WorkerHandle {
  let child: ChildProcess;
  try {
    child = fork(fileURLToPath(file), args, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', stdout, stderr, 'ipc'],
      ...(env === undefined ? {} : { env }),
    });
  } catch (error) {
    return neverStarted(error as Error);
  }
  return {
    pid: child.pid,
    // One that is gone hears nothing, and `close` says so. One that was never there cannot be written to.
    post: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    terminate: () => void child.kill('SIGKILL'),
    listen(received: (message: Message) => void, ended: (death: Death) => void) {
      child.on('message', received);
      child.on('error', (error) => {
        if (child.pid === undefined) ended(notStarted(error));
      });
      // Unlike `exit`, it comes after all messages.
      child.on('close', (exitCode, signal) => {
        if (child.pid !== undefined) ended({ reason: signal ?? `exit code ${exitCode}`, exitCode, signal });
      });
    },
  };
}

const notStarted = ({ message }: Error): Death => ({
  reason: `could not be started: ${message}`,
  exitCode: null,
  signal: null,
});

function neverStarted(error: Error): WorkerHandle {
  return {
    post: () => undefined,
    terminate: () => undefined,
    listen: (_, ended) => queueMicrotask(() => ended(notStarted(error))),
  };
}
