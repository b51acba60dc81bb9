import { type SegmentRow, TextColumn } from '@attune/search';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldedSegments, Tail } from '../../../packages/search/src/segments/tail.js';

const row = (id: string, sequence = 0): SegmentRow => ({
  id,
  line: String(sequence),
  attributes: {},
  words: '',
  vector: new Float32Array(0),
});

function emptyTail(leastRows?: number): Tail {
  let keys = 0;
  return new Tail(() => ++keys, leastRows);
}

const liveRows = (tail: Tail) =>
  tail.settle().flatMap(({ rows, live }) => rows.filter((_, place) => live.has(place)));

describe('a tail', () => {
  it('holds the last write of each document in their order, whenever it is settled', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ put: fc.integer({ min: 0, max: 40 }) }) },
      { weight: 2, arbitrary: fc.record({ remove: fc.integer({ min: 0, max: 40 }) }) },
      { weight: 1, arbitrary: fc.constant('settle' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const tail = emptyTail(1);
        const expected = new Map<string, number>();
        for (const [sequence, each] of steps.entries()) {
          if (each === 'settle') tail.settle();
          else if ('put' in each) {
            tail.put(row(String(each.put), sequence));
            expected.delete(String(each.put));
            expected.set(String(each.put), sequence);
          } else {
            tail.remove(String(each.remove));
            expected.delete(String(each.remove));
          }
        }
        expect(tail.count).toBe(expected.size);
        expect(liveRows(tail).map(({ id, line }) => [id, Number(line)])).toEqual([...expected]);
        for (const { live, rows } of tail.settle())
          expect(live.count).toBe(rows.filter((_, place) => live.has(place)).length);
      }),
    );
  });

  it('stays a few segments, and makes each row anew a few times', () => {
    for (const together of [1, 100, 1000, 3000]) {
      const tail = emptyTail();
      const known = new Set<number>();
      let made = 0;
      const total = 30_000;
      for (let written = 0; written < total; ) {
        for (let i = 0; i < together; ++i) tail.put(row(String(written++)));
        const segments = tail.settle();
        expect(segments.length).toBeLessThanOrEqual(6);
        for (const { key, rows } of segments) if (!known.has(key)) made += rows.length;
        for (const { key } of segments) known.add(key);
      }
      // One by one, the rows of the last segment are made anew each time: it is small.
      expect(made / total).toBeLessThan(together === 1 ? 200 : 6);
    }
  });

  it('folds what is no larger than twice of what is made, from the last', () => {
    expect(foldedSegments([], 10)).toBe(0);
    expect(foldedSegments([1000], 400)).toBe(0);
    expect(foldedSegments([1000], 500)).toBe(1);
    expect(foldedSegments([5000, 1500, 200], 300)).toBe(1);
    expect(foldedSegments([5000, 1000, 200], 300)).toBe(2);
    expect(foldedSegments([3000, 1000, 200], 300)).toBe(3);
    expect(foldedSegments([256], 1)).toBe(1);
    expect(foldedSegments([64_000, 20_000, 9000, 4000, 1900, 900], 1)).toBe(1);
  });

  it('lets a segment go in which nothing is left', () => {
    const tail = emptyTail();
    for (let i = 0; i < 1000; ++i) tail.put(row(`a${i}`));
    tail.settle();
    tail.put(row('b'));
    expect(tail.settle()).toHaveLength(2);
    for (let i = 0; i < 1000; ++i) tail.remove(`a${i}`);
    expect(tail.settle()).toHaveLength(1);
    expect(liveRows(tail).map(({ id }) => id)).toEqual(['b']);
  });
});

describe('a column of texts', () => {
  it('gives each text as it was, also from the lines of a file and from another thread', () => {
    const text = fc.string({ unit: 'binary' }).map((each) => each.replaceAll('\n', ' '));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), (texts) => {
        const whole = texts.map((each) => Buffer.from(each).toString());
        const column = TextColumn.of(whole);
        expect([...column]).toEqual(whole);
        expect([...TextColumn.ofLines(column.data.bytes)]).toEqual(whole);
        expect([...new TextColumn(structuredClone(column.data))]).toEqual(whole);
      }),
    );
    expect(TextColumn.of(['ab', 'cd']).at(1, 1)).toBe('d');
  });
});
