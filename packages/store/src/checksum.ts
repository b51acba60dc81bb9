import * as zlib from 'node:zlib';

/**
 * CRC-32 (the one of zlib, Ethernet and PNG) of bytes, or of a text in UTF-8. Finds every change of up to 32 bits in a row, and
 * misses others once in 4 billion; it is no protection from someone who wants to deceive.
 *
 * @param start  the checksum of what goes before
 * @see RFC 1952, section 8
 */
export const crc32: (data: string | Uint8Array, start?: number) => number =
  // Node has it from 20.15 on.
  (zlib as { crc32?: typeof crc32 }).crc32 ?? crc32ByTable;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The definition; exported for the test that compares it with zlib's. */
export function crc32ByTable(data: string | Uint8Array, start = 0): number {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  let value = ~start >>> 0;
  for (const byte of bytes) value = table[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}

/**
 * Of a row, by what it means. Keys stand before the body, each ended by a zero byte, which no key holds: so no two different rows are
 * the same bytes.
 */
export function rowChecksum(keys: readonly (string | number)[], body: string | Uint8Array = ''): number {
  return crc32(body, crc32(`${keys.join('\0')}\0`));
}
