import { SafetensorsFile, serializeSafetensors } from '@attune/encode';
import { describe, expect, it } from 'vitest';

/** A file from a header and its tensors' bytes. */
function file(
  header: unknown,
  data: Uint8Array = new Uint8Array(8),
  headerLength?: number | bigint,
): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength ?? json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const pair = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
const read = (bytes: Uint8Array) => new SafetensorsFile(bytes, 'model.safetensors');
const error = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('SafetensorsFile', () => {
  it('gives back what was written, F32 to the bit and F16 rounded', () => {
    const values = Float32Array.of(0.1, -2, 3e-5, 65504);
    const bytes = serializeSafetensors(
      [
        { key: 'a', shape: [2, 2], values, dtype: 'F32' },
        { key: 'b', shape: [4], values, dtype: 'F16' },
        { key: 'empty', shape: [0, 3], values: new Float32Array(0), dtype: 'F32' },
      ],
      { format: 'pt' },
    );
    const tensors = read(bytes);
    expect(tensors.metadata).toEqual({ format: 'pt' });
    expect(tensors.keys()).toEqual(['a', 'b', 'empty']);
    expect(tensors.floats('a', [2, 2])).toEqual(values);
    expect(tensors.dtype('b')).toBe('F16');
    for (const [i, value] of tensors.floats('b').entries()) {
      expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(Math.abs(values[i]!) * 2 ** -11 + 2 ** -25);
    }
    expect(tensors.floats('empty')).toEqual(new Float32Array(0));
  });

  it('reads tensors that do not begin at a multiple of four bytes', () => {
    const bytes = file(`${JSON.stringify({ a: pair })} `, new Uint8Array(Float32Array.of(1, 2).buffer));
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect([...read(shifted.subarray(1)).floats('a')]).toEqual([1, 2]);
  });

  it.each([
    ['an empty file', new Uint8Array(0), /at least 8 bytes/],
    ['a header longer than the file', file({ a: pair }, undefined, 10_000), /header should be 10000 bytes/],
    ['a header length of 2^63', file({ a: pair }, undefined, 2n ** 63n), /header should be/],
    ['a header that is no JSON', file('{"a":', new Uint8Array(0)), /no JSON/],
    ['a header that is a list', file('[]', new Uint8Array(0)), /no JSON object/],
    ['a header that is no UTF-8', file('{"\u0000":1}', new Uint8Array(0)).fill(0xff, 9, 12), /no JSON/],
    ['a tensor that is no object', file({ a: null }), /tensor "a" has the unknown dtype/],
    ['an unknown dtype', file({ a: { ...pair, dtype: 'F33' } }), /tensor "a" has the unknown dtype "F33"/],
    ['a dtype named like a method', file({ a: { ...pair, dtype: 'toString' } }), /unknown dtype "toString"/],
    ['a negative size', file({ a: { ...pair, shape: [-2] } }), /tensor "a" has the impossible shape/],
    [
      'sizes whose product is beyond every number',
      file({ a: { ...pair, shape: [2 ** 40, 2 ** 40] } }),
      /needs/,
    ],
    ['an end beyond the file', file({ a: { ...pair, data_offsets: [0, 16] } }), /bytes 0 to 16/],
    ['an end before the begin', file({ a: { ...pair, data_offsets: [8, 0] } }), /bytes 8 to 0/],
    ['a shape that needs other bytes', file({ a: { ...pair, shape: [3] } }), /needs 12 bytes, but has 8/],
    ['overlapping tensors', file({ a: pair, b: pair }), /overlaps/],
    ['bytes that no tensor has', file({ a: pair }, new Uint8Array(12)), /take 8 bytes, but 12/],
    ['a gap', file({ a: { ...pair, data_offsets: [4, 12] } }, new Uint8Array(12)), /leaves a gap/],
    ['metadata that is no map of texts', file({ __metadata__: { a: 1 }, a: pair }), /__metadata__/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(error('BUNDLE_INVALID', message));
    expect(() => read(bytes)).toThrow(/model\.safetensors/);
  });

  it('refuses NaN and infinity when the tensor is asked for, naming the place', () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const bytes = file({ a: pair }, new Uint8Array(Float32Array.of(1, value).buffer));
      expect(() => read(bytes).floats('a')).toThrow(error('BUNDLE_INVALID', /"a" holds .* at position 1/));
    }
  });

  it('says which tensors there are when one is missing, and what shape was wanted', () => {
    const tensors = read(file({ a: pair }));
    expect(() => tensors.floats('b')).toThrow(error('BUNDLE_INVALID', /"b" is missing. The file has: a/));
    expect(() => tensors.floats('a', [1, 2])).toThrow(
      error('BUNDLE_INVALID', /should have shape \[1,2\].*\[2\]/),
    );
    expect(() => tensors.floats('toString')).toThrow(error('BUNDLE_INVALID', /missing/));
  });

  it.each(['dtype', 'shape', 'data_offsets'])('refuses a %s of any depth and length in a line', (field) => {
    const lists = '['.repeat(50_000) + ']'.repeat(50_000);
    const deep = JSON.stringify({ a: { ...pair, [field]: 0 } }).replace(
      `"${field}":0`,
      `"${field}":${lists}`,
    );
    const long = { a: { ...pair, [field]: new Array(10_000).fill('x') } };
    for (const bytes of [file(deep), file(long)]) {
      expect(() => read(bytes)).toThrow(error('BUNDLE_INVALID', /./));
      expect(() => read(bytes)).toThrow(/^.{1,300}$/s);
    }
  });

  it('leaves integers alone until they are asked for as floats', () => {
    const tensors = read(file({ a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }));
    expect(tensors.shape('a')).toEqual([1]);
    expect(() => tensors.floats('a')).toThrow(error('BUNDLE_UNSUPPORTED', /stored as I64/));
  });
});

describe('serializeSafetensors', () => {
  it('refuses values that the file cannot hold', () => {
    const write = (value: number, dtype: 'F32' | 'F16', shape = [1]) =>
      serializeSafetensors([{ key: 'a', shape, values: Float32Array.of(value), dtype }]);
    expect(() => write(NaN, 'F32')).toThrow(error('NOT_FINITE', /"a"/));
    expect(() => write(70_000, 'F16')).toThrow(error('NOT_FINITE', /float16/));
    expect(() => write(1, 'F32', [2])).toThrow(error('SHAPE_MISMATCH', /\[2\]/));
  });
});
