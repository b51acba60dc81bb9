import { describe, expect, it } from 'vitest';
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToFloat16,
} from '../../../../packages/encode/src/files/half.js';

const every16Bits = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

describe('16-bit floats', () => {
  it('gives back every float16 that went through float32, NaN as some NaN', () => {
    const back = float32ToFloat16(float16ToFloat32(every16Bits));
    for (const bits of every16Bits) {
      const isNaN16 = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
      if (isNaN16) expect(back[bits]! & 0x7fff).toBeGreaterThan(0x7c00);
      else if (back[bits] !== bits) expect.fail(`${bits} became ${back[bits]}`);
    }
  });

  it('knows the values that the standard names', () => {
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x7c00, 0x3555);
    const values = [1, -2, 65504, 2 ** -14, 2 ** -24, Infinity, 0.333251953125];
    expect([...float16ToFloat32(bits)]).toEqual(values);
  });

  it('rounds to the nearest, and to even in the middle', () => {
    const ulp = 2 ** -10; // of 1
    const cases: [number, number][] = [
      [1 + ulp / 2, 1],
      [1 + ulp * 1.5, 1 + 2 * ulp],
      [1 + ulp * 0.51, 1 + ulp],
      [2 ** -25, 0],
      [2 ** -25 * 1.0001, 2 ** -24],
      [2 ** -24 * 1.5, 2 ** -23],
      [2 ** -14 - 2 ** -26, 2 ** -14],
      [65519, 65504],
      [65520, Infinity],
      [-65520, -Infinity],
      [1e-30, 0],
    ];
    for (const [value, rounded] of cases) {
      const got = float16ToFloat32(float32ToFloat16(Float32Array.of(value)))[0]!;
      expect({ value, got: got === 0 ? 0 : got }).toEqual({ value, got: rounded });
    }
  });

  it('reads bfloat16 as the upper half of a float32', () => {
    expect([...bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc040, 0x0000))]).toEqual([1, -3, 0]);
  });
});
