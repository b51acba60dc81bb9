/**
 * xoshiro128**: random bits from a seed, the same on every machine. Math.random cannot be seeded.
 *
 * @see Blackman, Vigna 2018, https://prng.di.unimi.it
 */
export class RandomWords {
  readonly #state = new Int32Array(4);

  constructor(seed: number) {
    // Weyl steps and Murmur3's finaliser spread the seed, so that 1 and 2 start far apart and no state is all zero.
    let step = seed | 0;
    for (let i = 0; i < 4; ++i) {
      step = (step + 0x9e3779b9) | 0;
      let z = step;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.#state[i] = z ^ (z >>> 16);
    }
  }

  /** Fills with 32 random bits each. Many at once, so that the state stays in registers. */
  fill(words: Uint32Array): void {
    let s0 = this.#state[0]!;
    let s1 = this.#state[1]!;
    let s2 = this.#state[2]!;
    let s3 = this.#state[3]!;
    for (let i = 0; i < words.length; ++i) {
      const scrambled = Math.imul(s1, 5);
      words[i] = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
      const shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = (s3 << 11) | (s3 >>> 21);
    }
    this.#state.set([s0, s1, s2, s3]);
  }

  next(): number {
    const word = new Uint32Array(1);
    this.fill(word);
    return word[0]!;
  }
}
