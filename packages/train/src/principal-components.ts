/**
 * The directions along which vectors vary most, by Jacobi's method on their covariance, in float64: exact enough, and
 * a few seconds for the 384 dimensions that it is used for.
 */

export interface PrincipalComponents {
  /** [dim] */
  mean: Float64Array;
  /** [components, dim], unit length, the largest variance first */
  axes: Float64Array;
  /** [components], never rising */
  variances: Float64Array;
}

const sweeps = 12;

/** Eigenvalues and eigenvectors of a symmetric matrix [dim, dim], which is overwritten. Golub & Van Loan, 8.5 (cyclic Jacobi). */
export function symmetricEigen(
  matrix: Float64Array,
  dim: number,
): { values: Float64Array; vectors: Float64Array } {
  const vectors = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) vectors[i * dim + i] = 1;
  let size = 0;
  for (const value of matrix) size += value * value;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let offDiagonal = 0;
    for (let p = 0; p < dim; p++) {
      for (let q = p + 1; q < dim; q++) offDiagonal += matrix[p * dim + q]! ** 2;
    }
    if (offDiagonal <= 1e-24 * size) break;
    for (let p = 0; p < dim; p++) {
      for (let q = p + 1; q < dim; q++) {
        const apq = matrix[p * dim + q]!;
        if (apq === 0) continue;
        const theta = (matrix[q * dim + q]! - matrix[p * dim + p]!) / (2 * apq);
        const tangent = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const cosine = 1 / Math.sqrt(tangent * tangent + 1);
        const sine = tangent * cosine;
        const rows = { left: p * dim, right: q * dim, step: 1 };
        rotate(matrix, dim, rows, { cosine, sine });
        rotate(matrix, dim, { left: p, right: q, step: dim }, { cosine, sine });
        rotate(vectors, dim, rows, { cosine, sine });
      }
    }
  }
  const values = new Float64Array(dim);
  for (let i = 0; i < dim; i++) values[i] = matrix[i * dim + i]!;
  return { values, vectors };
}

/** Turns two rows into each other, or two columns: the numbers that begin at `left` and `right`, each `step` behind the one before. */
function rotate(
  matrix: Float64Array,
  dim: number,
  { left, right, step }: { left: number; right: number; step: number },
  { cosine, sine }: { cosine: number; sine: number },
): void {
  for (let k = 0; k < dim; k++) {
    const a = matrix[left + k * step]!;
    const b = matrix[right + k * step]!;
    matrix[left + k * step] = cosine * a - sine * b;
    matrix[right + k * step] = sine * a + cosine * b;
  }
}

/**
 * @param vectors  float32, [rows, dim]
 * @param components  how many axes; at most dim
 */
export function principalComponents(
  vectors: Float32Array,
  dim: number,
  components: number,
): PrincipalComponents {
  const rows = vectors.length / dim;
  const mean = new Float64Array(dim);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < dim; i++) mean[i]! += vectors[row * dim + i]! / rows;
  const covariance = new Float64Array(dim * dim);
  const centred = new Float64Array(dim);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < dim; i++) centred[i] = vectors[row * dim + i]! - mean[i]!;
    for (let i = 0; i < dim; i++) {
      const left = centred[i]! / rows;
      for (let j = i; j < dim; j++) covariance[i * dim + j]! += left * centred[j]!;
    }
  }
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < i; j++) covariance[i * dim + j] = covariance[j * dim + i]!;
  const { values, vectors: eigenvectors } = symmetricEigen(covariance, dim);
  const order = [...values.keys()].sort((a, b) => values[b]! - values[a]!).slice(0, components);
  const axes = new Float64Array(components * dim);
  order.forEach((from, to) => {
    // The sign of an axis is free; the largest entry is made positive, so that the same input gives the same axes.
    const axis = eigenvectors.subarray(from * dim, (from + 1) * dim);
    let largest = 0;
    for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
    for (let i = 0; i < dim; i++) axes[to * dim + i] = axis[i]! * (largest < 0 ? -1 : 1);
  });
  return { mean, axes, variances: Float64Array.from(order, (from) => values[from]!) };
}

/** @returns float32, [rows, components]: each row less the mean, along the axes */
export function project(
  vectors: Float32Array,
  dim: number,
  { mean, axes }: PrincipalComponents,
): Float32Array {
  const rows = vectors.length / dim;
  const components = axes.length / dim;
  const result = new Float32Array(rows * components);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < components; c++) {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += (vectors[row * dim + i]! - mean[i]!) * axes[c * dim + i]!;
      result[row * components + c] = sum;
    }
  }
  return result;
}
