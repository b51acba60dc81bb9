/** Seeded vectors for tests and benchmarks. */
import { randomNumbers } from './random.js';

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
