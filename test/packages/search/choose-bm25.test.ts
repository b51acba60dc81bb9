import { chooseBm25, rowSetOf } from '@attune/search';
import { describe, expect, it } from 'vitest';

const texts = ['shelves of oak', 'shelf brackets 12in', 'oak', 'a lamp'];

describe('chooseBm25', () => {
  it('finds the analyser that the judge needs, and gives its index', () => {
    const judge = ({ rows }: { rows: Int32Array }) => Number(rows.includes(1));
    const { best, index, tries } = chooseBm25({ texts, queries: ['12 in'], judge });
    expect(best).toMatchObject({ analyser: 'english-split', score: 1 });
    expect(index.analyser).toBe('english-split');
    expect([...index.search('12 in', { k: 1 }).rows]).toEqual([1]);
    expect(tries).toHaveLength(3 * 6 * 4);
  });

  it('keeps the first of equal tries', () => {
    const { best } = chooseBm25({ texts, queries: ['oak'], judge: () => 0.5, k1: [1.2, 0.9], b: [0.75] });
    expect(best).toEqual({ analyser: 'plain', k1: 1.2, b: 0.75, score: 0.5 });
  });

  it('confines queries to their rows, and gives the judge as many as it wants', () => {
    const seen: number[][] = [];
    const judge = ({ rows }: { rows: Int32Array }) => seen.push([...rows]);
    const queries = [{ text: 'oak', allowed: rowSetOf(4, [0]) }];
    chooseBm25({ texts, queries, judge, k: 2, analysers: ['plain'], k1: [1.2], b: [0.75] });
    expect(seen).toEqual([[0, -1]]);
  });

  it('refuses to choose from nothing', () => {
    expect(() => chooseBm25({ texts, queries: [], judge: () => 1 })).toThrow(/received none/);
    expect(() => chooseBm25({ texts, queries: ['oak'], judge: () => 1, b: [] })).toThrow(/at least one/);
  });
});
