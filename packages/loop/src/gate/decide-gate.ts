import { coverageNote, type Reading } from '@attune/encode';
import { counted } from '@attune/errors';
import { bootstrapMeans, percentileInterval } from '@attune/evaluate';
import {
  defaultGateRules,
  type GateCheck,
  type GateDecision,
  type GateInput,
  type GateRules,
  type GateValidation,
  type PairedScores,
} from './gate-rules.js';

/**
 * Decides whether a candidate may replace what is in service. Default-deny: a check that failed refuses it, a check that could not
 * be made leaves the decision to a person, and only when every check has passed is the verdict `promote`. A pure function: the
 * same input gives the same decision, to the last digit.
 */
export function decideGate(input: GateInput): GateDecision {
  const rules = { ...defaultGateRules, ...definedOf(input.rules) };
  const checks = [
    validationCheck(input.validation, rules),
    textsCheck(input.readings, rules),
    ...pairedChecks('golden set', input.golden, rules.leastGoldenQueries, rules),
    ...pairedChecks('newest time slice', input.newest, rules.leastNewestQueries, rules),
    recallCheck(input, rules),
    goldenVectorsCheck(input),
    latencyCheck(input, rules),
  ];
  return decisionOf(checks);
}

/** The decision of a cycle that validation ends before there is a candidate; undefined when it continues. */
export function decideOnData(
  validation: GateValidation,
  rules: Partial<GateRules> | undefined,
): GateDecision | undefined {
  const check = validationCheck(validation, { ...defaultGateRules, ...definedOf(rules) });
  return check.passed === true ? undefined : decisionOf([check]);
}

/** The decision of a cycle whose model cannot read the texts, so that no candidate is made of it; undefined when it continues. */
export function decideOnTexts(
  readings: readonly Reading[],
  rules: Partial<GateRules> | undefined,
): GateDecision | undefined {
  const check = textsCheck(readings, { ...defaultGateRules, ...definedOf(rules) });
  return check.passed === true ? undefined : decisionOf([check]);
}

function decisionOf(checks: GateCheck[]): GateDecision {
  const failed = checks.filter(({ passed }) => passed === false);
  const open = checks.filter(({ passed }) => passed === null);
  return {
    verdict: failed.length > 0 ? 'refuse' : open.length > 0 ? 'no decision' : 'promote',
    checks,
    reasons: [...failed, ...open].map(({ said }) => said),
  };
}

