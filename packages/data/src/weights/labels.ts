import { AttuneError } from '@attune/errors';

/** Words that stand for grades, with the grade of each, 0 to 1. */
export interface Vocabulary {
  /** For messages, such as "ESCI's letters". */
  name: string;
  /** Folded label -> weight. */
  weights: ReadonlyMap<string, number>;
  /** Its words also say other things than how well a document answers, so a column must be named as a label to be taken for it. */
  ambiguous: boolean;
}

const vocabulary = (
  name: string,
  weights: Readonly<Record<string, number>>,
  ambiguous = false,
): Vocabulary => ({ name, weights: new Map(Object.entries(weights)), ambiguous });

/**
 * The vocabularies that are known without being declared, in the order in which they are tried.
 *
 * ESCI: exact, substitute, complement, irrelevant, with the gains of its own task. The other scales are spaced evenly, as TREC's are.
 *
 * @see Reddy and others 2022, https://arxiv.org/abs/2206.06588, sec. 4.1 (gains 1, 0.1, 0.01, 0)
 */
export const vocabularies: readonly Vocabulary[] = [
  vocabulary("ESCI's letters", { e: 1, s: 0.1, c: 0.01, i: 0 }),
  vocabulary("ESCI's words", { exact: 1, substitute: 0.1, complement: 0.01, irrelevant: 0 }),
  vocabulary('exact to irrelevant', {
    exact: 1,
    'exact match': 1,
    partial: 0.5,
    'partial match': 0.5,
    irrelevant: 0,
    'no match': 0,
  }),
  vocabulary('relevant or not', {
    relevant: 1,
    'partially relevant': 0.5,
    'somewhat relevant': 0.5,
    'marginally relevant': 0.5,
    irrelevant: 0,
    'not relevant': 0,
    'non relevant': 0,
    nonrelevant: 0,
  }),
  vocabulary('highly relevant to irrelevant', {
    'perfectly relevant': 1,
    'highly relevant': 1,
    'very relevant': 1,
    relevant: 0.67,
    'partially relevant': 0.33,
    'somewhat relevant': 0.33,
    'marginally relevant': 0.33,
    irrelevant: 0,
    'not relevant': 0,
    'non relevant': 0,
  }),
  vocabulary('excellent to bad', { excellent: 1, good: 0.67, fair: 0.33, bad: 0, poor: 0 }),
  vocabulary('perfect to bad', { perfect: 1, excellent: 0.75, good: 0.5, fair: 0.25, bad: 0, poor: 0 }),
  vocabulary('完全相关到不相关', {
    完全相关: 1,
    高度相关: 1,
    相关: 0.67,
    部分相关: 0.33,
    弱相关: 0.33,
    不相关: 0,
    无关: 0,
  }),
  vocabulary('yes or no', { yes: 1, no: 0, y: 1, n: 0, 是: 1, 否: 0 }, true),
  vocabulary('positive or negative', { positive: 1, negative: 0, pos: 1, neg: 0 }, true),
  vocabulary('high to none', { high: 1, medium: 0.67, low: 0.33, none: 0 }, true),
];

/** Lower case, one blank for every run of other characters than letters and digits. */
export function foldLabel(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The first vocabulary that has every one of the labels, which are folded; undefined for no label. */
export function vocabularyOf(labels: Iterable<string>): Vocabulary | undefined {
  const all = [...labels];
  if (all.length === 0) return undefined;
  return vocabularies.find(({ weights }) => all.every((label) => weights.has(label)));
}

/**
 * The caller's own vocabulary.
 *
 * @throws {AttuneError} INVALID_ARGUMENT for a weight that is negative or no number
 */
export function ownVocabulary(weights: Readonly<Record<string, number>>): Vocabulary {
  for (const [label, weight] of Object.entries(weights)) {
    if (Number.isFinite(weight) && weight >= 0) continue;
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected the weight of every label to be a number from 0 on, but that of "${label}" is ${weight}.`,
    );
  }
  const folded = Object.entries(weights).map(([label, weight]) => [foldLabel(label), weight] as const);
  return { name: 'the labels that were declared', weights: new Map(folded), ambiguous: false };
}
