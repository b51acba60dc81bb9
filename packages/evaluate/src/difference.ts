import {
  bootstrapMeans,
  holm,
  minimumDetectableEffect,
  percentileInterval,
  type ResamplingOptions,
  randomisationTest,
  winLossTie,
} from './significance.js';
import type { Decision, Difference } from './types.js';

export interface DecisionRules {
  confidence: number;
  minimumQueries: number;
}

/**
 * Candidate minus baseline over the same queries, not yet corrected: `pHolm` is `p`, and nothing is decided.
 *
 * @param means  of bootstrap rounds that both legs shared; drawn here unless given
 */
export function differenceOf(
  candidate: Float64Array,
  baseline: Float64Array,
  options: ResamplingOptions,
  means?: { candidate: Float64Array; baseline: Float64Array },
): Difference {
  const differences = candidate.map((value, i) => value - baseline[i]!);
  const drawn = means
    ? means.candidate.map((mean, round) => mean - means.baseline[round]!)
    : bootstrapMeans([differences], options).means[0]!;
  const p = randomisationTest(differences, options);
  const detectable = minimumDetectableEffect(differences);
  return {
    mean: differences.reduce((sum, difference) => sum + difference, 0) / differences.length,
    ...percentileInterval(drawn, options.confidence),
    queryCount: differences.length,
    p,
    pHolm: p,
    ...winLossTie(differences),
    minimumDetectable: Number.isNaN(detectable) ? null : detectable,
    decision: 'no decision',
  };
}

/** The family's p-values corrected together, and each member decided. */
export function withHolm<Member extends Difference>(
  family: readonly Member[],
  rules: DecisionRules,
): Member[] {
  const corrected = holm(family.map(({ p }) => p));
  return family.map((member, i) => {
    const difference = { ...member, pHolm: corrected[i]! };
    return { ...difference, decision: decide(difference, rules) };
  });
}

/** Better or worse only if there are queries enough, the corrected test says so and the interval leaves 0 out. */
export function decide(
  { queryCount, pHolm, low, high }: Difference,
  { confidence, minimumQueries }: DecisionRules,
): Decision {
  if (queryCount < minimumQueries || pHolm >= 1 - confidence) return 'no decision';
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'no decision';
}
