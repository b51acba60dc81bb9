import { RandomWords } from '@attune/evaluate';

/**
 * From a share in [0, 1) to the number of a query: the n-th most popular is asked in proportion to n^-exponent. Which queries are
 * popular is drawn by the seed.
 *
 * @param {number} count
 * @param {number} exponent
 * @param {number} seed
 * @returns {(share: number) => number}
 */
export function zipf(count, exponent, seed) {
  const random = new RandomWords(seed);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; --i) {
    const j = Math.floor((random.next() / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const upTo = new Float64Array(count);
  let total = 0;
  for (let i = 0; i < count; ++i) {
    total += (i + 1) ** -exponent;
    upTo[i] = total;
  }
  return (share) => {
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] > share * total) high = middle;
      else low = middle + 1;
    }
    return order[low];
  };
}
