import type { WeightKind } from '@attune/schema';
import { countsByName, gradesByName, ratesByName } from './column-names.js';
import type { ColumnSample } from './column-sample.js';
import { type Vocabulary, vocabularyOf } from './labels.js';

/** What a column of weights holds, and how that can be seen. */
export interface KindOfColumn {
  kind: WeightKind;
  /** Goes on from "since ", without a full stop. */
  why: string;
  /** Of labels that are known. */
  vocabulary?: Vocabulary | undefined;
}

/** More different values than a scale of grades has. */
const mostGrades = 20;

/**
 * Tells what a column of weights holds: first by texts, then by its name where the values allow it, then by the values. Grades are few and
 * small, and most of them reach half of the highest; counts and rates have many values and a heavy tail, so that hardly one does.
 */
export function kindOfColumn(sample: ColumnSample): KindOfColumn {
  const { column, numbers, whole, highest, distinct, labels } = sample;
  if (labels.size > 0 && numbers === 0) {
    const vocabulary = vocabularyOf(labels.keys());
    const listed = [...labels.values()].slice(0, 5).join(', ');
    return {
      kind: 'labels',
      why: vocabulary
        ? `its values are ${vocabulary.name} (${listed})`
        : `its values are words (${listed}) that stand for no known weights`,
      vocabulary,
    };
  }
  if (sample.percentages > 0) return { kind: 'rates', why: 'its values are percentages' };
  const isWhole = whole === numbers;
  const lowest = sample.values[0] ?? 0;
  const range = lowest === highest ? `are all ${highest}` : `go from ${lowest} to ${highest}`;
  if (ratesByName(column) && !(isWhole && highest > 100))
    return { kind: 'rates', why: `its name says so and its values ${range}` };
  if (countsByName(column) && (isWhole || highest > 1))
    return { kind: 'counts', why: `its name says so and its values ${range}` };
  if (gradesByName(column) && highest <= 10)
    return { kind: 'grades', why: `its name says so and its values ${range}` };

  const few =
    distinct === 1
      ? `all its values are ${highest}`
      : `it has ${distinct} different values, from ${lowest} to ${highest}`;
  const hasTail = sample.shareOfUpperHalf < 0.2 && (isWhole ? highest > 5 : distinct > 10);
  if (distinct <= mostGrades && stepsOf(sample) <= 10 && !hasTail) return { kind: 'grades', why: few };
  if (sample.shareOfUpperHalf >= 0.5 && highest <= 100)
    return { kind: 'grades', why: `its values ${range} and most reach half of the highest` };
  const seldom = `only ${percent(sample.shareOfUpperHalf)} of its values above 0 reach half of the highest`;
  if (highest <= 1) return { kind: 'rates', why: `its values ${range}, and ${seldom}` };
  if (isWhole)
    return {
      kind: 'counts',
      why: `its values are whole numbers from ${lowest} to ${highest}, and ${seldom}`,
    };
  return { kind: 'counts', why: `its values ${range}, and ${seldom}` };
}

/** Into how many steps of the smallest distance the scale from 0 to the highest value falls: 5 grades of 0, 25, … 100 have 4. */
function stepsOf({ values, highest }: ColumnSample): number {
  if (highest <= 10) return 10;
  const step = values.reduce(commonDivisor, 0);
  return step > 0 ? highest / step : Number.POSITIVE_INFINITY;
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
