import { setTimeout } from 'node:timers/promises';

/** Units of all bulk requests together that are written at once: one is synced while the next is checked. */
const mostUnderWay = 2;
/** No rest is longer, however long a unit took. */
const mostRestMs = 100;

/**
 * Turns between bulk writes and searches. Units of all requests are written a few at a time, in the order in which they came; and while
 * searches wait, a unit begins no sooner than after a rest as long as the one before it took: writing has half of the time then.
 */
export class BulkTurns {
  readonly #searchesWait: () => boolean;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;
  #restUntil = 0;

  constructor(searchesWait: () => boolean) {
    this.#searchesWait = searchesWait;
  }

  async run<T>(write: () => Promise<T>): Promise<T> {
    // Whoever ends gives its place to the first that waits.
    if (this.#underWay >= mostUnderWay) await new Promise<void>((begin) => this.#waiting.push(begin));
    else ++this.#underWay;
    try {
      const restMs = this.#restUntil - performance.now();
      if (restMs > 0 && this.#searchesWait()) await setTimeout(restMs);
      const begun = performance.now();
      try {
        return await write();
      } finally {
        const now = performance.now();
        this.#restUntil = now + Math.min(now - begun, mostRestMs);
      }
    } finally {
      const begin = this.#waiting.shift();
      if (begin === undefined) --this.#underWay;
      else begin();
    }
  }
}
