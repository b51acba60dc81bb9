import { canonicalJson } from '@attune/files';
import { describe, expect, it } from 'vitest';

describe('canonicalJson', () => {
  it('gives equal values one text, whatever the order of their keys, at every depth', () => {
    const a = { b: [{ y: 1, x: 'é"\n' }, null], a: { d: true, c: -0.5 } };
    const b = { a: { c: -0.5, d: true }, b: [{ x: 'é"\n', y: 1 }, null] };
    expect(canonicalJson(a)).toBe('{"a":{"c":-0.5,"d":true},"b":[{"x":"é\\"\\n","y":1},null]}');
    expect(canonicalJson(b)).toBe(canonicalJson(a));
    expect(JSON.parse(canonicalJson(a))).toEqual(a);
  });

  it('sorts keys as text, digits too, and keeps the order of lists', () => {
    expect(canonicalJson({ 10: 'a', 9: 'b', B: 'c', a: 'd' })).toBe('{"10":"a","9":"b","B":"c","a":"d"}');
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
  });

  it('leaves out keys that are undefined, and takes undefined elsewhere for null', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(canonicalJson([undefined, 1])).toBe('[null,1]');
    expect(canonicalJson(undefined)).toBe('null');
  });
});
