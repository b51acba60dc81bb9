import { foldText, spreadRows } from '@attune/text';

/** How many different texts a model cannot tell apart. */
export interface EqualVectors {
  /** Different texts that were looked at: a sample, those that are equal when folded counted once. */
  texts: number;
  /** Those whose vector is another one's too. */
  equal: number;
  /** equal / texts; 0 without texts. */
  share: number;
}

const mostTexts = 1_000;
/** Of each number of a vector of unit length: above what rounding makes of the same words, below what another word makes. */
const tolerance = 1e-6;

/**
 * Of different texts the share whose vector is another one's too: such texts a search by vectors cannot tell apart.
 *
 * @param texts    those without text are left out
 * @param vectors  float32, [texts, dim]
 */
export function equalVectors(texts: readonly string[], vectors: Float32Array, dim: number): EqualVectors {
  const seen = new Set<string>();
  const rows: number[] = [];
  for (const row of spreadRows(texts.length, mostTexts)) {
    const folded = foldText(texts[row]!);
    if (folded === '' || seen.has(folded)) continue;
    seen.add(folded);
    rows.push(row);
  }
  // In the order of their numbers, equal vectors are neighbours.
  const vectorOf = (row: number) => vectors.subarray(row * dim, (row + 1) * dim);
  rows.sort((a, b) => difference(vectorOf(a), vectorOf(b)));
  const isEqual = rows.map(() => false);
  for (let i = 1; i < rows.length; ++i) {
    if (difference(vectorOf(rows[i - 1]!), vectorOf(rows[i]!)) === 0) isEqual[i - 1] = isEqual[i] = true;
  }
  const equal = isEqual.filter(Boolean).length;
  return { texts: rows.length, equal, share: rows.length > 0 ? equal / rows.length : 0 };
}

/** The first difference that is more than rounding; 0 for equal vectors. */
function difference(a: Float32Array, b: Float32Array): number {
  for (let i = 0; i < a.length; ++i) {
    const each = a[i]! - b[i]!;
    if (Math.abs(each) > tolerance) return each;
  }
  return 0;
}
