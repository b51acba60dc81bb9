import type { SearchRecord, Store } from '@attune/store';
import type { Log } from './options.js';

const flushAfterMs = 200;
const recordsAtOnce = 512;
/** What is kept while the store cannot take it; of more, the oldest go. */
const mostKept = 10_000;

/** Answered searches on their way to the store: together, and never in the way of the answer. */
export class SearchLog {
  readonly #store: Store;
  readonly #log: Log;
  readonly #noted: (bytes: number) => void;
  #waiting: SearchRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  /** @param noted  told of the bytes that all searches take, whenever some were written */
  constructor(store: Store, log: Log, noted: (bytes: number) => void) {
    this.#store = store;
    this.#log = log;
    this.#noted = noted;
  }

  add(record: SearchRecord): void {
    this.#waiting.push(record);
    if (this.#waiting.length >= recordsAtOnce) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), flushAfterMs);
  }

  /** Resolves when all that was added is in the store, or could not be written, which is logged. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length > 0) {
      const records = this.#waiting;
      this.#waiting = [];
      this.#flushing = this.#flushing.then(() => this.#write(records));
    }
    return this.#flushing;
  }

  async #write(records: SearchRecord[]): Promise<void> {
    for (let begin = 0; begin < records.length; begin += recordsAtOnce) {
      try {
        this.#noted(await this.#store.recordSearches(records.slice(begin, begin + recordsAtOnce)));
      } catch (error) {
        const kept = [...records.slice(begin), ...this.#waiting];
        this.#waiting = kept.slice(-mostKept);
        const lost = kept.length - this.#waiting.length;
        this.#log(
          'warn',
          `Searches could not be recorded: ${(error as Error).message}` +
            (lost > 0 ? ` ${lost} of them are lost; events that cite them will not be joined.` : ''),
        );
        return;
      }
    }
  }
}
