/** The largest eigenvalues of a sparse symmetric matrix, by subspace iteration in float64, on one thread: the same bits always. */
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
const furtherProducts = 2;
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
  for (let product = 0; product <= furtherProducts; product++) {
    basis = timesColumns(matrix, basis, directions);
    orthonormalise(basis, directions);
  }
  // Within the basis the matrix is a small one, whose eigenvectors are those of the large one.
  const small = products(basis, timesColumns(matrix, basis, directions), directions);
  for (let i = 0; i < directions; i++)
    for (let j = 0; j < i; j++) small[i * directions + j] = small[j * directions + i]!;
  const found = symmetricEigen(small, directions);
  const least = rounding * found.values.reduce((top, value) => Math.max(top, value), 0);
  const order = [...found.values.keys()]
    .filter((i) => found.values[i]! > least)
    .sort((a, b) => found.values[b]! - found.values[a]!)
    .slice(0, options.rank);
  const rank = order.length;
  const turned = new Float64Array(directions * rank);
  order.forEach((from, column) => {
    for (let i = 0; i < directions; i++) turned[i * rank + column] = found.vectors[from * directions + i]!;
  });
  const vectors = new Float64Array(size * rank);
  for (let row = 0; row < size; row++) {
    for (let i = 0; i < directions; i++) {
      const factor = basis[row * directions + i]!;
      for (let column = 0; column < rank; column++)
        vectors[row * rank + column]! += factor * turned[i * rank + column]!;
    }
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
    const upper = choleskyOfProducts(columns, count);
    for (let begin = 0; begin < columns.length; begin += count) {
      for (let i = 0; i < count; i++) {
        const pivot = upper[i * count + i]!;
        const value = pivot > 0 ? columns[begin + i]! / pivot : 0;
        columns[begin + i] = value;
        if (value === 0) continue;
        for (let j = i + 1; j < count; j++) columns[begin + j]! -= value * upper[i * count + j]!;
      }
    }
  }
}

/** R of columnsᵀ · columns = Rᵀ R, its upper triangle, with a row of zeros for each column that depends on those before it. */
function choleskyOfProducts(columns: Float64Array, count: number): Float64Array {
  const upper = products(columns, columns, count);
  const lengths = Float64Array.from({ length: count }, (_, i) => upper[i * count + i]!);
  for (let i = 0; i < count; i++) {
    const row = i * count;
    const left = upper[row + i]!;
    const pivot = left > rounding * lengths[i]! ? Math.sqrt(left) : 0;
    for (let j = i; j < count; j++) upper[row + j] = pivot > 0 ? upper[row + j]! / pivot : 0;
    for (let k = i + 1; k < count; k++) {
      const factor = upper[row + k]!;
      if (factor === 0) continue;
      for (let j = k; j < count; j++) upper[k * count + j]! -= factor * upper[row + j]!;
    }
  }
  return upper;
}

/** leftᵀ · right, its upper triangle; four rows at a time, because the sums are read and written from memory. */
function products(left: Float64Array, right: Float64Array, count: number): Float64Array {
  const sums = new Float64Array(count * count);
  const rows = left.length / count;
  const zeros = new Float64Array(count);
  const rowOf = (of: Float64Array, row: number) =>
    row < rows ? of.subarray(row * count, (row + 1) * count) : zeros;
  for (let row = 0; row < rows; row += 4) {
    const [l0, l1, l2, l3] = [0, 1, 2, 3].map((i) => rowOf(left, row + i)) as Float64Array[];
    const [r0, r1, r2, r3] = [0, 1, 2, 3].map((i) => rowOf(right, row + i)) as Float64Array[];
    for (let i = 0; i < count; i++) {
      const at = i * count;
      const [f0, f1, f2, f3] = [l0![i]!, l1![i]!, l2![i]!, l3![i]!];
      for (let j = i; j < count; j++)
        sums[at + j]! += f0 * r0![j]! + f1 * r1![j]! + f2 * r2![j]! + f3 * r3![j]!;
    }
  }
  return sums;
}
