import { describe, expect, it } from 'vitest';
import { principalComponents, project } from '../../../packages/train/src/principal-components.js';

/** Rows spread by 3, 2 and 1 along known orthogonal axes, around a known mean. */
function spreadRows(rows: number): { vectors: Float32Array; axes: number[][] } {
  const axes = [
    [0.6, 0.8, 0, 0],
    [0, 0, 0.8, 0.6],
    [-0.8, 0.6, 0, 0],
  ];
  const vectors = new Float32Array(rows * 4);
  for (let row = 0; row < rows; row++) {
    const along = [3 * Math.sin(row), 2 * Math.sin(row * 1.7 + 1), Math.sin(row * 2.3 + 2)];
    for (let i = 0; i < 4; i++) {
      vectors[row * 4 + i] = 10 + along.reduce((sum, value, a) => sum + value * axes[a]![i]!, 0);
    }
  }
  return { vectors, axes };
}

describe('principal components', () => {
  it('finds the axes of the largest variance, in order', () => {
    const { vectors, axes } = spreadRows(20_000);
    const found = principalComponents(vectors, 4, 3);
    for (let c = 0; c < 3; c++) {
      const cosine = axes[c]!.reduce((sum, value, i) => sum + value * found.axes[c * 4 + i]!, 0);
      expect(Math.abs(cosine)).toBeGreaterThan(0.999);
    }
    expect(found.variances[0]).toBeCloseTo(4.5, 1); // the variance of 3 sin is 9 / 2
    expect([...found.mean].every((value) => Math.abs(value - 10) < 0.01)).toBe(true);
  });

  it('keeps distances when all components are kept', () => {
    const { vectors } = spreadRows(50);
    const projected = project(vectors, 4, principalComponents(vectors, 4, 4));
    for (let row = 1; row < 50; row++) {
      const distance = (rows: Float32Array) =>
        Math.hypot(...[0, 1, 2, 3].map((i) => rows[row * 4 + i]! - rows[i]!));
      expect(distance(projected)).toBeCloseTo(distance(vectors), 4);
    }
  });

  it('is orthonormal at the width it is used for', () => {
    const dim = 96;
    const vectors = Float32Array.from({ length: 500 * dim }, (_, i) => Math.sin(i * i * 0.013 + i));
    const { axes } = principalComponents(vectors, dim, dim);
    for (const [a, b] of [
      [0, 0],
      [0, 1],
      [5, 5],
      [17, 80],
      [95, 95],
    ] as const) {
      let product = 0;
      for (let i = 0; i < dim; i++) product += axes[a * dim + i]! * axes[b * dim + i]!;
      expect(product).toBeCloseTo(a === b ? 1 : 0, 9);
    }
  });
});
