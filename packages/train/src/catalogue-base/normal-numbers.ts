import { splitMix32 } from '../batches.js';

/**
 * Numbers of the standard normal distribution, by Box and Muller's transform.
 *
 * @param seed  a whole number from 0 to 2^32 - 1
 */
export function normalNumbers(seed: number): () => number {
  const next = splitMix32(seed);
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const number = spare;
      spare = undefined;
      return number;
    }
    const length = Math.sqrt(-2 * Math.log((next() + 0.5) / 2 ** 32));
    const angle = (2 * Math.PI * next()) / 2 ** 32;
    spare = length * Math.sin(angle);
    return length * Math.cos(angle);
  };
}
