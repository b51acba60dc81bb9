/**
 * How much more processor time a work takes on twice as much: the largest of two doublings, each by the least of seven tries. 2 is proportion, 4 a
 * square. Other work of the machine comes and goes: it takes none of this time, the sizes take turns, and by the clock the longest would seldom
 * come through undisturbed.
 *
 * @param size  so large that the work takes some 20 ms
 */
export function leastRatioOfTimes(size: number, work: (size: number) => void): number {
  const sizes = [size, 2 * size, 4 * size];
  const least = sizes.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 7; ++round) {
    for (const [place, each] of sizes.entries()) {
      const begun = process.cpuUsage();
      work(each);
      const { user, system } = process.cpuUsage(begun);
      least[place] = Math.min(least[place]!, user + system);
    }
  }
  return Math.max(least[1]! / least[0]!, least[2]! / least[1]!);
}
