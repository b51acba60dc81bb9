import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PairMap } from '../../../packages/data/src/pair-map.js';

it('a map of pairs keeps apart whatever two texts there are', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '0', '\n', ','), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, fc.integer()), { maxLength: 40 }), (entries) => {
      const map = new PairMap<number>();
      const expected = new Map<string, number>();
      for (const [first, second, value] of entries) {
        const key = JSON.stringify([first, second]);
        expect(map.get(first, second)).toBe(expected.get(key));
        map.set(first, second, value);
        expected.set(key, value);
      }
      for (const [first, second] of entries)
        expect(map.get(first, second)).toBe(expected.get(JSON.stringify([first, second])));
    }),
  );
});
