import { equalVectors } from '@attune/encode';
import { expect, it } from 'vitest';

const texts = ['desk', 'lamp', 'table', 'rug'];

it('counts the different texts whose vector another one has too', () => {
  const vectors = Float32Array.of(1, 0, 0, 1, 1, 0, 0.6, 0.8);
  expect(equalVectors(texts, vectors, 2)).toEqual({ texts: 4, equal: 2, share: 0.5 });
});

it('takes for equal what differs by rounding, and not what differs by more', () => {
  const near = (by: number) => Float32Array.of(0.6, 0.8, 0.6 + by, 0.8);
  expect(equalVectors(['a', 'b'], near(1e-7), 2).share).toBe(1);
  expect(equalVectors(['a', 'b'], near(1e-4), 2).share).toBe(0);
});

it('does not count texts that are equal to a reader, or that say nothing', () => {
  const vectors = Float32Array.of(1, 0, 1, 0, 0, 0, 0, 0);
  expect(equalVectors(['Desk  lamp', 'desk lamp', '', ' '], vectors, 2)).toEqual({
    texts: 1,
    equal: 0,
    share: 0,
  });
  expect(equalVectors([], new Float32Array(0), 2)).toEqual({ texts: 0, equal: 0, share: 0 });
});
