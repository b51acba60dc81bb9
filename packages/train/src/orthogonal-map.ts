/** The rotation that brings one set of vectors nearest to another. */
import { AttuneError } from '@attune/errors';

/** Newton-Schulz grows a direction by at most half of itself a step, so small ones need many; 60 steps reach 1e-10. */
const mostSteps = 80;
const closeEnough = 1e-12;

/**
 * The orthogonal matrix nearest to `matrix` in the Frobenius norm: U Vᵀ of its singular value decomposition U S Vᵀ.
 *
 *     X ← X (3 I - Xᵀ X) / 2,  from matrix / its Frobenius norm
 *
 * Directions in which the matrix is flat (a singular value below about 1e-10 of the largest) have no nearest rotation.
 *
 * @param matrix  [dim, dim]
 * @throws {AttuneError} NOT_FINITE when it is zero or holds what is no number
 * @see Higham 2008, Functions of Matrices, section 8.3
 */
export function nearestOrthogonal(matrix: Float64Array, dim: number): Float64Array {
  let norm = 0;
  for (const value of matrix) norm += value * value;
  norm = Math.sqrt(norm);
  if (!(norm > 0 && norm < Infinity)) {
    throw new AttuneError(
      'NOT_FINITE',
      `Expected a finite matrix that is not zero, but its norm is ${norm}.`,
    );
  }
  let current = matrix.map((value) => value / norm);
  for (let step = 0; step < mostSteps; step++) {
    const gram = new Float64Array(dim * dim);
    addOuterProducts(gram, current, current, dim);
    let distance = 0;
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < dim; j++) {
        const unit = i === j ? 1 : 0;
        distance += (gram[i * dim + j]! - unit) ** 2;
        gram[i * dim + j] = (3 * unit - gram[i * dim + j]!) / 2;
      }
    }
    if (distance <= closeEnough * dim) break;
    current = multiply(current, gram, dim);
  }
  return current;
}

/** sum += leftᵀ right, over rows of `dim` numbers. */
export function addOuterProducts(
  sum: Float64Array,
  left: Float32Array | Float64Array,
  right: Float32Array | Float64Array,
  dim: number,
): void {
  for (let begin = 0; begin < left.length; begin += dim) {
    for (let i = 0; i < dim; i++) {
      const factor = left[begin + i]!;
      if (factor === 0) continue;
      const at = i * dim;
      for (let j = 0; j < dim; j++) sum[at + j]! += factor * right[begin + j]!;
    }
  }
}

/** @returns rows · matrix, of the kind of the rows; rows of `dim` numbers, matrix [dim, dim] */
export function multiply<Rows extends Float32Array | Float64Array>(
  rows: Rows,
  matrix: Float64Array,
  dim: number,
): Rows {
  const result = rows.slice() as Rows;
  const sum = new Float64Array(dim);
  for (let begin = 0; begin < rows.length; begin += dim) {
    sum.fill(0);
    for (let i = 0; i < dim; i++) {
      const factor = rows[begin + i]!;
      for (let j = 0; j < dim; j++) sum[j]! += factor * matrix[i * dim + j]!;
    }
    result.set(sum, begin);
  }
  return result;
}
