/** Random numbers that depend on a seed alone. Every test draws from these, so that what it meets is the same in every run. */

/** mulberry32: numbers from 0 to below 1. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whole numbers from 0 to below a bound. */
export function randomBelow(seed: number): (bound: number) => number {
  const next = randomNumbers(seed);
  return (bound) => Math.floor(next() * bound);
}
