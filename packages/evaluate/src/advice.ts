import { counted } from '@attune/errors';
import type { Advice, Comparison, EvaluationSettings, Leg, ServedBy, SetReport } from './types.js';

/** From the simplest to serve on. Unless another is shown to be better, the simplest is what to serve. */
const simplestFirst: readonly ServedBy[] = ['words', 'base', 'tuned', 'fused'];

const inWords: Record<ServedBy, string> = {
  words: 'words alone',
  base: 'the base model',
  tuned: 'the tuned model',
  fused: 'the tuned model fused with words',
};

/** A smaller difference of a metric between 0 and 1 is not worth more judging: nobody notices it in use. */
const smallestRelevant = 0.01;

/**
 * How many queries show the observed difference, or the smallest relevant one where that is larger, in four cases of
 * five (80 % power at the 5 % level, two-sided), by the normal approximation:
 *
 *     queries = ((z(0.975) + z(0.8)) · s / max(|mean|, 0.01))²
 *
 * with s the standard deviation of the paired differences. Since minimumDetectable is `detectableDifference(s, queryCount)`,
 * this is queryCount · (minimumDetectable / max(|mean|, 0.01))². Holm's correction is not in it, so a family of many
 * pairs needs somewhat more.
 *
 * @returns at least `minimumQueries`; null where fewer than two queries show no spread
 * @see Sakai 2016, Topic set size design, https://doi.org/10.1007/s10791-015-9273-z
 */
export function queriesToDecide(
  { mean, queryCount, minimumDetectable }: Pick<Comparison, 'mean' | 'queryCount' | 'minimumDetectable'>,
  minimumQueries: number,
): number | null {
  if (minimumDetectable === null) return null;
  const effect = Math.max(Math.abs(mean), smallestRelevant);
  return Math.max(minimumQueries, Math.ceil(queryCount * (minimumDetectable / effect) ** 2));
}

/**
 * What to serve: of the legs that are shown to be better than the simplest, the one of the highest mean; the simplest
 * itself where none is. It stands against the best of the others, or against the simplest.
 *
 * @returns null where fewer than two legs say what they are served by, or no query defines the metric
 */
export function adviceOf(main: SetReport, legs: readonly Leg[], settings: EvaluationSettings): Advice | null {
  const metric = settings.primary;
  const meanOf = (leg: Leg) => main.legs.find(({ name }) => name === leg.name)?.metrics[metric]?.mean;
  const served = legs
    .filter((leg) => leg.servedBy !== undefined && meanOf(leg) !== undefined)
    .sort((a, b) => simplestFirst.indexOf(a.servedBy!) - simplestFirst.indexOf(b.servedBy!));
  const [simplest, ...others] = served;
  if (!simplest || others.length === 0) return null;

  others.sort((a, b) => meanOf(b)! - meanOf(a)!);
  const pairWith = (leg: Leg) => pairOf(main.comparisons, metric, leg.name, simplest.name);
  const shownBetter = others.find((leg) => isShown(pairWith(leg), settings) && pairWith(leg).mean > 0);
  const chosen = shownBetter ?? simplest;
  const rival = shownBetter ? simplest : others[0]!;
  const pair = pairOf(main.comparisons, metric, chosen.name, rival.name);
  const enough = pair.queryCount >= settings.minimumQueries;
  const sure = !isShown(pair, settings) ? 'not shown' : enough ? 'shown' : 'likely';
  const needed = queriesToDecide(pair, settings.minimumQueries);
  const advice = {
    serve: chosen.servedBy!,
    leg: chosen.name,
    against: rival.name,
    sure,
    mean: pair.mean,
    low: pair.low,
    high: pair.high,
    pHolm: pair.pHolm,
    queryCount: pair.queryCount,
    moreQueries: sure === 'shown' ? 0 : needed === null ? null : Math.max(0, needed - pair.queryCount),
  } as const;
  const worse = others
    .filter((leg) => leg !== rival && isShown(pairWith(leg), settings) && pairWith(leg).mean < 0)
    .map(
      (leg) =>
        `${capital(inWords[leg.servedBy!])} is shown to be ${(-pairWith(leg).mean).toFixed(4)} below ${inWords[simplest.servedBy!]}.`,
    );
  const sentence = [sentenceOf(advice, metric, rival.servedBy!, settings), ...worse].join(' ');
  return { ...advice, sentence };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function isShown(pair: Comparison, { confidence }: EvaluationSettings): boolean {
  return pair.pHolm < 1 - confidence && (pair.low > 0 || pair.high < 0);
}

/** The comparison of two legs, turned where the report holds it the other way round. */
function pairOf(
  comparisons: readonly Comparison[],
  metric: string,
  leg: string,
  against: string,
): Comparison {
  const pair = comparisons.find(
    (c) =>
      c.metric === metric &&
      (c.candidate === leg ? c.baseline === against : c.baseline === leg && c.candidate === against),
  )!;
  if (pair.candidate === leg) return pair;
  // From 0, not by a minus sign: -0 would not come back from JSON.
  const { mean, low, high } = pair;
  return { ...pair, candidate: leg, baseline: against, mean: 0 - mean, low: 0 - high, high: 0 - low };
}

function sentenceOf(
  { serve, sure, mean, low, high, pHolm, queryCount, moreQueries }: Omit<Advice, 'sentence'>,
  metric: string,
  rival: ServedBy,
  { confidence }: EvaluationSettings,
): string {
  const side = mean < 0 ? 'below' : 'above';
  const figures =
    `its ${metric} is ${Math.abs(mean).toFixed(4)} ${side} that of ${inWords[rival]} on ${counted(queryCount, 'query', 'queries')} ` +
    `(${Math.round(confidence * 100)} % interval ${signed(low)} to ${signed(high)}, p ${pHolm.toPrecision(2)} after Holm)`;
  const more =
    moreQueries === null
      ? 'How many judged queries would decide cannot be told from so few.'
      : moreQueries === 0
        ? 'More judged queries of this kind are unlikely to show a difference that matters.'
        : `About ${counted(moreQueries, 'more judged query', 'more judged queries')} would decide.`;
  if (sure === 'shown') return `Serve ${inWords[serve]}. This is shown: ${figures}.`;
  if (sure === 'likely')
    return `Serve ${inWords[serve]}. This is likely, on few queries: ${figures}. ${more}`;
  return `Serve ${inWords[serve]} for now, since nothing else is shown to be better: ${figures}. ${more}`;
}

const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
