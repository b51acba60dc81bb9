import type { WeightKind } from '@attune/schema';
import type { SourcePlan } from '../source-plan.js';
import type { DatasetWeights } from '../types.js';
import type { RateRule } from './impression-log.js';

/** Of files that differ, the kind of all of them: counts where there are some, for their highest says nothing of the others. */
const preference: readonly WeightKind[] = ['counts', 'rates', 'labels', 'grades'];

/**
 * What the weights of a dataset's interactions are, from those of its files.
 *
 * @param rates  the rule by which counts became rates, once all rows are read
 */
export function datasetWeights(
  { files }: SourcePlan,
  actionWeights: Readonly<Record<string, number>>,
  rates?: RateRule,
): DatasetWeights {
  const found = files.flatMap(({ role, name, weights }): (DatasetWeights & { name: string })[] => {
    if (role === 'interactions' && weights) return [{ ...weights, name }];
    if (role !== 'events') return [];
    const list = Object.entries(actionWeights)
      .filter(([, weight]) => weight !== 0)
      .map(([action, weight]) => `${action} ${weight}`);
    return [{ kind: 'counts', why: `What people did is counted (${list.join(', ')}).`, name }];
  });
  const told = new Map<string, string[]>();
  for (const { name, why } of found) told.set(why, [...(told.get(why) ?? []), name]);
  const sentences = [...told].map(([why, names]) => (told.size > 1 ? `${listOf(names)}: ${why}` : why));
  if (rates !== undefined) return { kind: 'rates', why: [...sentences, rateSentence(rates)].join(' ') };
  const kind = preference.find((each) => found.some((file) => file.kind === each)) ?? 'grades';
  if (new Set(found.map((file) => file.kind)).size > 1) sentences.push(`Together they are read as ${kind}.`);
  return { kind, why: sentences.join(' ') };
}

function listOf([first = '', ...others]: readonly string[]): string {
  if (others.length === 0) return first;
  return `${first} and ${others.length} other ${others.length === 1 ? 'file' : 'files'}`;
}

function rateSentence({ prior, examination }: RateRule): string {
  const [shape, rate] = [prior.shape, prior.rate].map((value) => Number(value.toPrecision(3)));
  const looks = examination === undefined ? 'impressions' : 'looks';
  const byRank =
    examination === undefined
      ? ''
      : ` A document at rank r is looked at r^-${examination.exponent.toFixed(2)} times as often as one at rank 1, by the log.`;
  return `They become rates, smoothed by a prior fitted to the log: (actions + ${shape}) / (${looks} + ${rate}).${byRank}`;
}
