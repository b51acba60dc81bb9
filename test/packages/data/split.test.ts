import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupQueries, lightStem, splitQueries, stemSet } from '../../../packages/data/src/index.js';

describe('grouping of queries', () => {
  it('puts together what differs in plural, order, style words, case or spaces alone', () => {
    const queries = [
      'wi fi router',
      'Routers WiFi',
      'wifi-router',
      'router outline wifi',
      'desk lamp',
      'lamps for desk',
      'trash',
    ];
    const groups = groupQueries(queries);
    expect(groups).toEqual([0, 0, 0, 0, 1, 1, 2]);
  });

  it.each([
    ['橡木台灯', '台灯 橡木', '木台'],
    ['ＬＥＤ台灯', 'led 台灯', 'led灯'],
    ['红色的灯', '灯红色', '绿色的灯'],
    ['โคมไฟ', 'โคม ไฟ', 'ไฟฟ้า'],
    ['น้ำ', 'น้ำ', 'นำ'],
    ['한국어 사전', '사전 한국어', '국어 사전'],
  ])('puts together %j and %j, and not %j', (query, twin, other) => {
    expect(groupQueries([query, twin, other])).toEqual([0, 0, 1]);
  });

  it('takes a stemmer when it is given one', () => {
    expect(groupQueries(['paint', 'painter'])).toEqual([0, 1]);
    expect(groupQueries(['paint', 'painter'], { stem: (word) => word.slice(0, 5) })).toEqual([0, 0]);
  });

  it('keeps queries of symbols apart unless they are equal', () => {
    expect(groupQueries(['$', '☂', '$'])).toEqual([0, 1, 0]);
  });

  it.each([
    ['batteries', 'battery'],
    ['boxes', 'box'],
    ['glasses', 'glass'],
    ['running', 'run'],
    ['painting', 'paint'],
    ['tapes', 'taped'],
    ['batches', 'batch'],
  ])('stems %s and %s alike', (a, b) => {
    expect(lightStem(a)).toBe(lightStem(b));
  });

  it('makes the same set of any order of words', () => {
    const list = fc.array(fc.constantFrom('red', 'lamp', 'desks', 'usb', '12'), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(list, (queryWords) => {
        expect(stemSet([...queryWords].reverse().join(' '))).toBe(stemSet(queryWords.join(' ')));
      }),
    );
  });
});

describe('splitting of queries', () => {
  const queries = Array.from({ length: 6000 }, (_, row) => `item ${row}`);

  it('comes near the shares, is the same for the same seed, and another for another', () => {
    const parts = splitQueries(queries);
    const share = (part: string) => parts.filter((other) => other === part).length / queries.length;
    // Five standard errors of a share of 6,000.
    expect(Math.abs(share('train') - 0.7)).toBeLessThan(0.03);
    expect(Math.abs(share('dev') - 0.15)).toBeLessThan(0.024);
    expect(Math.abs(share('test') - 0.15)).toBeLessThan(0.024);
    expect(splitQueries(queries)).toEqual(parts);
    expect(splitQueries(queries, { seed: 1 })).not.toEqual(parts);
  });

  it('never parts a group', () => {
    const word = fc.constantFrom('red', 'reds', 'lamp', 'lamps', 'the', 'desk', 'usb');
    const query = fc.array(word, { minLength: 1, maxLength: 3 }).map((list) => list.join(' '));
    fc.assert(
      fc.property(fc.array(query, { maxLength: 40 }), fc.integer({ min: 0, max: 9 }), (list, seed) => {
        const groups = groupQueries(list);
        const parts = splitQueries(list, { seed });
        groups.forEach((group, row) => {
          expect(parts[row]).toBe(parts[groups.indexOf(group)]);
        });
      }),
    );
  });

  it('gives a query the same part when the log grows by others', () => {
    const before = splitQueries(queries.slice(0, 100));
    expect(splitQueries(queries).slice(0, 100)).toEqual(before);
  });

  it('refuses shares that are no shares', () => {
    expect(() => splitQueries(['a'], { shares: { train: 0, dev: 0, test: 0 } })).toThrow(/shares/);
  });
});
