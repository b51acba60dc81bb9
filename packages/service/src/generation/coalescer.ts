import { AttuneError } from '@attune/errors';

export interface CoalescerOptions<Item, Answer> {
  /** Answers in the order of the items; an error of one is its answer. */
  send(items: Item[]): Promise<(Answer | AttuneError)[]>;
  /** How much of a batch an item takes. */
  weightOf(item: Item): number;
  /** An item heavier than this goes alone. */
  batchWeight: number;
  /** Items that may wait; one more is refused. */
  mostWaiting: number;
}

interface Entry<Item, Answer> {
  item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Batches under way at once: the thread prepares one while the core works on the other. */
const mostInFlight = 2;

/** Joins what is asked while a batch is under way into the next batch. Whoever asks alone waits for nothing. */
export class Coalescer<Item, Answer> {
  readonly #options: CoalescerOptions<Item, Answer>;
  readonly #waiting = new Set<Entry<Item, Answer>>();
  #inFlight = 0;
  #scheduled = false;
  #idle: (() => void)[] = [];

  constructor(options: CoalescerOptions<Item, Answer>) {
    this.#options = options;
  }

  /** @throws {AttuneError} OVERLOADED; CANCELLED when the signal is aborted before its batch left */
  ask(item: Item, signal?: AbortSignal): Promise<Answer> {
    if (signal?.aborted) return Promise.reject(cancelled());
    if (this.#waiting.size >= this.#options.mostWaiting) {
      return Promise.reject(
        new AttuneError(
          'OVERLOADED',
          `${this.#options.mostWaiting} requests are waiting already. Try again in a moment, or send fewer at once.`,
        ),
      );
    }
    return new Promise((resolve, reject) => {
      const entry: Entry<Item, Answer> = { item, resolve, reject };
      if (signal) this.#watch(entry, signal);
      this.#waiting.add(entry);
      this.#schedule();
    });
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drained(): Promise<void> {
    if (this.#inFlight === 0 && this.#waiting.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Rejects all that waits. */
  refuse(error: AttuneError): void {
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting.clear();
    this.#wakeIdle();
  }

  #watch(entry: Entry<Item, Answer>, signal: AbortSignal): void {
    const cancel = () => {
      if (this.#waiting.delete(entry)) entry.reject(cancelled());
      this.#wakeIdle();
    };
    signal.addEventListener('abort', cancel, { once: true });
    const { resolve, reject } = entry;
    entry.resolve = (answer) => {
      signal.removeEventListener('abort', cancel);
      resolve(answer);
    };
    entry.reject = (error) => {
      signal.removeEventListener('abort', cancel);
      reject(error);
    };
  }

  /** A batch leaves after all that this turn of the event loop brings. */
  #schedule(): void {
    if (this.#scheduled || this.#inFlight >= mostInFlight || this.#waiting.size === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#waiting.size === 0) return;
      void this.#send(this.#take());
      this.#schedule();
    });
  }

  #take(): Entry<Item, Answer>[] {
    const { weightOf, batchWeight } = this.#options;
    const taken: Entry<Item, Answer>[] = [];
    let weight = 0;
    for (const entry of this.#waiting) {
      weight += weightOf(entry.item);
      if (taken.length > 0 && weight > batchWeight) break;
      taken.push(entry);
      this.#waiting.delete(entry);
    }
    return taken;
  }

  async #send(entries: Entry<Item, Answer>[]): Promise<void> {
    this.#inFlight++;
    try {
      const answers = await this.#options.send(entries.map(({ item }) => item));
      for (const [i, entry] of entries.entries()) {
        const answer = answers[i]!;
        if (answer instanceof AttuneError) entry.reject(answer);
        else entry.resolve(answer);
      }
    } catch (error) {
      for (const { reject } of entries) reject(error);
    }
    this.#inFlight--;
    this.#schedule();
    this.#wakeIdle();
  }

  #wakeIdle(): void {
    if (this.#inFlight > 0 || this.#waiting.size > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle = [];
  }
}

const cancelled = () => new AttuneError('CANCELLED', 'The request was cancelled before it was begun.');
