import { wordCount } from '@attune/text';
import { expect, it } from 'vitest';

it.each([
  ['', 0],
  ['  oak  desk-lamp 12" ', 3],
  ['лампа', 1],
  ['橡木电脑', 2],
  ['USB橡木电脑', 3],
  ['橡木 电脑', 2],
  ['한국어 사전', 2],
  ['โคมไฟ', 2],
  ['…', 1],
])('%j has %i words', (text, count) => {
  expect(wordCount(text)).toBe(count);
});

it('counts a long text in time that grows with its length', () => {
  expect(wordCount('橡木电脑'.repeat(20_000))).toBeGreaterThanOrEqual(40_000);
});
