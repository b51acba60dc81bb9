/**
 * How much longer a work takes on twice as much: the largest of two doublings, each by the least of five tries. 2 is proportion, 4 a square.
 *
 * @param size  so large that the work takes some 20 ms
 */
export function leastRatioOfTimes(size: number, work: (size: number) => void): number {
  const least = (size: number): number => {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 5; ++round) {
      const begun = performance.now();
      work(size);
      best = Math.min(best, performance.now() - begun);
    }
    return best;
  };
  const [once, twice, fourTimes] = [least(size), least(2 * size), least(4 * size)];
  return Math.max(twice / once, fourTimes / twice);
}
