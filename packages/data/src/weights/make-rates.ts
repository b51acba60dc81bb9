import type { Looks, RateRule } from './impression-log.js';
import { fitRatePrior, smoothedRate } from './rates.js';

/**
 * Makes rates of weights that are sums of actions. What was never acted on keeps the weight 0.
 *
 * @param looks  how often each was looked at, above 0
 * @returns the rule that they are made by; undefined where nothing was acted on
 */
export function makeRates<Pair extends { weight: number }>(
  pairs: readonly Pair[],
  { examination, looksOf }: Looks<Pair>,
): RateRule | undefined {
  const exposures = pairs.map((pair) => ({ pair, actions: pair.weight, impressions: looksOf(pair) }));
  if (!exposures.some(({ actions }) => actions > 0)) return undefined;
  const prior = fitRatePrior(exposures);
  for (const exposure of exposures) {
    if (exposure.actions > 0) exposure.pair.weight = smoothedRate(exposure, prior);
  }
  return { prior, examination };
}
