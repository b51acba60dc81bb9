/**
 * SplitMix32: a generator whose whole state is one number, so that any place of it can be reached again. Steele, Lea, Flood
 * 2014, https://doi.org/10.1145/2660193.2660195, with the 32-bit finaliser of Pelle Evensen's and TheIronBorn's search.
 *
 * @returns whole numbers from 0 to 2^32 - 1
 */
export function splitMix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/**
 * Every item once, in an order that only the seed and the number of the epoch decide: a resumed training needs no
 * memory of the epochs before. Fisher-Yates; each draw is taken modulo what is left, whose bias is below count / 2^32.
 */
export function epochOrder(count: number, seed: number, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  // The seed is mixed before the epoch is added, so that seed 1, epoch 2 is not seed 2, epoch 1.
  const next = splitMix32(splitMix32(seed)() + epoch);
  for (let left = count; left > 1; --left) {
    const chosen = next() % left;
    const last = order[left - 1]!;
    order[left - 1] = order[chosen]!;
    order[chosen] = last;
  }
  return order;
}

export interface Schedule {
  steps: number;
  /** The learning rate at the end of the warm-up. */
  peak: number;
  /** Share of the steps. */
  warmup: number;
}

/** The learning rate of a step, from 0 on: a linear rise to the peak, then a linear fall that would reach 0 at `steps`. */
export function learningRateAt(step: number, { steps, peak, warmup }: Schedule): number {
  const rising = Math.round(steps * warmup);
  return step < rising ? (peak * (step + 1)) / rising : (peak * (steps - step)) / (steps - rising);
}
