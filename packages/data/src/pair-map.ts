import { hash53, hashPair } from './hash.js';

/**
 * Values by two texts, such as the ids of a query and a document. The texts are compared one by one and not joined, because whatever stood
 * between them might stand in them as well. Open addressing over the entries' numbers: some 40 bytes for each pair, where a Map of
 * pairs takes two hundred.
 */
export class PairMap<Value> {
  readonly #firsts: string[] = [];
  readonly #seconds: string[] = [];
  readonly #values: Value[] = [];
  /** Number of an entry + 1; 0: free. */
  #slots = new Int32Array(1024);

  get(first: string, second: string): Value | undefined {
    const entry = this.#slots[this.#slotOf(first, second)] as number;
    return entry === 0 ? undefined : this.#values[entry - 1];
  }

  set(first: string, second: string, value: Value): void {
    const slot = this.#slotOf(first, second);
    const known = this.#slots[slot] as number;
    if (known > 0) {
      this.#values[known - 1] = value;
      return;
    }
    this.#firsts.push(first);
    this.#seconds.push(second);
    this.#slots[slot] = this.#values.push(value);
    if (this.#values.length * 2 > this.#slots.length) this.#grow();
  }

  /** Where the pair stands, or would stand. */
  #slotOf(first: string, second: string): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(first, second) & mask;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry === 0 || (this.#firsts[entry - 1] === first && this.#seconds[entry - 1] === second))
        return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let at = 0; at < this.#values.length; at += 1) {
      let slot = hashOf(this.#firsts[at] as string, this.#seconds[at] as string) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = at + 1;
    }
  }
}

/** 32 bits. */
function hashOf(first: string, second: string): number {
  return hashPair(hash53(first), hash53(second)) >>> 0;
}
