/**
 * NumPy's .npy, version 1.0, of float32 matrices.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { readFile } from 'node:fs/promises';
import { AttuneError } from '@attune/errors';
import { replaceFile } from '@attune/files';
import { shown } from './json-fields.js';

const magic = '\x93NUMPY\x01\x00';
/** magic, version and the two bytes of the header's length */
const prefixBytes = 10;

/**
 * Writes `values` as a matrix that `numpy.load` reads; replaces the file in one step.
 *
 * @param values  float32, [rows, cols]
 * @throws {AttuneError} SHAPE_MISMATCH when the shape does not describe the values
 */
export async function writeNpy(
  path: string,
  values: Float32Array,
  shape: readonly [number, number],
): Promise<void> {
  const [rows, cols] = shape;
  if (rows * cols !== values.length) {
    throw new AttuneError(
      'SHAPE_MISMATCH',
      `Expected ${rows} x ${cols} values for ${path}, but received ${values.length}.`,
    );
  }
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${cols}), }`;
  // Padded so that the values begin at a multiple of 64 bytes; the newline ends the header.
  const headerBytes = Math.ceil((prefixBytes + description.length + 1) / 64) * 64 - prefixBytes;
  const header = Buffer.from(`${magic}\0\0${description.padEnd(headerBytes - 1)}\n`, 'latin1');
  header.writeUInt16LE(headerBytes, 8);
  await replaceFile(path, [header, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]);
}

/**
 * Reads a float32 matrix, or a vector as a matrix of one row.
 *
 * @throws {AttuneError} FILE_CORRUPT when it is cut off or no .npy, FORMAT_UNSUPPORTED for other kinds of numbers
 */
export async function readNpy(path: string): Promise<{ values: Float32Array; shape: [number, number] }> {
  const bytes = await readFile(path);
  const corrupt = (problem: string) => new AttuneError('FILE_CORRUPT', `${path}: ${problem}.`);
  if (bytes.length < prefixBytes || bytes.toString('latin1', 0, 6) !== magic.slice(0, 6))
    throw corrupt('is no .npy');
  if (bytes[6] !== 1)
    throw new AttuneError('FORMAT_UNSUPPORTED', `${path}: .npy version ${bytes[6]} is not read.`);
  const begin = prefixBytes + bytes.readUInt16LE(8);
  if (begin > bytes.length) throw corrupt('its header is cut off');
  const header = bytes.toString('latin1', prefixBytes, begin);
  if (!header.includes("'descr': '<f4'") || !header.includes("'fortran_order': False")) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `${path}: expected float32 in C order, but found ${shown(header)}`,
    );
  }
  const sizes = /'shape': \((\d+),(?: (\d+))?\)/.exec(header);
  if (!sizes) throw corrupt(`its shape is not one of a matrix: ${shown(header)}`);
  const shape: [number, number] =
    sizes[2] === undefined ? [1, Number(sizes[1])] : [Number(sizes[1]), Number(sizes[2])];
  if (bytes.length - begin !== shape[0] * shape[1] * 4)
    throw corrupt(`its values do not fill the shape (${shape})`);
  return { values: new Float32Array(Uint8Array.from(bytes.subarray(begin)).buffer), shape };
}
