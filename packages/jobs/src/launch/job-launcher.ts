import { AttuneError } from '@attune/errors';
import { type Link, startProcess } from '@attune/worker';
import { launcherProgram } from '../programs.js';
import type { JobMessage, JobStart, LauncherProtocol } from './protocol.js';

export interface LaunchOptions extends JobStart {
  onStart: (pid: number) => void;
  onMessage: (message: JobMessage) => void;
  /** Aborting it asks the process to end, and kills it after 5 s; the launcher too, where it has not done so within 8. */
  signal: AbortSignal;
}

/** From the wish that a job ends to the end of a launcher that does not answer: somebody has stopped it (SIGSTOP). */
const answersWithinMs = 8000;

/** For a launcher that has nothing under way. */
const closesWithinMs = 5000;

/**
 * Runs jobs in processes of their own. They are started by a launcher, a process that is there from the start: to start one, the
 * system copies the page tables of whoever asks, and of a server of 600 MB that held the event loop for 24 ms (2026-11-26).
 */
export class JobLauncher {
  #launcher: Link<LauncherProtocol> | undefined;

  /** Starts the launcher, while this process is small. */
  start(): void {
    this.#launcher ??= startProcess<LauncherProtocol>(launcherProgram, {
      stdout: 'ignore',
      stderr: 'inherit',
      closed: () => new AttuneError('UNAVAILABLE', 'The server is stopping.'),
      died: ({ reason }) => {
        this.#launcher = undefined;
        return new AttuneError(
          'INTERNAL',
          `The process of the job ended with what had started it (${reason}).`,
        );
      },
    });
  }

  /**
   * Does the work of a job, and gives back its result.
   *
   * @throws {AttuneError} what the job failed with; INTERNAL naming the signal or the exit code when the process died; CANCELLED
   */
  async run({ data, id, folder, onStart, onMessage, signal }: LaunchOptions): Promise<unknown> {
    this.start();
    const launcher = this.#launcher!;
    let pid: number | undefined;
    let overdue: NodeJS.Timeout | undefined;
    const watch = () => {
      overdue = setTimeout(() => this.#kill(launcher, pid), answersWithinMs);
    };
    signal.addEventListener('abort', watch, { once: true });
    try {
      return await launcher.call(
        'run',
        { data, id, folder },
        {
          signal,
          onProgress: (message) => {
            if (message.type !== 'started') return onMessage(message);
            pid = message.pid;
            onStart(message.pid);
          },
        },
      );
    } finally {
      signal.removeEventListener('abort', watch);
      clearTimeout(overdue);
    }
  }

  /** @param pid  of the job, which by itself ends with its launcher only where it is not stopped too */
  #kill(launcher: Link<LauncherProtocol>, pid: number | undefined): void {
    if (this.#launcher === launcher) this.#launcher = undefined;
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
    void launcher.close({ timeoutMs: 0 });
  }

  /** Ends the launcher, which has nothing under way any more. */
  async close(): Promise<void> {
    await this.#launcher?.close({ timeoutMs: closesWithinMs });
  }
}
