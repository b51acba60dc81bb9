/**
 * xoshiro128**: 32 random bits a call, from a seed; the same on every machine. Math.random cannot be seeded.
 *
 * @see Blackman, Vigna 2018, https://prng.di.unimi.it
 */
export function random32(seed: number): () => number {
  // splitmix32 spreads the seed, so that 1 and 2 start far apart and no state is all zero.
  let spread = seed >>> 0;
  const splitmix = () => {
    spread = (spread + 0x9e3779b9) | 0;
    let z = spread;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
  let s0 = splitmix();
  let s1 = splitmix();
  let s2 = splitmix();
  let s3 = splitmix();
  return () => {
    const scrambled = Math.imul(s1, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result;
  };
}
