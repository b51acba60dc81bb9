import type { Filter } from '@attune/schema';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { costBefore, costOfSearch, costOfTexts } from '../../../packages/server/src/cost.js';
import { CostLimits } from '../../../packages/server/src/cost-limits.js';
import type { KeyView } from '../../../packages/server/src/keys.js';

describe('what a request costs', () => {
  const request = (headers: object, query: object = {}) => ({ headers, query }) as FastifyRequest;
  const ofBytes = (bytes: number) => request({ 'content-length': String(bytes) });

  it('is known before its body is read, where its length is said', () => {
    expect(costBefore('one', ofBytes(2 ** 20))).toBe(1);
    expect(costBefore('long', ofBytes(10))).toBe(100);
    expect([0, 4095, 4096, 64 * 2 ** 20].map((bytes) => costBefore('body', ofBytes(bytes)))).toEqual([
      1, 1, 2, 16_385,
    ]);
    expect(costBefore('body', request({ 'content-length': '9000', 'content-encoding': 'gzip' }))).toBe(1);
    expect(costBefore('body', request({ 'transfer-encoding': 'chunked' }))).toBe(1);
  });

  it('is, of a page, by its limit', () => {
    const pages = [{}, { limit: '20' }, { limit: '1000' }, { limit: '-5' }, { limit: '1e9' }, { limit: 'x' }];
    expect(pages.map((query) => costBefore('page', request({}, query)))).toEqual([2, 1, 11, 1, 1, 1]);
  });

  it('is, of a search, by its parts, its depth, and conditions × documents, and nothing more for a plain one', () => {
    const range: Filter = { field: 'price', atMost: 20 };
    const inList: Filter = { field: '系列', in: Array.from({ length: 1000 }, (_, i) => `系列${i}`) };
    expect(costOfSearch({ text: 'oak', limit: 10 }, 0)).toBe(0);
    expect(costOfSearch({ query: { text: 'oak' } }, 0)).toBe(0);
    expect(costOfSearch({ query: Array.from({ length: 32 }, () => ({ text: '台灯' })) }, 0)).toBe(31);
    expect(costOfSearch({ text: 'oak', limit: 1000, offset: 10_000 }, 0)).toBe(110);
    expect(costOfSearch({ text: 'oak', filter: range }, 50_000)).toBe(0);
    expect(costOfSearch({ text: 'oak', filter: inList }, 50_000)).toBe(0);
    expect(costOfSearch({ text: 'oak', filter: { or: Array(1000).fill(range) } }, 50_000)).toBe(190);
  });

  it('is, of texts to be encoded, by their number', () => {
    expect([1, 15, 16, 2048].map(costOfTexts)).toEqual([0, 0, 1, 128]);
  });
});

describe('what a key may cost a second', () => {
  const key = (id: string, costPerSecond: number | null) => ({ id, costPerSecond }) as KeyView;

  function limitsAt(refused: string[] = []) {
    const clock = { ms: 5000 };
    const limits = new CostLimits(
      () => clock.ms,
      (id) => refused.push(id),
    );
    /** Seconds to wait; 0: it was taken on. */
    const ask = (id: string, costPerSecond: number, ...costs: number[]) => {
      const cost = limits.request(key(id, costPerSecond))!;
      try {
        for (const each of costs) cost.add(each);
        return 0;
      } catch (error) {
        expect(error).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
        return Number((error as { headers: Record<string, string> }).headers['retry-after']);
      }
    };
    return { clock, limits, ask };
  }

  it('is looked at only where there is a limit', () => {
    const { limits } = limitsAt();
    expect(limits.request(null)).toBeNull();
    expect(limits.request(key('a', null))).toBeNull();
  });

  it('is ten seconds of it at once, then as much as time brings, for each key alone', () => {
    const refused: string[] = [];
    const { clock, ask } = limitsAt(refused);
    expect(ask('a', 2, 15)).toBe(0);
    expect(ask('a', 2, 5)).toBe(0);
    expect(ask('a', 2, 1)).toBe(1);
    expect(ask('a', 2, 8)).toBe(4);
    expect(ask('b', 2, 20)).toBe(0);
    clock.ms += 4000;
    expect(ask('a', 2, 8)).toBe(0);
    clock.ms += 3_600_000;
    expect(ask('a', 2, 20)).toBe(0); // and no more for the hour
    expect(ask('a', 2, 1)).toBe(1);
    expect(refused).toEqual(['a', 'a', 'a']);
  });

  it('is beyond a full bucket for one request at a time, which is paid off before the next', () => {
    const { clock, ask } = limitsAt();
    expect(ask('a', 2, 1)).toBe(0);
    expect(ask('a', 2, 1, 99)).toBe(1); // until it is full
    clock.ms += 1000;
    expect(ask('a', 2, 1, 99)).toBe(0);
    expect(ask('a', 2, 1)).toBe(41); // 80 are owed
    clock.ms += 41_000;
    expect(ask('a', 2, 1)).toBe(0);
  });

  it('is not spent by what is refused', () => {
    const { clock, ask } = limitsAt();
    expect(ask('a', 2, 20)).toBe(0);
    clock.ms += 2000;
    for (let i = 0; i < 10; ++i) expect(ask('a', 2, 1, 4)).toBe(1);
    clock.ms += 500;
    expect(ask('a', 2, 1, 4)).toBe(0);
  });

  it('is owed where it is known only once it is done', () => {
    const { limits, ask } = limitsAt();
    const cost = limits.request(key('a', 2))!;
    cost.add(1);
    cost.owe(39);
    expect(ask('a', 2, 1)).toBe(11);
    expect(() => limits.request(key('a', 2))!.add(3)).toThrow(
      'at most 2 a second and 20 at once, but this one costs 3 and 20 are owed.',
    );
  });
});
