import type { WeightKind } from '@attune/schema';
import { type NumeralForm, weightOfValue } from '../values.js';
import { percentageOf } from './column-sample.js';
import type { Impressions } from './impression-log.js';
import { foldLabel, type Vocabulary } from './labels.js';

/** What the weights of one file are, and how a row's is read. */
export interface FileWeights {
  kind: WeightKind;
  /** The columns that they are read from. None: every row counts 1. */
  columns: string[];
  /** In a sentence: what they were taken for, and why. */
  why: string;
  /** The weight of a row: NaN where it cannot be read, undefined where it is blank. */
  of(values: Readonly<Record<string, unknown>>): number | undefined;
  /** Where the log counts how often documents were shown: how often, and at which rank, that was in this row. */
  impressions?: ((values: Readonly<Record<string, unknown>>) => Impressions) | undefined;
}

/** A number, a numeral, true or false, or a percentage. */
export function numberReader(column: string, form: NumeralForm): FileWeights['of'] {
  return (values) => percentageOf(values[column], form) ?? weightOfValue(values[column], form);
}

/** A label of the vocabulary; numbers beside labels are read as they are. */
export function labelReader(
  column: string,
  vocabulary: Vocabulary | undefined,
  form: NumeralForm,
): FileWeights['of'] {
  const { weights } = vocabulary ?? { weights: new Map<string, number>() };
  return (values) => {
    const value = values[column];
    const known =
      typeof value === 'object' || value === undefined ? undefined : weights.get(foldLabel(String(value)));
    return known ?? weightOfValue(value, form);
  };
}

/** Several columns of actions, each times what one such action weighs. A blank one counts 0 beside others that are filled. */
export function actionReader(
  columns: readonly { column: string; weight: number }[],
  form: NumeralForm,
): FileWeights['of'] {
  return (values) => {
    let sum: number | undefined;
    for (const { column, weight } of columns) {
      const count = weightOfValue(values[column], form);
      if (count !== undefined) sum = (sum ?? 0) + weight * count;
    }
    return sum;
  };
}
