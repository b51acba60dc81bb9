import { getHeapStatistics } from 'node:v8';
import { AttuneError } from '@attune/errors';

const MiB = 2 ** 20;

/** What a request may hold without being counted: the number of requests bounds these, and plain searches are always among them. */
const freeBytes = 64 * 1024;

/** Half of what the heap may grow to: the rest is for what the server itself holds, and for what is read without being counted. */
export const defaultMemoryBytes = (): number => Math.floor(getHeapStatistics().heap_size_limit / 2);

/**
 * The bytes that all requests under way hold together: bodies, what is made of them, and answers until they are sent. It is asked before a
 * body is read. A request beside which no other holds any is taken on however much it needs, so that none is refused for ever.
 */
export class MemoryBudget {
  readonly totalBytes: number;
  /** Told of each request that found no room. */
  refused: (() => void) | undefined;
  #heldBytes = 0;

  constructor(totalBytes: number) {
    this.totalBytes = totalBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** The bytes of one request, none yet. */
  request(): RequestMemory {
    return new RequestMemory((bytes, own) => this.#take(bytes, own));
  }

  /** @param own  what the request holds of it before */
  #take(bytes: number, own: number): void {
    const isTooMuch = bytes > 0 && this.#heldBytes > own && this.#heldBytes + bytes > this.totalBytes;
    if (isTooMuch) {
      this.refused?.();
      throw new AttuneError(
        'OVERLOADED',
        `Expected ${inMiB(bytes)} MiB of memory for this request, but requests under way hold ${inMiB(this.#heldBytes)} of the ` +
          `${inMiB(this.totalBytes)} MiB that they may hold together. Ask again after the time in Retry-After, or send or ask for less at once.`,
      );
    }
    this.#heldBytes += bytes;
  }
}

/** What one request holds. */
export class RequestMemory {
  readonly #take: (bytes: number, own: number) => void;
  #bytes = 0;
  #counted = 0;
  #isOver = false;

  constructor(take: (bytes: number, own: number) => void) {
    this.#take = take;
  }

  /**
   * What is worked on for a client that has gone is not counted: it goes as soon as it is made.
   *
   * @throws {AttuneError} OVERLOADED when the others leave too little
   */
  add(bytes: number): void {
    if (this.#isOver) return;
    const counted = Math.max(0, this.#bytes + bytes - freeBytes);
    this.#take(counted - this.#counted, this.#counted);
    this.#bytes += bytes;
    this.#counted = counted;
  }

  /** Gives all of it back, for good. */
  release(): void {
    this.#isOver = true;
    this.#take(-this.#counted, this.#counted);
    this.#bytes = 0;
    this.#counted = 0;
  }
}

const inMiB = (bytes: number): string => (bytes / MiB).toFixed(bytes < 10 * MiB ? 1 : 0);
