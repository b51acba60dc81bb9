import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../../packages/schema/src/index.js';

describe('JSON with exact integers', () => {
  it('keeps every digit of integers beyond 2^53, wherever they stand', () => {
    const text =
      '{"id":2637283987631399372,"list":[-9007199254740993, 1],"inner":{"id": 12345678901234567890123}}';
    expect(parseExactJson(text)).toEqual({
      id: 2637283987631399372n,
      list: [-9007199254740993n, 1],
      inner: { id: 12345678901234567890123n },
    });
    expect(parseExactJson('2637283987631399372', String)).toBe('2637283987631399372');
    expect(parseExactJson('{"id":2637283987631399372.0}', String)).toEqual({ id: '2637283987631399372' });
  });

  it('leaves all other values as JSON.parse makes them', () => {
    for (const text of [
      '{"a":9007199254740991,"b":0.1234567890123456789,"c":1e21,"d":-0,"e":1.50,"f":"9007199254740993"}',
      '{"text":"say \\"9007199254740993\\", \\\\","n":1}',
      '["\\u00019007199254740993", "\\u0001"]',
      '{"9007199254740993":"9007199254740993"}',
    ])
      expect(parseExactJson(text)).toEqual(JSON.parse(text));
  });

  it('does not take a text that begins with a control character for an integer', () => {
    expect(parseExactJson('["\\u00019007199254740993", 9007199254740993, "\\u00025"]')).toEqual([
      '\u00019007199254740993',
      9007199254740993n,
      '\u00025',
    ]);
  });

  it('refuses what JSON.parse refuses, with its words', () => {
    for (const text of [
      '{"id":2637283987631399372',
      '{"id":02637283987631399372}',
      '{"a":"2637283987631399372',
    ]) {
      const message = (() => {
        try {
          JSON.parse(text);
        } catch (error) {
          return (error as Error).message;
        }
        throw new Error('JSON.parse took it');
      })();
      expect(() => parseExactJson(text)).toThrow(message);
    }
  });
});
