/**
 * How much longer a work takes on twice as much: the largest of two doublings, each by the least of seven tries. 2 is proportion, 4 a square. The
 * sizes take turns, so that other work of the machine, which comes and goes, meets all of them.
 *
 * @param size  so large that the work takes some 20 ms
 */
export function leastRatioOfTimes(size: number, work: (size: number) => void): number {
  const sizes = [size, 2 * size, 4 * size];
  const least = sizes.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 7; ++round) {
    for (const [place, each] of sizes.entries()) {
      const begun = performance.now();
      work(each);
      least[place] = Math.min(least[place]!, performance.now() - begun);
    }
  }
  return Math.max(least[1]! / least[0]!, least[2]! / least[1]!);
}
