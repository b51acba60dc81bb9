import { FlatIndex, LexicalIndex } from '@attune/indexes';
import { describe, expect, it } from 'vitest';

const refusal = (message: string) => ({ code: 'INVALID_ARGUMENT', message });
// What a program without types passes.
const wrong = (value: unknown) => value as never;

describe('arguments of FlatIndex', () => {
  const index = new FlatIndex({ dim: 2, metric: 'cosine' });
  index.add(Float32Array.of(1, 0));
  const query = Float32Array.of(1, 0);

  it.each([
    [0, '0'],
    [-1, '-1'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    ['3', '"3"'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[1], 'a list'],
  ])('search refuses k: %j', async (k, said) => {
    await expect(index.search(query, { k: wrong(k) })).rejects.toMatchObject(
      refusal(`Expected k to be a whole number above 0, but received ${said}.`),
    );
  });

  it('search and the constructor refuse to go without options', async () => {
    await expect(index.search(query, wrong(undefined))).rejects.toMatchObject(
      refusal('Expected options such as { k: 10 }, but received undefined.'),
    );
    expect(() => new FlatIndex(wrong(undefined))).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });

  it.each([
    [0, '0'],
    [65_537, '65537'],
    ['2', '"2"'],
  ])('the constructor refuses dim: %j', (dim, said) => {
    expect(() => new FlatIndex({ dim: wrong(dim), metric: 'cosine' })).toThrow(
      expect.objectContaining(
        refusal(`Expected dim to be a whole number from 1 to 65,536, but received ${said}.`),
      ),
    );
  });

  it('answers with the largest dim, and with k above the rows', async () => {
    expect(new FlatIndex({ dim: 65_536, metric: 'l2' }).dim).toBe(65_536);
    expect([...(await index.search(query, { k: 2 })).rows]).toEqual([0, -1]);
  });
});

describe('arguments of LexicalIndex', () => {
  const index = LexicalIndex.build({ texts: ['desk lamp'] });

  it.each([
    [['lamp', null], 'Expected texts[1] to be a text, but received null.'],
    ['desk lamp', 'Expected texts to be a list, but received "desk lamp".'],
    [undefined, 'Expected texts to be a list, but received undefined.'],
    [[{ title: 'lamp' }], 'Expected texts[0] to be a text, but received an object.'],
  ])('build refuses the texts %j', (texts, message) => {
    expect(() => LexicalIndex.build({ texts: wrong(texts) })).toThrow(
      expect.objectContaining(refusal(message)),
    );
  });

  it('build takes any iterable of texts', () => {
    expect(LexicalIndex.build({ texts: new Set(['lamp', 'desk']) }).count).toBe(2);
  });

  it.each([
    [() => index.search(wrong(null), { k: 1 }), 'Expected queries[0] to be a text, but received null.'],
    [() => index.searchBatch(wrong('lamp'), { k: 1 }), 'Expected queries to be a list, but received "lamp".'],
    [
      () => index.searchBatch(['lamp', wrong(7)], { k: 1 }),
      'Expected queries[1] to be a text, but received 7.',
    ],
    [() => index.searchBatch([{ text: wrong(7) }], { k: 1 }), 'Expected query to be a text, but received 7.'],
    [() => index.scoresOf(wrong(7), [0]), 'Expected query to be a text, but received 7.'],
    [
      () => index.search('lamp', wrong(undefined)),
      'Expected options such as { k: 10 }, but received undefined.',
    ],
    [() => index.search('lamp', { k: 0 }), 'Expected k to be a whole number above 0, but received 0.'],
  ])('a search refuses what it cannot mean: %s', (search, message) => {
    expect(search).toThrow(expect.objectContaining(refusal(message)));
  });
});
