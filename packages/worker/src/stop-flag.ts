/** One bit in memory that threads share: work that reads no messages while it runs can still see that it is to stop. */
export class StopFlag {
  readonly memory: SharedArrayBuffer;
  readonly #cell: Int32Array;

  /** @param memory  of the flag of another thread, 4 bytes; a new one otherwise */
  constructor(memory = new SharedArrayBuffer(4)) {
    this.memory = memory;
    this.#cell = new Int32Array(memory);
  }

  get isSet(): boolean {
    return Atomics.load(this.#cell, 0) !== 0;
  }

  set(): void {
    Atomics.store(this.#cell, 0, 1);
  }
}