function definedOf<T extends object>(options: T | undefined): Partial<T> {
  return Object.fromEntries(
    Object.entries(options ?? {}).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

function validationCheck(validation: GateValidation | undefined, { mostRejectedRows }: GateRules): GateCheck {
  const name = 'validation';
  if (validation === undefined)
    return { name, passed: null, said: 'The data was not validated.', numbers: {} };
  const { rows, rejected, failed, lacking } = validation;
  const share = rows > 0 ? rejected / rows : 0;
  const numbers = { rows, rejected, share, most: mostRejectedRows };
  if (failed.length > 0)
    return { name, passed: false, said: `The data cannot be learned from: ${failed.join('; ')}.`, numbers };
  if (lacking.length > 0)
    return { name, passed: null, said: `There is too little to learn from: ${lacking.join('; ')}.`, numbers };
  const passed = share <= mostRejectedRows;
  return {
    name,
    passed,
    said:
      `Validation left out ${count(rejected)} of ${counted(rows, 'row')} (${percent(share)}); ` +
      `up to ${percent(mostRejectedRows)} is tolerated.`,
    numbers,
  };
}

function textsCheck(readings: readonly Reading[] | undefined, { mostUnknown }: GateRules): GateCheck {
  const name = 'known texts';
  if (readings === undefined || readings.length === 0)
    return {
      name,
      passed: null,
      said: 'How much of the texts the model knows was not measured.',
      numbers: {},
    };
  const unknownOf = ({ coverage, equal }: Reading) => Math.max(coverage.unknownShare, equal?.share ?? 0);
  const worst = readings.reduce((one, other) => (unknownOf(other) > unknownOf(one) ? other : one));
  const each = readings.map(
    ({ what, coverage }) => `${percent(1 - coverage.unknownShare)} of what the ${what} say`,
  );
  return {
    name,
    passed: unknownOf(worst) <= mostUnknown,
    said:
      coverageNote(worst) ??
      `The model knows ${each.join(' and ')}; up to ${percent(mostUnknown)} may be unknown.`,
    numbers: {
      ...Object.fromEntries(readings.map(({ what, coverage }) => [`unknown ${what}`, coverage.unknownShare])),
      ...Object.fromEntries(
        readings.flatMap(({ what, equal }) => (equal ? [[`equal ${what}`, equal.share]] : [])),
      ),
      most: mostUnknown,
    },
  };
}

/** Enough queries, the lower bound of the difference, and the slices, of one judged set. */
function pairedChecks(
  name: string,
  scores: PairedScores | undefined,
  least: number,
  rules: GateRules,
): GateCheck[] {
  const queries = scores?.candidate.length ?? 0;
  const enough: GateCheck = {
    name: `${name}: queries`,
    passed: queries >= least ? true : null,
    said: scores
      ? `The ${name} (${scores.name}) has ${counted(queries, 'judged query', 'judged queries')}; ${count(least)} ${least === 1 ? 'is' : 'are'} needed to decide.`
      : `There is no ${name} to judge by; at least ${counted(least, 'judged query is', 'judged queries are')} needed to decide.`,
    numbers: { queries, least },
  };
  if (scores === undefined || enough.passed === null) return [enough];
  const differences = scores.candidate.map((value, i) => value - scores.serving[i]!);
  return [
    enough,
    differenceCheck(name, scores, differences, rules),
    slicesCheck(name, scores, differences, rules),
  ];
}

function differenceCheck(
  name: string,
  scores: PairedScores,
  differences: Float64Array,
  { rounds, seed, confidence, leastDifference }: GateRules,
): GateCheck {
  const { means, observed } = bootstrapMeans([differences], { rounds, seed });
  const { low, high } = percentileInterval(means[0]!, confidence);
  const [candidate, serving, difference] = [meanOf(scores.candidate), meanOf(scores.serving), observed[0]!];
  return {
    name: `${name}: NDCG@10`,
    passed: low >= leastDifference,
    said:
      `On the ${name} the candidate has NDCG@10 ${candidate.toFixed(4)} and what is in service ${serving.toFixed(4)}: ` +
      `${signed(difference)} (${percent(confidence)} interval ${signed(low)} to ${signed(high)}), whose lower end must be ` +
      `${leastDifference === 0 ? '0' : signed(leastDifference)} or more.`,
    numbers: { candidate, serving, difference, low, high, queries: differences.length },
  };
}

/**
 * Holm's step-down over the slices: the one that is surest to be harmed is tested at the strictest level, the next at the next,
 * until one is not shown to be harmed. So the chance of even one false alarm stays below 1 - confidence.
 */
function slicesCheck(
  name: string,
  { slices }: PairedScores,
  differences: Float64Array,
  { rounds, seed, confidence, leastSliceQueries, leastSliceDifference }: GateRules,
): GateCheck {
  const tested = slices
    .filter(({ queries }) => queries.length >= leastSliceQueries)
    .map((slice) => {
      const values = Float64Array.from(slice.queries, (query) => differences[query]!);
      const { means, observed } = bootstrapMeans([values], { rounds, seed });
      const drawn = means[0]!.slice().sort();
      // Rounds in which the slice was not harmed: of the surest harm there are the fewest.
      const spared = drawn.reduce((sum, mean) => sum + (mean >= leastSliceDifference ? 1 : 0), 0);
      return { ...slice, drawn, spared, difference: observed[0]! };
    })
    .sort((a, b) => a.spared - b.spared || a.difference - b.difference);
  const harmed: string[] = [];
  let worst: { difference: number; high: number } | undefined;
  for (const [i, { by, name: slice, queries, drawn, difference }] of tested.entries()) {
    const tail = (1 - confidence) / 2 / (tested.length - i);
    const high = drawn[Math.min(rounds - 1, Math.ceil((1 - tail) * rounds))]!;
    worst ??= { difference, high };
    if (high >= leastSliceDifference) break;
    harmed.push(
      `${by}: ${slice} (${counted(queries.length, 'query', 'queries')}) ${signed(difference)}, at best ${signed(high)}`,
    );
  }
  const what = `${tested.length} of ${counted(slices.length, 'slice')} ${tested.length === 1 ? 'has' : 'have'} ${leastSliceQueries} queries or more`;
  return {
    name: `${name}: slices`,
    passed: harmed.length === 0,
    said:
      harmed.length === 0
        ? `On the ${name} no slice is shown to lose more than ${(-leastSliceDifference).toFixed(3)}; ${what}.`
        : `On the ${name} these slices lose more than ${(-leastSliceDifference).toFixed(3)}: ${harmed.join('; ')}.`,
    numbers: {
      slices: slices.length,
      tested: tested.length,
      harmed: harmed.length,
      ...(worst ? { worstDifference: worst.difference, worstHigh: worst.high } : {}),
    },
  };
}

function recallCheck({ annRecall }: GateInput, { leastAnnRecall }: GateRules): GateCheck {
  return {
    name: 'index recall',
    passed: annRecall === undefined ? null : annRecall >= leastAnnRecall,
    said:
      annRecall === undefined
        ? 'The recall of the new index was not measured.'
        : `The new index finds ${percent(annRecall)} of the exact neighbours; ${percent(leastAnnRecall)} is needed.`,
    numbers: annRecall === undefined ? {} : { annRecall, least: leastAnnRecall },
  };
}

function goldenVectorsCheck({ goldenVectors }: GateInput): GateCheck {
  return {
    name: 'golden vectors',
    passed: goldenVectors?.match ?? null,
    said: goldenVectors?.said ?? "The candidate's golden vectors were not computed.",
    numbers: {},
  };
}

function latencyCheck({ latency }: GateInput, { mostLatencyRatio }: GateRules): GateCheck {
  const name = 'latency';
  if (latency === undefined)
    return { name, passed: null, said: 'The time of a search was not measured.', numbers: {} };
  const { ratio, low, high, queries, turns } = latency;
  return {
    name,
    passed: ratio <= mostLatencyRatio,
    said:
      `A search with the candidate takes ${ratio.toFixed(3)} times as long (middle half of ${count(queries)} queries: ` +
      `${low.toFixed(3)} to ${high.toFixed(3)}, ${turns} turns each); up to ${mostLatencyRatio} is tolerated.`,
    numbers: { ratio, low, high, queries, turns, most: mostLatencyRatio },
  };
}

const count = (value: number) => value.toLocaleString('en-US');
const percent = (share: number) => `${Number((share * 100).toFixed(2))} %`;
const signed = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(4)}`;
const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
