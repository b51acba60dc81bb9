import { Worker } from 'node:worker_threads';
import { type Death, Link, type LinkOptions, type WorkerHandle } from './link.js';
import type { Message } from './messages.js';
import type { Protocol } from './protocol.js';
import { StopFlag } from './stop-flag.js';

export interface ThreadOptions {
  /** As debuggers show it. */
  name?: string | undefined;
  /** Flags of Node for it; none unless set, whatever those of the program are. */
  execArgv?: string[] | undefined;
  /** A program may end although the thread is there, unless a call waits for its answer. */
  unref?: boolean | undefined;
  /** The flag of the thread that starts it, to be stopped together. */
  stopFlag?: StopFlag | undefined;
}

/**
 * Starts a worker thread.
 *
 * @param file  compiled JavaScript that calls `serve`, the same from sources and from what is built of them:
 *     `new URL('../dist/thread.js', import.meta.url)`
 */
export function startThread<P extends Protocol>(file: URL, options: ThreadOptions & LinkOptions<P>): Link<P> {
  return new Link<P>(threadHandle(file, options), options);
}

function threadHandle(file: URL, { name, execArgv = [], unref, stopFlag }: ThreadOptions): WorkerHandle {
  const worker = new Worker(file, { execArgv, ...(name === undefined ? {} : { name }) });
  return {
    stopFlag: stopFlag ?? new StopFlag(),
    post: (message, transfer) => worker.postMessage(message, transfer),
    terminate: () => void worker.terminate(),
    keepAlive: unref ? (isNeeded) => (isNeeded ? worker.ref() : worker.unref()) : undefined,
    // From the start: a thread that ends at once may do so in the same turn of the event loop as it says why.
    listen(received: (message: Message) => void, ended: (death: Death) => void) {
      let thrown: { cause: unknown } | undefined;
      worker.on('message', received);
      worker.on('error', (cause: unknown) => {
        thrown = { cause };
      });
      worker.on('exit', (exitCode) => {
        const reason = thrown ? wordsOf(thrown.cause) : `exit code ${exitCode}`;
        ended({ reason, exitCode, signal: null, ...thrown });
      });
    },
  };
}

const wordsOf = (thrown: unknown): string =>
  thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
