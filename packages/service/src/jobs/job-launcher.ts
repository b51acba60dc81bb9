import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AttuneError, type ErrorCode } from '@attune/errors';
import { logFile } from './job-folder.js';
import type { FromLauncher, JobMessage, ToLauncher } from './messages.js';

/** The same file from `src` and from `dist`: only compiled code can be started. */
const program = fileURLToPath(new URL('../../dist/jobs/launcher.js', import.meta.url));

/** From the wish that a job ends to its being killed. */
const stopWithinMs = 5000;

export interface LaunchOptions {
  /** The data folder. */
  data: string;
  id: string;
  onStart: (pid: number) => void;
  /** Everything but the last message. */
  onMessage: (message: JobMessage) => void;
  /** Aborting it asks the process to end, and kills it after 5 s. */
  signal: AbortSignal;
}

/** What the launcher says of one job, to whoever runs it. */
type Listener = (message: FromLauncher) => void;

/**
 * Runs jobs in processes of their own. They are started by a launcher, a process that is there from the start: to start one, the
 * system copies the page tables of whoever asks, and of a server of 600 MB that held the event loop for 24 ms (2026-11-26).
 */
export class JobLauncher {
  #launcher: ChildProcess | undefined;
  readonly #listeners = new Map<string, Listener>();

  /** Starts the launcher, while this process is small. */
  start(): void {
    this.#launcher ??= this.#fork();
  }

  /**
   * Does the work of a job, and gives back its result.
   *
   * @throws {AttuneError} what the job failed with; INTERNAL naming the signal or the exit code when the process died; CANCELLED
   */
  async run({ data, id, onStart, onMessage, signal }: LaunchOptions): Promise<unknown> {
    this.start();
    let killer: NodeJS.Timeout | undefined;
    const stop = () => {
      this.#tell({ type: 'tell', job: id, say: { type: 'stop' } });
      killer = setTimeout(() => this.#tell({ type: 'kill', job: id }), stopWithinMs);
    };
    try {
      const last = await new Promise<JobMessage>((resolve, reject) => {
        let heard: JobMessage | undefined;
        this.#listeners.set(id, (message) => {
          if (message.type === 'started') {
            onStart(message.pid);
            if (signal.aborted) stop();
            else signal.addEventListener('abort', stop, { once: true });
          } else if (message.type === 'said') {
            if (message.said.type === 'result' || message.said.type === 'error') heard = message.said;
            else onMessage(message.said);
          } else if (message.type === 'failed') {
            reject(internal(`The process of the job ${message.message}.`));
          } else if (heard) {
            resolve(heard);
          } else if (signal.aborted) {
            reject(new AttuneError('CANCELLED', 'The job was cancelled.'));
          } else {
            reject(internal(deathOf(message.code, message.by)));
          }
        });
        this.#tell({ type: 'start', job: id, data });
      });
      if (last.type === 'result') return last.result;
      const { code, message } = last as Extract<JobMessage, { type: 'error' }>;
      throw new AttuneError(code as ErrorCode, message);
    } finally {
      this.#listeners.delete(id);
      signal.removeEventListener('abort', stop);
      clearTimeout(killer);
    }
  }

  /** Ends the launcher, which has nothing under way any more. */
  async close(): Promise<void> {
    const launcher = this.#launcher;
    if (launcher === undefined) return;
    const ended = new Promise((resolve) => launcher.once('exit', resolve));
    if (launcher.connected) launcher.disconnect();
    await ended;
  }

  #fork(): ChildProcess {
    // The server's own flags, such as an inspector's port, are not for jobs.
    const launcher = fork(program, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const gone = (why: string) => {
      if (this.#launcher !== launcher) return;
      this.#launcher = undefined;
      for (const [job, listener] of [...this.#listeners]) listener({ type: 'failed', job, message: why });
    };
    launcher.on('message', (message: FromLauncher) => this.#listeners.get(message.job)?.(message));
    launcher.on('error', (cause) => {
      if (launcher.pid === undefined) gone(`could not be started: ${cause.message}`);
    });
    launcher.on('exit', (code, by) => gone(`ended with what had started it (${by ?? `exit code ${code}`})`));
    return launcher;
  }

  #tell(message: ToLauncher): void {
    if (this.#launcher?.connected) this.#launcher.send(message, () => undefined);
  }
}

const internal = (message: string) => new AttuneError('INTERNAL', message);

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
