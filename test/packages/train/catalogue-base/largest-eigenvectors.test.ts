import { describe, expect, it } from 'vitest';
import type { SparseSymmetricMatrix } from '../../../../packages/train/src/catalogue-base/cooccurrence.js';
import { largestEigenvectors } from '../../../../packages/train/src/catalogue-base/largest-eigenvectors.js';
import { symmetricEigen } from '../../../../packages/train/src/principal-components.js';
import { randomNumbers } from '../../../random.js';

/** A symmetric matrix with a tenth of its entries, and all of them. */
function symmetric(size: number, seed: number): { sparse: SparseSymmetricMatrix; dense: Float64Array } {
  const random = randomNumbers(seed);
  const dense = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      if (random() > 0.1) continue;
      dense[i * size + j] = random() * 2;
      dense[j * size + i] = dense[i * size + j]!;
    }
  }
  const offsets = new Uint32Array(size + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (dense[i * size + j] === 0) continue;
      columns.push(j);
      values.push(dense[i * size + j]!);
    }
    offsets[i + 1] = columns.length;
  }
  return {
    sparse: { size, offsets, columns: Int32Array.from(columns), values: Float64Array.from(values) },
    dense,
  };
}

/** Those above 0, largest first. */
const positiveEigenvalues = (dense: Float64Array, size: number): number[] =>
  [...symmetricEigen(dense.slice(), size).values].filter((value) => value > 1e-9).sort((a, b) => b - a);

describe('the largest eigenvectors', () => {
  it('are all with a value above 0 where as many are asked for', () => {
    const size = 24;
    const { sparse, dense } = symmetric(size, 3);
    const { vectors, values, rank } = largestEigenvectors(sparse, { rank: 50, seed: 1 });
    const wanted = positiveEigenvalues(dense, size);
    expect(rank).toBe(wanted.length);
    expect(rank).toBeLessThan(size);
    wanted.forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 8);
    });
    // A v = value * v, and v is of length 1.
    for (let k = 0; k < rank; k++) {
      let length = 0;
      for (let i = 0; i < size; i++) {
        let product = 0;
        for (let j = 0; j < size; j++) product += dense[i * size + j]! * vectors[j * rank + k]!;
        expect(product).toBeCloseTo(values[k]! * vectors[i * rank + k]!, 7);
        length += vectors[i * rank + k]! ** 2;
      }
      expect(length).toBeCloseTo(1, 9);
    }
  });

  it('are found among many whose values are far below', () => {
    // Three groups of tokens that stand together, and noise.
    const size = 120;
    const { dense } = symmetric(size, 5);
    const group = (i: number) => i % 3;
    const weight = [9, 6, 4];
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) dense[i * size + j]! += group(i) === group(j) ? weight[group(i)]! : 0;
    const whole: SparseSymmetricMatrix = {
      size,
      offsets: Uint32Array.from({ length: size + 1 }, (_, i) => i * size),
      columns: Int32Array.from({ length: size * size }, (_, i) => i % size),
      values: dense,
    };
    const { vectors, values } = largestEigenvectors(whole, { rank: 3, seed: 7 });
    positiveEigenvalues(dense, size)
      .slice(0, 3)
      .forEach((value, i) => {
        expect(values[i]).toBeCloseTo(value, 5);
      });
    // The first direction is of the heaviest group.
    const share = (g: number) => {
      let sum = 0;
      for (let i = 0; i < size; i++) if (group(i) === g) sum += vectors[i * 3]! ** 2;
      return sum;
    };
    expect(share(0)).toBeGreaterThan(0.9);
  });

  it('leave out opposites and what is empty', () => {
    // Eigenvalues 2, -2, 0 and 0.
    const sparse: SparseSymmetricMatrix = {
      size: 4,
      offsets: Uint32Array.of(0, 1, 2, 2, 2),
      columns: Int32Array.of(1, 0),
      values: Float64Array.of(2, 2),
    };
    const { vectors, values, rank } = largestEigenvectors(sparse, { rank: 4, seed: 0 });
    expect(rank).toBe(1);
    expect(values[0]).toBeCloseTo(2, 9);
    const [first, second, ...others] = vectors;
    expect(first! * second!).toBeCloseTo(0.5, 9);
    for (const value of others) expect(Math.abs(value)).toBeLessThan(1e-9);
    const nothing = {
      size: 3,
      offsets: new Uint32Array(4),
      columns: new Int32Array(),
      values: new Float64Array(),
    };
    expect(largestEigenvectors(nothing, { rank: 2, seed: 0 }).rank).toBe(0);
  });

  it('have the same bits for the same seed', () => {
    const { sparse } = symmetric(60, 9);
    expect(largestEigenvectors(sparse, { rank: 8, seed: 2 })).toEqual(
      largestEigenvectors(sparse, { rank: 8, seed: 2 }),
    );
  });
});
