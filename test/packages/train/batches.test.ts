import { chooseRecipe, cropPairs, epochOrder, joinKeys, knownPositives, learningRateAt } from '@attune/train';
import { describe, expect, it } from 'vitest';

describe('the order of an epoch', () => {
  it('has every item once, and is decided by seed and epoch', () => {
    const order = epochOrder(1000, 7, 3);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(epochOrder(1000, 7, 3)).toEqual(order);
    expect(epochOrder(1000, 7, 4)).not.toEqual(order);
    expect(epochOrder(1000, 8, 3)).not.toEqual(order);
    expect(epochOrder(1000, 8, 2)).not.toEqual(order);
  });

  it('puts no item in the same place too often', () => {
    const firsts = Array.from({ length: 4000 }, (_, epoch) => epochOrder(8, 1, epoch)[0]!);
    for (let item = 0; item < 8; ++item) {
      // 500 expected, with a standard deviation of 21: five of them.
      expect(Math.abs(firsts.filter((first) => first === item).length - 500)).toBeLessThan(105);
    }
  });
});

describe('the learning rate', () => {
  it('rises over the warm-up, then falls towards zero', () => {
    const rates = Array.from({ length: 20 }, (_, step) =>
      learningRateAt(step, { steps: 20, peak: 1, warmup: 0.1 }),
    );
    expect(rates.slice(0, 3)).toEqual([0.5, 1, 1]);
    expect(rates[19]).toBeCloseTo(1 / 18, 12);
    expect(rates.slice(2).every((rate, i, all) => i === 0 || rate < all[i - 1]!)).toBe(true);
  });

  it('has no warm-up in a training of one step', () => {
    expect(learningRateAt(0, { steps: 1, peak: 0.3, warmup: 0.1 })).toBe(0.3);
  });
});

describe('keys', () => {
  it('join entries by id and by text, and through others', () => {
    const ids = ['a', 'b', 'c', 'a', 'd'];
    const texts = ['Desk Lamp', 'desk  lamp', 'chair', 'CHAIR ', 'stool'];
    expect([...joinKeys(ids, texts)]).toEqual([0, 0, 0, 0, 1]);
    expect([...joinKeys(ids, ['v', 'w', 'x', 'y', 'z'])]).toEqual([0, 1, 2, 0, 3]);
  });

  it('do not join what has no text', () => {
    expect([...joinKeys(['a', 'b'], ['', ' '])]).toEqual([0, 1]);
  });

  it('know every document that any pair gives to a query', () => {
    const known = knownPositives(Int32Array.of(2, 0, 2, -1, 2), Int32Array.of(5, 1, 3, 4, 5));
    expect([...known.offsets]).toEqual([0, 1, 1, 3]);
    expect([...known.documentKeys]).toEqual([1, 3, 5]);
  });
});

describe('the recipe', () => {
  it('follows the amount of data and says why', () => {
    const some = chooseRecipe({ tier: 'static', pairs: 58_112, queries: 8_871, documents: 16_243 });
    expect(some.recipe).toMatchObject({ batch: 1024, epochs: 3, temperature: 0.07, pull: 0.02 });
    expect(some.recipe.learningRateUnit).toBe('meanEntry');
    expect(some.reason).toContain('58,112 pairs');
    const bare = chooseRecipe({ tier: 'static', pairs: 28_923, queries: 5_000, documents: 54_667 });
    expect(bare.recipe.crops.perDocument).toBe(0.5);
    expect(bare.reason).toContain('crops');
    const few = chooseRecipe({ tier: 'adapter', pairs: 100, queries: 50, documents: 60 });
    expect(few.recipe).toMatchObject({ batch: 25, epochs: 8, learningRateUnit: 'absolute' });
    expect(chooseRecipe({ tier: 'static', pairs: 1, queries: 1, documents: 1 }).recipe.batch).toBe(2);
  });
});

describe('crops', () => {
  it('add pairs of parts of documents, with keys of their own', () => {
    // Text 0 is a query, 1 and 2 are documents, 3 is too short to be cut.
    const texts = {
      ids: Int32Array.of(9, 1, 2, 3, 4, 5, 6, 7, 8, 9),
      offsets: Uint32Array.of(0, 1, 5, 9, 10),
    };
    const pairs = {
      queryTexts: Uint32Array.of(0),
      documentTexts: Uint32Array.of(1),
      weights: Float32Array.of(1),
      queryKeys: Int32Array.of(4),
      documentKeys: Int32Array.of(0),
    };
    const documents = { texts: Uint32Array.of(1, 2, 3), keys: Int32Array.of(0, 1, 2) };
    const epochs = 4;
    const options = { texts, pairs, documents, perDocument: 0.34, weight: 0.25, epochs, seed: 1 };
    const added = cropPairs(options);
    expect(cropPairs(options)).toEqual(added);
    expect(added.pairs.freshPerEpoch).toBe(1);
    expect([...added.pairs.weights]).toEqual([1, 0.25, 0.25, 0.25, 0.25]);
    expect([...added.pairs.queryKeys]).toEqual([4, 5, 6, 7, 8]);
    const tokens = (text: number) => [
      ...added.texts.ids.subarray(added.texts.offsets[text], added.texts.offsets[text + 1]),
    ];
    expect(tokens(2)).toEqual([5, 6, 7, 8]);
    for (let pair = 1; pair <= epochs; ++pair) {
      const key = added.pairs.documentKeys[pair]!;
      const whole = key === 0 ? [1, 2, 3, 4] : [5, 6, 7, 8]; // never the document of one token
      const crop = tokens(added.pairs.queryTexts[pair]!);
      expect(crop.length).toBeGreaterThanOrEqual(2);
      expect(new Set(crop).size).toBe(crop.length);
      expect(whole).toEqual(expect.arrayContaining(crop));
      expect(whole).toEqual(expect.arrayContaining(tokens(added.pairs.documentTexts[pair]!)));
    }
    expect(added.texts.offsets.at(-1)).toBe(added.texts.ids.length);

    // The rows of negatives are by query keys: a crop must not be given the negatives of a query.
    const offsets = Uint32Array.of(0, 0, 0, 0, 0, 0, 0, 1);
    const negatives = { offsets, texts: Uint32Array.of(2), documentKeys: Int32Array.of(1) };
    const beside = cropPairs({ ...options, pairs: { ...pairs, negatives } });
    expect(beside.pairs.negatives).toEqual(negatives);
    expect([...beside.pairs.queryKeys]).toEqual([4, 7, 8, 9, 10]);
  });
});
