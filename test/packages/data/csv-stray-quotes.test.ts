import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CsvAssembler, splitRecord } from '../../../packages/data/src/files/csv.js';
import { leastRatioOfTimes } from '../../ratio-of-times.js';

const linesOf = (texts: readonly string[]) =>
  texts.map((text, i) => ({ text, line: i + 1, byteOffset: 0, isValid: true }));

function assembled(texts: readonly string[]): { line: number; values: string[]; openQuote: boolean }[] {
  const assembler = new CsvAssembler(',');
  return [...assembler.add(linesOf(texts)), ...assembler.finish()].map(({ line, values, openQuote }) => ({
    line,
    values,
    openQuote,
  }));
}

/** As plainly as it can be said: a record ends at the first line at which it can be split; where none is, its first line is one. */
function plainly(texts: readonly string[]): ReturnType<typeof assembled> {
  const records: ReturnType<typeof assembled> = [];
  for (let begin = 0; begin < texts.length; ) {
    if (texts[begin]!.trim() === '') {
      begin += 1;
      continue;
    }
    let end = begin + 1;
    while (end <= texts.length && splitRecord(texts.slice(begin, end).join('\n'), ',') === undefined)
      end += 1;
    const isWhole = end <= texts.length;
    const values = isWhole ? splitRecord(texts.slice(begin, end).join('\n'), ',')! : texts[begin]!.split(',');
    records.push({ line: begin + 1, values, openQuote: !isWhole });
    begin = isWhole ? end : begin + 1;
  }
  return records;
}

it('lines are put together as the plain definition says, whatever quotes stand in them', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '"', '"', ',', ' '), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), (texts) => {
      expect(assembled(texts)).toEqual(plainly(texts));
    }),
    { numRuns: 3_000, seed: 1 },
  );
});

it('takes time in proportion to lines of which each opens a quote and none ends the record', () => {
  // Within the lines that a record may span, where each would be read again with all behind it; many times over, so that it takes a while.
  const many = (count: number) => {
    const texts = Array.from({ length: count }, () => 'a","b');
    for (let i = 0; i < 300; ++i) assembled(texts);
  };
  expect(leastRatioOfTimes(250, many)).toBeLessThan(3);
});
