/** Whether something grows: a straight line through samples, with how sure its slope is. */
export interface Slope {
  /** Units of y for one of x. */
  slope: number;
  /** 95 % interval of it. */
  low: number;
  high: number;
}

/**
 * Least squares. Samples in a row of memory lean on each other, which makes the plain interval too narrow; it is widened as for
 * fewer independent samples, by the first autocorrelation r of the residuals: n' = n (1 - r) / (1 + r).
 *
 * @see Santer et al. 2000, https://doi.org/10.1029/1999JD901105, eq. 6
 */
export function slopeOf(x: readonly number[], y: readonly number[]): Slope {
  const n = x.length;
  if (n < 4) return { slope: 0, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const [meanX, meanY] = [mean(x), mean(y)];
  const sxx = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  const slope = x.reduce((sum, value, i) => sum + (value - meanX) * (y[i]! - meanY), 0) / sxx;
  const residuals = y.map((value, i) => value - meanY - slope * (x[i]! - meanX));
  const squares = residuals.reduce((sum, value) => sum + value * value, 0);
  const lagged = residuals.slice(1).reduce((sum, value, i) => sum + value * residuals[i]!, 0);
  const r = squares > 0 ? Math.max(0, Math.min(0.98, lagged / squares)) : 0;
  const independent = Math.max(3, (n * (1 - r)) / (1 + r));
  const error = Math.sqrt(squares / (independent - 2) / sxx);
  // Student's t at 97.5 %, to within a percent from 3 degrees of freedom on.
  const freedom = independent - 2;
  const t = 1.96 + 2.4 / freedom + 2.8 / freedom ** 2 + (freedom < 3 ? 5.5 / freedom ** 3 : 0);
  return { slope, low: slope - t * error, high: slope + t * error };
}
