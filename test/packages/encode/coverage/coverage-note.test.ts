import { type Coverage, cannotRead, coverageNote, type Reading, refuseUnknown } from '@attune/encode';
import { expect, it } from 'vitest';

const reading = (unknownShare: number, equal?: number): Reading => {
  const coverage: Coverage = {
    texts: 1_000,
    tokens: 8_000,
    unknownTokens: 8_000 * unknownShare,
    unknownShare,
    unknownScript: 'thai',
    examples: unknownShare > 0 ? ['โคมไฟ'] : [],
  };
  return {
    model: 'small',
    what: 'documents',
    coverage,
    equal: equal === undefined ? undefined : { texts: 100, equal: equal * 100, share: equal },
  };
};

it('says nothing up to a fifth, warns above, and calls scores meaningless above a half', () => {
  expect(coverageNote(reading(0.2, 0.2))).toBeUndefined();
  expect(coverageNote(reading(0.21))).toBe(
    'The vocabulary of small does not know 21 % of what the documents say (1,000 looked at, such as "โคมไฟ"): a search by vectors ' +
      'misses that part. Take a model of their language, or search by words alone.',
  );
  expect(coverageNote(reading(0.51))).toContain('its scores mean nothing');
});

it('tells of texts with equal vectors where the vocabulary has all of them', () => {
  expect(coverageNote(reading(0, 0.6))).toBe(
    '60 of 100 different documents have the very same vector as another by small: a search by vectors cannot tell them apart, and its ' +
      'scores mean nothing. Take a model of their language, or search by words alone.',
  );
});

it('refuses above a half by either share, and says what to do', () => {
  expect(cannotRead(reading(0.5, 0.5))).toBe(false);
  expect(() => refuseUnknown([reading(0.5)], { act: 'train', as: 'base' })).not.toThrow();
  for (const each of [reading(0.51), reading(0, 0.51)])
    expect(() => refuseUnknown([reading(0), each], { act: 'train', as: 'base' })).toThrow(
      expect.objectContaining({
        code: 'TEXTS_UNKNOWN',
        message: expect.stringMatching(
          /`base`, or "none" there, which makes one of these texts, or search by words alone\. To train all the same, set `anyway`\.$/,
        ),
      }),
    );
});

it('names the shipped model of a script', () => {
  const chinese: Reading = { ...reading(0.9), coverage: { ...reading(0.9).coverage, unknownScript: 'han' } };
  expect(coverageNote(chinese)).toMatch(
    /Take a model of their language, such as attune-base-zh, or search by words alone\.$/,
  );
  expect(() => refuseUnknown([chinese], { act: 'train', as: 'base' })).toThrow(
    'such as attune-base-zh, as `base`, or "none" there',
  );
});
