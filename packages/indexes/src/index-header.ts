import { open } from 'node:fs/promises';
import { AttuneError } from '@attune/errors';

/**
 * What every index file begins with, whatever its kind; the core writes the same (native/files/index_header.h):
 *
 *     0   8  magic, ATTNINDX
 *     8   8  kind, ASCII, filled up with zero bytes: flat, lexical
 *     16  4  version of this kind's format, little-endian
 *     20  4  zero
 */
export const indexHeaderBytes = 24;

const magic = 'ATTNINDX';
const kindAt = 8;
const kindBytes = 8;
const versionAt = 16;

export interface IndexHeader {
  kind: string;
  version: number;
}

export function writeIndexHeader({ kind, version }: IndexHeader): Buffer {
  const header = Buffer.alloc(indexHeaderBytes);
  header.write(magic, 'latin1');
  header.write(kind, kindAt, kindBytes, 'latin1');
  header.writeUInt32LE(version, versionAt);
  return header;
}

/**
 * @param bytes  the beginning of the file
 * @throws {AttuneError} FILE_CORRUPT when it does not begin as an index does
 */
export function parseIndexHeader(path: string, bytes: Buffer): IndexHeader {
  const kind = bytes.toString('latin1', kindAt, kindAt + kindBytes).replace(/\0+$/, '');
  if (
    bytes.length < indexHeaderBytes ||
    bytes.toString('latin1', 0, magic.length) !== magic ||
    !/^[a-z]+$/.test(kind)
  ) {
    throw new AttuneError(
      'FILE_CORRUPT',
      `The file ${path} is damaged: it does not begin as an index does. Build the index again from its documents.`,
    );
  }
  return { kind, version: bytes.readUInt32LE(versionAt) };
}

/** @throws {AttuneError} FILE_NOT_FOUND, FILE_UNREADABLE, FILE_CORRUPT */
export async function readIndexHeader(path: string): Promise<IndexHeader> {
  const bytes = Buffer.alloc(indexHeaderBytes);
  try {
    const file = await open(path);
    try {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return parseIndexHeader(path, bytes.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadableIndex(path, error);
  }
}

/** Why a file of an index could not be read, as one of our errors. */
export function unreadableIndex(path: string, error: unknown): AttuneError {
  if (error instanceof AttuneError) return error;
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return new AttuneError(
    missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
    missing
      ? `There is no index at ${path}. Build one and save it there first.`
      : `The index ${path} could not be read: ${(error as Error).message}.`,
    { cause: error },
  );
}
