import type { LastUsed } from './last-used.js';

/** Openings under way at once: each takes a processor for a second or two. */
export const mostOpenings = 2;

/** An opening that takes longer, such as one that makes its index anew, no longer keeps others waiting. */
const turnMs = 10_000;

/** A collection, as far as it is opened and closed. */
export interface Openable {
  readonly name: string;
  /** Whether it has threads. */
  readonly isOpen: boolean;
  /** Whether nothing of it is under way. */
  readonly isIdle: boolean;
  /** Called while it is idle. */
  closeUnused(): Promise<void>;
}

export interface OpenCollectionsOptions {
  all(): Iterable<Openable>;
  /** Collections that are open at once, unless more are at work. */
  most: number;
  lastUsed: LastUsed;
}

/**
 * Decides which collections are open. Before one more is opened than may be, the longest unused of those that have nothing under way is closed;
 * where each has something, one more is opened all the same, and the next that has nothing to do is closed.
 */
export class OpenCollections {
  readonly #options: OpenCollectionsOptions;
  readonly #opening = new Set<Openable>();
  readonly #closing = new Set<Promise<void>>();
  #turnsTaken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(options: OpenCollectionsOptions) {
    this.#options = options;
  }

  /** Those that are open or being opened. */
  get all(): Openable[] {
    return [...this.#options.all()].filter((each) => each.isOpen || this.#opening.has(each));
  }

  used({ name }: Openable): void {
    this.#options.lastUsed.used(name);
  }

  /** Has a collection opened by `open` when its turn has come and there is room. */
  async open<T>(collection: Openable, open: () => Promise<T>): Promise<T> {
    const endTurn = await this.#turn();
    const ending = setTimeout(endTurn, turnMs);
    this.#opening.add(collection);
    try {
      this.closeUnused();
      await Promise.all(this.#closing);
      return await open();
    } finally {
      clearTimeout(ending);
      this.#opening.delete(collection);
      endTurn();
      void this.#options.lastUsed.write();
    }
  }

  /** Closes those that are too many, as far as nothing of them is under way. To be called when one has become idle. */
  closeUnused(): void {
    const { most, lastUsed } = this.#options;
    const open = this.all;
    if (open.length <= most) return;
    const idle = open.filter((each) => each.isIdle && !this.#opening.has(each));
    for (const each of lastUsed.inOrder(idle).slice(0, open.length - most)) this.#close(each);
  }

  #close(collection: Openable): void {
    const closing = collection.closeUnused().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    void this.#options.lastUsed.write();
  }

  /** Resolves, when it is this one's turn, with what ends it. */
  async #turn(): Promise<() => void> {
    if (this.#turnsTaken < mostOpenings) this.#turnsTaken++;
    else await new Promise<void>((begin) => this.#waiting.push(begin));
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#turnsTaken--;
    };
  }
}
