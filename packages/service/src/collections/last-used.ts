import { readJson, writeJson } from '@attune/files';
import { lastUsedFile } from '@attune/store';
import type { Log } from '../options.js';

/**
 * Which collections were used last. It is noted beside the store when one is opened or closed, and not at each search: after a crash, those
 * that were open are known, and their order is that of their openings.
 */
export class LastUsed {
  readonly #file: string;
  readonly #log: Log;
  /** Names, the longest unused first. */
  readonly #names: Set<string>;
  #writing: Promise<void> = Promise.resolve();
  /** A write that has not begun, which will note what is used until then. */
  #next: Promise<void> | undefined;

  private constructor(file: string, names: readonly string[], log: Log) {
    this.#file = file;
    this.#names = new Set(names);
    this.#log = log;
  }

  /** @param data  the data folder */
  static async read(data: string, log: Log): Promise<LastUsed> {
    const file = lastUsedFile(data);
    // A damaged note is none: it only says what is opened first.
    const found = await readJson<unknown>(file).catch(() => undefined);
    const names = Array.isArray(found) ? found.filter((each) => typeof each === 'string') : [];
    return new LastUsed(file, names, log);
  }

  used(name: string): void {
    this.#names.delete(name);
    this.#names.add(name);
  }

  forget(name: string): void {
    this.#names.delete(name);
  }

  /** The longest unused first; those that were never used, before all others. */
  inOrder<Named extends { name: string }>(collections: Iterable<Named>): Named[] {
    const places = new Map([...this.#names].map((name, place) => [name, place]));
    const placeOf = ({ name }: Named) => places.get(name) ?? -1;
    return [...collections].sort((a, b) => placeOf(a) - placeOf(b));
  }

  /** Resolves when it is noted, or could not be, which is logged. */
  write(): Promise<void> {
    this.#next ??= this.#writing.then(() => this.#write());
    this.#writing = this.#next;
    return this.#next;
  }

  async #write(): Promise<void> {
    this.#next = undefined;
    try {
      await writeJson(this.#file, [...this.#names]);
    } catch (error) {
      this.#log('warn', `Which collections were used last could not be noted: ${(error as Error).message}`);
    }
  }
}
