import type { WeightKind } from '@attune/schema';
import type { SourcePlan } from '../source-plan.js';
import type { DatasetWeights } from '../types.js';

/** Of files that differ, the kind of all of them: counts where there are some, for their highest says nothing of the others. */
const preference: readonly WeightKind[] = ['counts', 'rates', 'labels', 'grades'];

/** What the weights of a dataset's interactions are, from those of its files. */
export function datasetWeights(
  { files }: SourcePlan,
  actionWeights: Readonly<Record<string, number>>,
): DatasetWeights {
  const found = files.flatMap(({ role, name, weights }): (DatasetWeights & { name: string })[] => {
    if (role === 'interactions' && weights) return [{ ...weights, name }];
    if (role !== 'events') return [];
    const list = Object.entries(actionWeights)
      .filter(([, weight]) => weight !== 0)
      .map(([action, weight]) => `${action} ${weight}`);
    return [{ kind: 'counts', why: `What people did is counted (${list.join(', ')}).`, name }];
  });
  const kind = preference.find((each) => found.some((file) => file.kind === each)) ?? 'grades';
  const why = [...new Set(found.map(({ name, why }) => (found.length > 1 ? `${name}: ${why}` : why)))].join(
    ' ',
  );
  const differ = new Set(found.map((file) => file.kind)).size > 1;
  return { kind, why: differ ? `${why} Together they are read as ${kind}.` : why };
}
