/**
 * How every column is asked for, and a text taken. The binding ends the process when it meets a text that is no UTF-8, and what kind of value a
 * column holds is said by the row itself, where one bit makes a number a text: so texts are asked for as bytes, and numbers as numbers.
 */

/** A text or bytes, to be taken by `textOf`. */
export const bytes = (column: string): string => `CAST(${column} AS BLOB)`;
export const number = (column: string): string => `CAST(${column} AS INTEGER)`;

/** A text as it lies in the file. */
export type TextBytes = Uint8Array;

/** What is no UTF-8 becomes U+FFFD, so no checksum fits it. Null, where damage made one of a text, is the empty text. */
export function textOf(value: TextBytes | null): string {
  return value === null ? '' : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
}

export const textOrNull = (value: TextBytes | null): string | null => (value === null ? null : textOf(value));
