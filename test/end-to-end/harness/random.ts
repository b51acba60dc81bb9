import { randomNumbers } from '../../random.js';

/** Numbers that are the same in every run of a seed, and what harnesses draw from them. */
export class Random {
  readonly #seed: number;
  /** From 0 to below 1. */
  readonly next: () => number;

  constructor(seed: number) {
    this.#seed = seed;
    this.next = randomNumbers(seed);
  }

  /** A whole number from `least` to `most`, both possible. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)]!;
  }

  /** A generator of its own for one task, so that the order in which tasks draw changes nothing. */
  fork(name: number): Random {
    return new Random(Math.imul(this.#seed ^ (name + 1), 0x9e3779b1) >>> 0);
  }
}
