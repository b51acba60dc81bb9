import { setImmediate as afterOthers } from 'node:timers/promises';
import { counted } from '@attune/errors';
import type { Store } from '@attune/store';
import type { Log, RetentionSettings } from '../options.js';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/**
 * Forgets searches that no event cites once they are old or take too much of the disk, and idempotency keys of events once nobody sends those
 * again: at the start, every hour, and when a search more is too much. Searches that events cite are what is learned from, and stay.
 */
export class KeptSearches {
  readonly #store: Store;
  readonly #settings: RetentionSettings;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #last: Promise<void> = Promise.resolve();
  #isWaiting = false;
  #isClosed = false;

  constructor(store: Store, settings: RetentionSettings, log: Log) {
    this.#store = store;
    this.#settings = settings;
    this.#log = log;
    this.#timer = setInterval(() => void this.sweep(), hourMs).unref();
    void this.sweep();
  }

  /** Is told how many bytes all searches take, whenever some were noted. */
  noted(bytes: number): void {
    if (bytes > this.#settings.searchBytes) void this.sweep();
  }

  /** Looks soon; what is asked until then is done with it. */
  sweep(): Promise<void> {
    if (this.#isWaiting || this.#isClosed) return this.#last;
    this.#isWaiting = true;
    this.#last = this.#last.then(async () => {
      this.#isWaiting = false;
      await this.#forget().catch((error: unknown) =>
        this.#log('warn', `Old searches could not be removed: ${(error as Error).message}`),
      );
    });
    return this.#last;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#last;
  }

  async #forget(): Promise<void> {
    const { searchDays, searchBytes, idempotencyDays } = this.#settings;
    const now = Date.now();
    const keep = { before: now - searchDays * dayMs, mostBytes: searchBytes };
    let removed = 0;
    for (let gone = 1; gone > 0 && !this.#isClosed; removed += gone) {
      gone = await this.#store.pruneSearches(keep);
      await afterOthers();
    }
    if (removed > 0) {
      this.#log(
        'info',
        `${counted(removed, 'search that no event cites was', 'searches that no event cites were')} removed: older than ${searchDays} days, or the oldest ` +
          `of more than ${(searchBytes / 2 ** 20).toFixed(0)} MiB.`,
      );
    }
    if (!this.#isClosed) await this.#store.pruneIdempotency({ before: now - idempotencyDays * dayMs });
  }
}
