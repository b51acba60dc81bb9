import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../packages/server/src/json.js';

const read = (text: string, maxDepth = 32) => parseJson(Buffer.from(text), 'the body', maxDepth);

describe('JSON from a stranger', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        if (text.includes('__proto__')) return;
        expect(read(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it('counts brackets by nesting and leaves those inside texts out', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(() => read(nested(32))).not.toThrow();
    expect(() => read(nested(33))).toThrow(/at most 32 levels/);
    expect(() => read(nested(100_000))).toThrow(/at most 32 levels/);
    expect(read(`${JSON.stringify(['['.repeat(100), '"\\"[[['.repeat(40)])}`)).toHaveLength(2);
    expect(read(JSON.stringify(new Array(1000).fill([])))).toHaveLength(1000);
  });

  it('has 100,000 members, lists and objects at most, those inside texts left out', () => {
    const pairs = (count: number) => `{${Array.from({ length: count }, (_, i) => `"${i}":1`).join()}}`;
    expect(() => read(pairs(99_999))).not.toThrow();
    expect(() => read(pairs(100_000))).toThrow(/at most 100,000 members, lists and objects/);
    expect(() => read(`[${'[],'.repeat(100_000)}[]]`)).toThrow(/Send it in parts/);
    expect(read(JSON.stringify('{:['.repeat(100_000)))).toHaveLength(300_000);
    expect(read(`[${'1,'.repeat(200_000)}1]`)).toHaveLength(200_001);
  });

  it('has no member called __proto__, however it is written', () => {
    expect(() => read('{"a":{"__proto__":{"x":1}}}')).toThrow(/__proto__/);
    expect(() => read('{"\\u005f_proto__":{"x":1}}')).toThrow(/__proto__/);
    expect(read('{"a":"__proto__"}')).toEqual({ a: '__proto__' });
    expect(read('{"constructor":{"prototype":1}}')).toEqual({ constructor: { prototype: 1 } });
  });

  it('is UTF-8', () => {
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]), 'line 3', 32)).toThrow(/line 3 to be UTF-8/);
  });

  it('is said to be wrong by its place, without a word of it', () => {
    expect(() => read('{"secret" 1}')).toThrow(/at character 10/);
    expect(() => read('{"secret": hunter2}')).toThrow(/it is not/);
    expect(() => read('{"secret": hunter2}')).not.toThrow(/hunter2/);
    expect(() => read('{"a":')).toThrow(/ends too early/);
  });

  it('of a megabyte is scanned for depth in a few milliseconds', () => {
    const text = JSON.stringify(new Array(20_000).fill({ title: 'oak desk lamp, '.repeat(3), price: 12.5 }));
    const bytes = Buffer.from(text);
    const startedAt = performance.now();
    parseJson(bytes, 'the body', 32);
    expect(performance.now() - startedAt).toBeLessThan(1000); // linear; a quadratic scan would take minutes
    expect(bytes.length).toBeGreaterThan(1_000_000);
  });
});
