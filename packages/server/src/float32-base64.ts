import { AttuneError } from '@attune/errors';

/** Base64 of the numbers as little-endian float32: what OpenAI's API calls base64. */
export function base64OfFloat32(vector: Float32Array): string {
  // Every platform that the core is built for is little-endian.
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

/** @throws {AttuneError} INVALID_ARGUMENT for bytes that are no whole numbers of four */
export function float32OfBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length % 4 !== 0) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected a vector in base64 to hold float32 numbers of 4 bytes each, but it holds ${bytes.length} bytes.`,
    );
  }
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
