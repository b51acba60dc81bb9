/**
 * 16-bit floats, as bits. Both ways are exact where the value has one representation; float32 to float16 rounds to the
 * nearest, ties to even, as IEEE 754 and every framework does.
 */

let halfTable: Float32Array | undefined;

/** The value of each of the 65,536 patterns of float16, so that decoding is one look-up. */
function valuesOfFloat16(): Float32Array {
  if (halfTable) return halfTable;
  const table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >>> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 31) table[bits] = fraction === 0 ? sign * Infinity : NaN;
    else table[bits] = sign * (1024 + fraction) * 2 ** (exponent - 25);
  }
  halfTable = table;
  return table;
}

/** @param bits  float16 values as their bit patterns */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  const table = valuesOfFloat16();
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i]!]!;
  return values;
}

/** @param bits  bfloat16 values as their bit patterns: the upper half of a float32 */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  return new Float32Array(words.buffer);
}

/** Values from 65,520 on become infinity, those of 2^-25 and below become zero. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++) bits[i] = roundToFloat16(words[i]!);
  return bits;
}

function roundToFloat16(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65,520 and more
  if (magnitude >= 0x38800000) {
    // A normal float16: the exponent's bias falls by 112, the fraction loses 13 bits.
    return sign | roundShift(magnitude - 0x38000000, 13);
  }
  if (magnitude <= 0x33000000) return sign; // 2^-25 is a tie, and zero is even
  // A subnormal float16 counts units of 2^-24; the float32 is fraction x 2^(exponent - 150).
  const exponent = magnitude >>> 23;
  return sign | roundShift((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

/** number / 2^shift, rounded to the nearest, ties to even. */
function roundShift(number: number, shift: number): number {
  const quotient = number >>> shift;
  const rest = number & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  return rest > tie || (rest === tie && (quotient & 1) === 1) ? quotient + 1 : quotient;
}
