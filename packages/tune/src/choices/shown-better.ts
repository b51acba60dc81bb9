import { bootstrapInterval } from '@attune/evaluate';

/**
 * Whether queries show that one way answers them better than another: the 95 % interval of the mean difference lies above 0. What is only lucky on
 * these queries costs on others.
 *
 * @param values  of each query, NaN where it has none
 * @param than    the other way's
 */
export function isShownBetter(values: Float64Array, than: Float64Array): boolean {
  const differences = values
    .map((value, query) => value - than[query]!)
    .filter((difference) => !Number.isNaN(difference));
  return differences.length > 0 && bootstrapInterval(differences).low > 0;
}
