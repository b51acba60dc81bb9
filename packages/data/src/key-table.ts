/**
 * Numbers the different keys that come along: the first is 0, the next new one 1. Open addressing over typed arrays:
 * 24 bytes or fewer for each key, where a Map of strings takes a hundred.
 */
export class KeyTable {
  #keys = new Float64Array(1024).fill(-1); // -1: free; keys are hashes, never negative
  #ordinals = new Int32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The number of the key, given to it now when it is new. */
  add(key: number): number {
    if ((this.#size + 1) * 3 > this.#keys.length * 2) this.#grow();
    const slot = this.#slotOf(key);
    if (this.#keys[slot] === key) return this.#ordinals[slot] as number;
    this.#keys[slot] = key;
    this.#ordinals[slot] = this.#size;
    this.#size += 1;
    return this.#size - 1;
  }

  /** The number of the key, or -1. */
  find(key: number): number {
    const slot = this.#slotOf(key);
    return this.#keys[slot] === key ? (this.#ordinals[slot] as number) : -1;
  }

  has(key: number): boolean {
    return this.find(key) !== -1;
  }

  #slotOf(key: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    // The keys are well mixed in their low bits, which `>>> 0` takes.
    let slot = (key >>> 0) & mask;
    while (keys[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const ordinals = this.#ordinals;
    this.#keys = new Float64Array(keys.length * 2).fill(-1);
    this.#ordinals = new Int32Array(keys.length * 2);
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at] as number;
      if (key === -1) continue;
      const slot = this.#slotOf(key);
      this.#keys[slot] = key;
      this.#ordinals[slot] = ordinals[at] as number;
    }
  }
}

/** A column of numbers that grows, beside a KeyTable. Unset places hold 0. */
export class NumberColumn {
  #values: Float64Array | Int32Array;

  constructor(kind: 'float64' | 'int32') {
    this.#values = kind === 'float64' ? new Float64Array(1024) : new Int32Array(1024);
  }

  get(row: number): number {
    return this.#values[row] ?? 0;
  }

  set(row: number, value: number): void {
    if (row >= this.#values.length) {
      const Kind = this.#values instanceof Float64Array ? Float64Array : Int32Array;
      const longer = new Kind(Math.max(row + 1, this.#values.length * 2));
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[row] = value;
  }
}
