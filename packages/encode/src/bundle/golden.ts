/** Golden vectors: 16 inputs whose vectors are kept in the bundle and recomputed whenever it is loaded. */
import type { Precision } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import type { Role } from '../text/types.js';
import type { GoldenVector } from './types.js';

/**
 * A golden vector must come out with at least this cosine to the one that was kept. Not bit for bit, because a sum is
 * rounded differently at each CPU level; a wrong pooling, prompt or weight is far below it. The vectors kept are those of
 * 'f32'; in another precision they must come out near them.
 */
export const goldenCosine: Record<Precision, number> = { f32: 0.99999, bf16: 0.999, int8: 0.98 };

/** Their lengths may differ by this share: what has no Normalize at its end must keep its length too. */
const goldenLengthShare: Record<Precision, number> = { f32: 1e-3, bf16: 1e-2, int8: 5e-2 };

/**
 * What every bundle keeps vectors of: plain words, case, accents, digits, punctuation, other scripts, markup, a text
 * beyond every model's limit, and a blank one.
 */
export const goldenInputs: readonly { role: Role; text: string }[] = [
  { role: 'query', text: 'desk lamp' },
  { role: 'query', text: 'How do I paint a METAL garden fence?' },
  { role: 'query', text: '2x4x8 pressure-treated lumber' },
  { role: 'query', text: "children's wooden toy trains" },
  { role: 'query', text: 'café façade naïve coöperate' },
  { role: 'query', text: 'usb-c to hdmi 2.1 cable, 10ft' },
  { role: 'query', text: 'wifi' },
  { role: 'query', text: '' },
  { role: 'document', text: 'Adjustable LED desk lamp with wireless charger, dimmable, black' },
  { role: 'document', text: 'arrow-left-circle-outline' },
  {
    role: 'document',
    text: 'Stainless steel kitchen sink 33 in. x 22 in. x 9 in. (18 gauge), single bowl & drain',
  },
  { role: 'document', text: 'Größe: 42 — weiß/grün, 100% Baumwolle' },
  { role: 'document', text: '東京タワー 北京 서울' },
  { role: 'document', text: '<b>Sale!</b> $19.99 (was $24.99) *** limited_offer ***' },
  { role: 'document', text: 'unaffable antidisestablishmentarianism electroencephalographically' },
  {
    role: 'document',
    text: 'The quick brown fox jumps over the lazy dog near the river bank. '.repeat(48).trim(),
  },
];

/**
 * @param vectors  float32, [golden, dim]: the vectors as they come out now
 * @throws {AttuneError} BUNDLE_MISMATCH naming the first input that comes out otherwise
 */
export function checkGolden(
  folder: string,
  golden: readonly GoldenVector[],
  vectors: Float32Array,
  dim: number,
  precision: Precision,
): void {
  for (const [i, { role, text, vector }] of golden.entries()) {
    const found = vectors.subarray(i * dim, (i + 1) * dim);
    const { cosine, lengthShare } = compare(vector, found);
    // Written so that a NaN fails too.
    if (cosine >= goldenCosine[precision] && Math.abs(lengthShare - 1) <= goldenLengthShare[precision])
      continue;
    throw new AttuneError(
      'BUNDLE_MISMATCH',
      `${folder}: golden vector ${i} (${role} ${JSON.stringify(text.slice(0, 60))}) should come out as attune.json keeps it, ` +
        `but has cosine ${cosine.toFixed(7)} and ${lengthShare.toFixed(4)} of its length in ${precision} (at least ${goldenCosine[precision]} is ` +
        'needed). The bundle was made by an encoder that computes otherwise: write it anew, or report it.',
    );
  }
}

/** Two zero vectors are equal; one alone is unlike everything. */
export function compare(a: Float32Array, b: Float32Array): { cosine: number; lengthShare: number } {
  let product = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    lengthA += a[i]! * a[i]!;
    lengthB += b[i]! * b[i]!;
  }
  if (lengthA === 0 && lengthB === 0) return { cosine: 1, lengthShare: 1 };
  if (lengthA === 0 || lengthB === 0) return { cosine: 0, lengthShare: 0 };
  return { cosine: product / Math.sqrt(lengthA * lengthB), lengthShare: Math.sqrt(lengthB / lengthA) };
}
