import { noShares, scriptShares } from '@attune/text';
import { expect, it } from 'vitest';

it('counts letters by script, whatever stands between them', () => {
  expect(scriptShares(['橡木台灯 LED, 12 V'])).toEqual({ ...noShares, han: 0.5, latin: 0.5 });
  expect(scriptShares(['лампа', 'ランプ', '램프', 'โคม'])).toMatchObject({
    cyrillic: 5 / 13,
    kana: 3 / 13,
    hangul: 2 / 13,
    thai: 3 / 13,
  });
});

it('is 0 throughout where there is no letter', () => {
  expect(scriptShares(['12 + 3', ''])).toEqual(noShares);
});
