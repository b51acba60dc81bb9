/** What was done to one document for one query, and how often it could have been. */
export interface Exposure {
  /** Sum of the weights of actions. */
  actions: number;
  /** Times that it was shown, above 0. */
  impressions: number;
}

/** A gamma distribution of rates: mean shape / rate, variance shape / rate². */
export interface RatePrior {
  shape: number;
  /** In impressions: what is known before anything was shown counts as much as so many of them. */
  rate: number;
}

/**
 * The prior of actions per impression that a log shows, by the method of moments. Of pair i with c actions in E impressions, c is
 * Poisson with mean λ · E, and λ has a gamma distribution:
 *
 *     m = Σ c / Σ E        A = Σ E (c / E - m)² / Σ E  -  m / mean of E        shape = m² / A,  rate = m / A
 *
 * Chance alone makes rates differ by m / mean of E, which is taken off; where no more is left, A is a hundredth of m². A gamma instead of a
 * beta, because weights of carts and orders make more actions than impressions.
 *
 * @see Clayton, Kaldor 1987, https://doi.org/10.2307/2532003; Marshall 1991, https://doi.org/10.2307/2347593 (the moments)
 */
export function fitRatePrior(exposures: Iterable<Exposure>): RatePrior {
  const all = [...exposures];
  const actions = all.reduce((sum, each) => sum + each.actions, 0);
  const impressions = all.reduce((sum, each) => sum + each.impressions, 0);
  const mean = actions / impressions;
  const spread =
    all.reduce((sum, each) => sum + each.impressions * (each.actions / each.impressions - mean) ** 2, 0) /
    impressions;
  const byChance = mean / (impressions / all.length);
  const variance = Math.max(spread - byChance, mean ** 2 / 100);
  return { shape: mean ** 2 / variance, rate: mean / variance };
}

/** The posterior mean of the rate, (actions + shape) / (impressions + rate): few impressions say little against the prior. */
export function smoothedRate({ actions, impressions }: Exposure, { shape, rate }: RatePrior): number {
  return (actions + shape) / (impressions + rate);
}
