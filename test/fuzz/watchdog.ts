import { Worker } from 'node:worker_threads';

/** One input takes milliseconds. */
const longestSeconds = 60;
const mostBytes = 2 ** 30;

/**
 * Ends the process when one input holds it for a minute or makes it a gigabyte larger: nothing else gets a word in
 * where a loop does not end. What was read is told on stderr.
 */
export class Watchdog {
  readonly #strokes = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  constructor(what: string) {
    const workerData = { strokes: this.#strokes, what, longestSeconds, mostBytes };
    this.#worker = new Worker(program, { eval: true, workerData });
    this.#worker.unref();
  }

  /** Another input begins. */
  stroke(): void {
    Atomics.add(this.#strokes, 0, 1);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

// Text, because a thread of vitest's could not load a TypeScript file.
const program = `
  const { writeSync } = require('node:fs');
  const { workerData } = require('node:worker_threads');
  const { strokes, what, longestSeconds, mostBytes } = workerData;
  const atFirst = process.memoryUsage.rss();
  let last = -1;
  let seconds = 0;
  setInterval(() => {
    const now = Atomics.load(strokes, 0);
    seconds = now === last ? seconds + 1 : 0;
    last = now;
    const grown = process.memoryUsage.rss() - atFirst;
    if (seconds < longestSeconds && grown < mostBytes) return;
    const why = seconds < longestSeconds ? 'grew by ' + grown + ' bytes' : 'was held for ' + seconds + ' s';
    writeSync(2, 'The process ' + why + ' by ' + what + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 1000);
`;
