import { splitMix32 } from '@attune/train';

/** Numbers from 0 to below 1 that depend on the seed alone; static_torch.py draws the same. */
export function randomNumbers(seed: number): () => number {
  const next = splitMix32(seed);
  return () => next() / 2 ** 32;
}
