import { AttuneError } from '@attune/errors';

interface LookUp {
  /** Conditions × rows. */
  work: number;
  /** Searches that wait for it. */
  searches: number;
}

/** What the long filters that are looked up at once have to look at. Searches for the same filter wait for one look-up, so it counts once. */
export class FilterWork {
  readonly #most: number;
  readonly #lookUps = new Map<string, LookUp>();
  #work = 0;

  /** @param most  conditions × rows together; one filter alone may have more, so that none is refused for ever */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param key  the same for searches for the same filter
   * @returns what ends it, to be called once
   * @throws {AttuneError} OVERLOADED
   */
  begin(key: string, work: number): () => void {
    let lookUp = this.#lookUps.get(key);
    if (lookUp === undefined) {
      if (this.#lookUps.size > 0 && this.#work + work > this.#most) throw tooMuch();
      lookUp = { work, searches: 0 };
      this.#lookUps.set(key, lookUp);
      this.#work += work;
    }
    ++lookUp.searches;
    return () => this.#end(key, lookUp);
  }

  #end(key: string, lookUp: LookUp): void {
    if (--lookUp.searches > 0) return;
    this.#lookUps.delete(key);
    this.#work -= lookUp.work;
  }
}

const tooMuch = () =>
  new AttuneError(
    'OVERLOADED',
    'The long filters that are looked up have as many conditions over as many documents as they may have together. Try again in a moment, ' +
      'or with fewer conditions.',
  );
