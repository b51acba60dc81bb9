import { foldCharacters, textRuns } from '@attune/text';
import { describe, expect, it } from 'vitest';

const runsOf = (text: string) => textRuns(foldCharacters(text)).map((run) => `${run.kind} ${run.text}`);

describe('textRuns', () => {
  it.each([
    ['oak desk-lamp', ['word oak', 'word desk', 'word lamp']],
    ['12V台灯', ['word 12v', 'han 台灯']],
    ['LED台灯12V', ['word led', 'han 台灯', 'word 12v']],
    ['橡木、台灯', ['han 橡木', 'han 台灯']],
    ['ランプの灯り', ['japanese ランプの灯り']],
    ['ｱﾀﾞﾌﾟﾀｰ', ['japanese アダプター']],
    ['人々〇', ['han 人々〇']],
    ['한국어 사전', ['hangul 한국어', 'hangul 사전']],
    ['USB케이블', ['word usb', 'hangul 케이블']],
    ['โคมไฟ LED', ['southeastAsian โคมไฟ', 'word led']],
    ['مصباح', ['word مصباح']],
    ['лампа', ['word лампа']],
    ['𠮷野家', ['han 𠮷野家']],
    ['!? …', []],
  ])('%j', (text, expected) => {
    expect(runsOf(text)).toEqual(expected);
  });

  it('keeps a mark with the letter before it', () => {
    expect(runsOf('हिन्दी')).toEqual(['word हिन्दी']);
    expect(runsOf('น้ำ')).toHaveLength(1);
  });
});
