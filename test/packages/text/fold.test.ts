import { foldCharacters, foldText } from '@attune/text';
import { describe, expect, it } from 'vitest';

describe('foldCharacters', () => {
  it.each([
    ['Oak DESK', 'oak desk'],
    ['ＬＥＤ灯', 'led灯'],
    ['ｱﾀﾞﾌﾟﾀ', 'アダプタ'],
    ['ﬁne', 'fine'],
    ['m²', 'm2'],
    ['İSTANBUL', 'istanbul'],
    ['STRASSE Straße', 'strasse strasse'],
    ['ΟΔΟΣ οδος', 'οδοσ οδοσ'],
    ['cafe\u0301 CAFÉ', 'café café'],
    ['한', '한'],
  ])('%j is %j', (text, folded) => {
    expect(foldCharacters(text)).toBe(folded);
  });

  it('changes nothing that is folded', () => {
    for (const text of ['ＬＥＤ ﬁ m² İ Straße ΟΔΟΣ ｱﾀﾞﾌﾟﾀ ½', 'ŉ ǰ ΐ', 'น้ำ']) {
      const folded = foldCharacters(text);
      expect(foldCharacters(folded)).toBe(folded);
    }
  });
});

describe('foldText', () => {
  it('runs blanks of every kind together', () => {
    expect(foldText('  Oak\u3000\tdesk\u00a0 lamp ')).toBe('oak desk lamp');
  });
});
