/** The largest eigenvalues of a sparse symmetric matrix, by subspace iteration in float64, on one thread: the same bits always. */
import { addOuterProducts } from '../orthogonal-map.js';
import { symmetricEigen } from '../principal-components.js';
import type { SparseSymmetricMatrix } from './cooccurrence.js';
import { normalNumbers } from './normal-numbers.js';

export interface LargestEigenvectors {
  /** [size, rank]: the eigenvectors as columns, of length 1, that of the largest eigenvalue first */
  vectors: Float64Array;
  /** [rank], above 0 and never rising */
  values: Float64Array;
  rank: number;
}

/** More directions than are wanted, which makes those that are wanted exact after few products. */
const extraDirections = 16;
/** Products with the matrix after the first: two or three where eigenvalues fall slowly. */
const products = 2;
/** What is smaller beside its like is an error of rounding: of a column less what lies in those before it, of an eigenvalue. */
const rounding = 1e-12;

/**
 * Where a matrix has few negative eigenvalues, these are its truncated singular value decomposition; negative ones are left out, along which
 * left and right singular vectors are opposite.
 *
 * @param options.rank  how many; fewer are given where fewer are above 0
 * @param options.seed  decides the directions that it begins with
 * @see Halko, Martinsson, Tropp 2011, https://arxiv.org/abs/0909.4061, algorithm 4.4
 */
export function largestEigenvectors(
  matrix: SparseSymmetricMatrix,
  options: { rank: number; seed: number },
): LargestEigenvectors {
  const { size } = matrix;
  const directions = Math.min(options.rank + extraDirections, size);
  const random = normalNumbers(options.seed);
  let basis: Float64Array = Float64Array.from({ length: size * directions }, random);
  for (let product = 0; product <= products; product++) {
    basis = timesColumns(matrix, basis, directions);
    orthonormalise(basis, directions);
  }
  // Within the basis the matrix is a small one, whose eigenvectors are those of the large one.
  const small = new Float64Array(directions * directions);
  addOuterProducts(small, basis, timesColumns(matrix, basis, directions), directions);
  for (let i = 0; i < directions; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (small[i * directions + j]! + small[j * directions + i]!) / 2;
      small[i * directions + j] = mean;
      small[j * directions + i] = mean;
    }
  }
  const found = symmetricEigen(small, directions);
  const least = rounding * found.values.reduce((top, value) => Math.max(top, value), 0);
  const order = [...found.values.keys()]
    .filter((i) => found.values[i]! > least)
    .sort((a, b) => found.values[b]! - found.values[a]!)
    .slice(0, options.rank);
  const rank = order.length;
  const vectors = new Float64Array(size * rank);
  for (let row = 0; row < size; row++) {
    order.forEach((from, column) => {
      let sum = 0;
      for (let i = 0; i < directions; i++)
        sum += basis[row * directions + i]! * found.vectors[from * directions + i]!;
      vectors[row * rank + column] = sum;
    });
  }
  return { vectors, values: Float64Array.from(order, (from) => found.values[from]!), rank };
}

/** matrix · columns, float64, [size, count] */
function timesColumns(
  { size, offsets, columns: at, values }: SparseSymmetricMatrix,
  columns: Float64Array,
  count: number,
): Float64Array {
  const result = new Float64Array(size * count);
  for (let row = 0; row < size; row++) {
    const to = row * count;
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
      const value = values[entry]!;
      const from = at[entry]! * count;
      for (let i = 0; i < count; i++) result[to + i]! += value * columns[from + i]!;
    }
  }
  return result;
}

/**
 * Makes columns orthonormal in place, by Cholesky of their products; a column that depends on those before it becomes zero. Done twice, because
 * once leaves an error of the condition number squared (Yamamoto and others 2015).
 *
 * @param columns  float64, [rows, count]
 */
function orthonormalise(columns: Float64Array, count: number): void {
  for (const _ of ['once', 'again']) {
    const lower = new Float64Array(count * count);
    addOuterProducts(lower, columns, columns, count);
    const lengths = Float64Array.from({ length: count }, (_, i) => lower[i * count + i]!);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) {
        let rest = lower[i * count + j]!;
        for (let k = 0; k < j; k++) rest -= lower[i * count + k]! * lower[j * count + k]!;
        const pivot = lower[j * count + j]!;
        if (i === j) lower[i * count + i] = rest > rounding * lengths[i]! ? Math.sqrt(rest) : 0;
        else lower[i * count + j] = pivot > 0 ? rest / pivot : 0;
      }
    }
    for (let begin = 0; begin < columns.length; begin += count) {
      for (let j = 0; j < count; j++) {
        const pivot = lower[j * count + j]!;
        let rest = columns[begin + j]!;
        for (let k = 0; k < j; k++) rest -= columns[begin + k]! * lower[j * count + k]!;
        columns[begin + j] = pivot > 0 ? rest / pivot : 0;
      }
    }
  }
}
