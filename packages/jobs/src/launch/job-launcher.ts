import { AttuneError } from '@attune/errors';
import { type Link, startProcess } from '@attune/worker';
import type { JobMessage, JobStart, LauncherProtocol } from './protocol.js';

/** The same file from `src` and from `dist`: only compiled code can be started. */
const program = new URL('../../dist/launch/launcher.js', import.meta.url);

export interface LaunchOptions extends JobStart {
  onStart: (pid: number) => void;
  onMessage: (message: JobMessage) => void;
  /** Aborting it asks the process to end, and kills it after 5 s. */
  signal: AbortSignal;
}

/**
 * Runs jobs in processes of their own. They are started by a launcher, a process that is there from the start: to start one, the
 * system copies the page tables of whoever asks, and of a server of 600 MB that held the event loop for 24 ms (2026-11-26).
 */
export class JobLauncher {
  #launcher: Link<LauncherProtocol> | undefined;

  /** Starts the launcher, while this process is small. */
  start(): void {
    this.#launcher ??= startProcess<LauncherProtocol>(program, {
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
    return this.#launcher!.call(
      'run',
      { data, id, folder },
      {
        signal,
        onProgress: (message) => (message.type === 'started' ? onStart(message.pid) : onMessage(message)),
      },
    );
  }

  /** Ends the launcher, which has nothing under way any more. */
  async close(): Promise<void> {
    await this.#launcher?.close();
  }
}
