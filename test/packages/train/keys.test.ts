import { joinKeys, knownPositives } from '@attune/train';
import fc from 'fast-check';
import { expect, it } from 'vitest';

/** By looking at every two entries, again until nothing changes. */
function keysByDefinition(ids: readonly string[], texts: readonly string[]): number[] {
  const folded = texts.map((text) => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim());
  const groups = ids.map((_, i) => i);
  const isLinked = (a: number, b: number) =>
    ids[a] === ids[b] || (folded[a] !== '' && folded[a] === folded[b]);
  for (let changed = true; changed; ) {
    changed = false;
    for (let a = 0; a < ids.length; ++a) {
      for (let b = 0; b < a; ++b) {
        if (!isLinked(a, b) || groups[a] === groups[b]) continue;
        groups[a] = groups[b] = Math.min(groups[a]!, groups[b]!);
        changed = true;
      }
    }
  }
  const order = [...new Set(groups)];
  return groups.map((group) => order.indexOf(group));
}

const entry = fc.tuple(
  fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'text x', ''),
  fc.constantFrom('x', 'X', ' x ', 'y', 'ｙ', 'z', 'v  w', 'v w', 'a', '', ' '),
);

it('keys join what has the same id or text, or is linked through others, by first appearance', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
      const [ids, texts] = [entries.map(([id]) => id), entries.map(([, text]) => text)];
      expect([...joinKeys(ids, texts)]).toEqual(keysByDefinition(ids, texts));
    }),
    { numRuns: 500 },
  );
});

it('known positives are each document once, sorted, under its query', () => {
  const key = fc.integer({ min: -1, max: 5 });
  fc.assert(
    fc.property(fc.array(fc.tuple(key, key), { maxLength: 20 }), (pairs) => {
      const { offsets, documentKeys } = knownPositives(
        Int32Array.from(pairs, ([query]) => query),
        Int32Array.from(pairs, ([, document]) => document),
      );
      const known = pairs.filter(([query, document]) => query >= 0 && document >= 0);
      const queries = Math.max(-1, ...known.map(([query]) => query)) + 1;
      const expected = Array.from({ length: queries }, (_, query) => [
        ...new Set(known.filter(([of]) => of === query).map(([, document]) => document)),
      ]).map((documents) => documents.sort((a, b) => a - b));
      expect(
        Array.from({ length: offsets.length - 1 }, (_, q) => [
          ...documentKeys.subarray(offsets[q], offsets[q + 1]),
        ]),
      ).toEqual(expected);
      expect(documentKeys.length).toBe(offsets.at(-1));
    }),
  );
});
