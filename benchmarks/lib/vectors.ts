/**
 * Seeded vectors that benchmarks/search/faiss_flat.py makes too: number i is a hash of (seed, i), so that both languages
 * get them fast.
 *
 * @returns float32, [count, dim], numbers from -1 to 1 in steps of 2^-23
 */
export function hashedVectors(count: number, dim: number, { seed }: { seed: number }): Float32Array {
  const vectors = new Float32Array(count * dim);
  for (let i = 0; i < vectors.length; i++) {
    let z = (Math.imul(i + 1, 0x9e3779b9) + seed) >>> 0;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    vectors[i] = ((z ^ (z >>> 15)) >>> 8) / 2 ** 23 - 1;
  }
  return vectors;
}
