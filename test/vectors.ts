/** Seeded vectors for tests and benchmarks. */

/** mulberry32: numbers in [0, 1) that depend on the seed alone. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @returns float32, [count, dim], numbers from -1 to 1 */
export function randomVectors(count: number, dim: number, options: { seed: number }): Float32Array {
  const next = randomNumbers(options.seed);
  return Float32Array.from({ length: count * dim }, () => 2 * next() - 1);
}

/** @returns float32, [count, dim], rows of unit length */
export function unitVectors(count: number, dim: number, options: { seed: number }): Float32Array {
  const vectors = randomVectors(count, dim, options);
  for (let row = 0; row < count; row++) {
    const vector = vectors.subarray(row * dim, (row + 1) * dim);
    const length = Math.hypot(...vector);
    for (let i = 0; i < dim; i++) vector[i]! /= length;
  }
  return vectors;
}
