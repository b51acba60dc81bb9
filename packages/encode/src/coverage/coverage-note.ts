import { AttuneError } from '@attune/errors';
import type { Script } from '@attune/text';
import { shippedBundle } from '../bundle/shipped-bundles.js';
import type { Coverage } from './coverage.js';
import type { EqualVectors } from './equal-vectors.js';

/** Shares of what texts say, and of different texts with equal vectors: above `warn` it is told, above `refuse` training and promotion refuse. */
export const coverageLimits = { warn: 0.2, refuse: 0.5 } as const;

/** What a model reads of some texts. */
export interface Reading {
  /** The model's name. */
  model: string;
  /** What the texts are, such as `documents`. */
  what: string;
  coverage: Coverage;
  /** Where there are vectors. */
  equal?: EqualVectors | undefined;
}

/** Shipped bundles that read a script which others do not know. */
const readerOfScript: Partial<Record<Script, string>> = { han: 'attune-base-zh' };

/** What is told of all of them together. */
export function coverageNotes(readings: readonly Reading[]): string[] {
  return readings.flatMap((reading) => coverageNote(reading) ?? []);
}

/** Whether a model knows less than half of the texts, or cannot tell half of them apart. */
export function cannotRead(reading: Reading): boolean {
  return worstShare(reading) > coverageLimits.refuse;
}

/** What is told where a model does not know much of the texts; undefined where it does. */
export function coverageNote(reading: Reading): string | undefined {
  if (worstShare(reading) <= coverageLimits.warn) return undefined;
  const so = cannotRead(reading)
    ? 'a search by vectors cannot tell them apart, and its scores mean nothing'
    : 'a search by vectors misses that part';
  return `${whatIsUnknown(reading)}: ${so}. Take ${modelFor(reading)}, or search by words alone.`;
}

/**
 * @param readings  of the texts that are to be learned from, or that a model is to serve
 * @param act       what is refused, such as `train`; and where another model is named instead
 * @throws {AttuneError} TEXTS_UNKNOWN where a model knows less than half of what is said
 */
export function refuseUnknown(readings: readonly Reading[], { act, as }: { act: string; as?: string }): void {
  for (const reading of readings) {
    if (!cannotRead(reading)) continue;
    const model = modelFor(reading);
    const named =
      as === undefined
        ? ''
        : `${model.includes(',') ? ',' : ''} as \`${as}\`, or "none" there, which makes one of these texts`;
    throw new AttuneError(
      'TEXTS_UNKNOWN',
      `${whatIsUnknown(reading)}, so it can neither learn from them nor tell them apart. Take ${model}${named}, or ` +
        `search by words alone. To ${act} all the same, set \`anyway\`.`,
    );
  }
}

const worstShare = ({ coverage, equal }: Reading) => Math.max(coverage.unknownShare, equal?.share ?? 0);

function whatIsUnknown({ model, what, coverage, equal }: Reading): string {
  const { unknownShare, texts, examples } = coverage;
  const isUnknown = unknownShare > coverageLimits.warn;
  const such = examples.length === 0 ? '' : `, such as ${examples.map((text) => `"${text}"`).join(' and ')}`;
  const unknown =
    `The vocabulary of ${model} does not know ${percent(unknownShare)} of what the ${what} say ` +
    `(${count(texts)} looked at${such})`;
  if ((equal?.share ?? 0) <= coverageLimits.warn) return unknown;
  const alike = `${count(equal!.equal)} of ${count(equal!.texts)} different ${what} have the very same vector as another`;
  return isUnknown ? `${unknown}, and ${alike}` : `${alike} by ${model}`;
}

function modelFor({ coverage: { unknownScript } }: Reading): string {
  const shipped = unknownScript && readerOfScript[unknownScript];
  return shipped !== undefined && shippedBundle(shipped) !== undefined
    ? `a model of their language, such as ${shipped}`
    : 'a model of their language';
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const count = (value: number) => value.toLocaleString('en');
