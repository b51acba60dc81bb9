import { AttuneError } from '@attune/errors';

/** After a refresh that failed. */
const retryMs = 1000;

/** A refresh may take half of all time: it has a thread of its own, and the less often it is done, the fewer times a row is made anew. */
const restPerWork = 1;

/** Of the rest, where somebody waits. */
const urgentShare = 0.25;

interface Waiter {
  sequence: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** Decides when what was written becomes visible: soon, together, and one refresh at a time. */
export class Refresher {
  readonly #refresh: (seen: (sequence: number) => void) => Promise<void>;
  readonly #delayMs: number;
  #waiters: Waiter[] = [];
  #needed = false;
  #held = 0;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #earliest = 0;
  #closed = false;

  /** @param refresh  tells `seen` what searches see now */
  constructor(refresh: (seen: (sequence: number) => void) => Promise<void>, delayMs: number) {
    this.#refresh = refresh;
    this.#delayMs = delayMs;
  }

  /** Something was written. */
  written(): void {
    this.#needed = true;
    this.#schedule();
  }

  /** Resolves when searches see a sequence. */
  seen(sequence: number): Promise<void> {
    if (this.#closed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      this.#waiters.push({ sequence, resolve, reject });
      this.written();
    });
  }

  /** Nothing is refreshed until what is returned is called; resolves when nothing is being refreshed. */
  async hold(): Promise<() => void> {
    this.#held++;
    await this.#running;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#held--;
      this.#schedule();
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
    for (const { reject } of this.#waiters) reject(closed());
    this.#waiters = [];
  }

  #schedule(): void {
    if (!this.#needed || this.#held > 0 || this.#running || this.#closed) return;
    const isUrgent = this.#waiters.length > 0;
    if (this.#timer !== undefined) {
      if (!isUrgent) return;
      clearTimeout(this.#timer);
    }
    const rest = this.#earliest - performance.now();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        if (this.#held === 0 && !this.#running && !this.#closed) this.#running = this.#run();
      },
      isUrgent ? Math.max(0, rest * urgentShare) : Math.max(this.#delayMs, rest),
    );
  }

  async #run(): Promise<void> {
    this.#needed = false;
    const begun = performance.now();
    let restMs = 0;
    // Those who come later may have written what this refresh does not see.
    const waiting = this.#waiters;
    try {
      await this.#refresh((sequence) => this.#tell(sequence));
      if (this.#waiters.length > 0) this.#needed = true;
    } catch (error) {
      this.#needed = true;
      restMs = retryMs;
      this.#waiters = this.#waiters.filter((waiter) => !waiting.includes(waiter));
      for (const { reject } of waiting) reject(error);
    }
    const ended = performance.now();
    this.#earliest = ended + restMs + restPerWork * (ended - begun);
    this.#running = undefined;
    this.#schedule();
  }

  #tell(sequence: number): void {
    const seeing = this.#waiters.filter((waiter) => waiter.sequence <= sequence);
    this.#waiters = this.#waiters.filter((waiter) => waiter.sequence > sequence);
    for (const { resolve } of seeing) resolve();
  }
}

const closed = () => new AttuneError('UNAVAILABLE', 'The collection is being closed.');
