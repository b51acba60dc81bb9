import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AttuneError } from '@attune/errors';
import { isTar, onlyDataFileOf } from './tar.js';

/** How a file is packed: told by its first bytes, never by its name. */
export type Packing = '' | '+gzip' | '+tar' | '+tar.gz';

export interface ByteSource {
  packing: Packing;
  /** The unpacked bytes from the beginning, in pieces of some 64 KiB. Each call reads the file anew. */
  chunks(): AsyncGenerator<Buffer>;
}

const chunkBytes = 1 << 18;

/**
 * Opens a plain, gzipped or tarred file for reading.
 *
 * @throws {AttuneError} FILE_NOT_FOUND, FILE_UNREADABLE; while reading also FILE_CORRUPT
 */
export async function openBytes(path: string): Promise<ByteSource> {
  const head = await headOf(path);
  const gzip = head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
  const unpacked = () => (gzip ? gunzipped(path) : plain(path));
  const tar = gzip ? isTar(await firstBytes(unpacked(), 512)) : isTar(head);
  return {
    packing: gzip ? (tar ? '+tar.gz' : '+gzip') : tar ? '+tar' : '',
    chunks: () => (tar ? onlyDataFileOf(unpacked(), path) : unpacked()),
  };
}

/** The first bytes of a stream, at most `limit`, after which it is closed. */
export async function firstBytes(chunks: AsyncGenerator<Buffer>, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= limit) break;
  }
  return Buffer.concat(parts).subarray(0, limit);
}

async function headOf(path: string): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const head = Buffer.alloc(512);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } catch (error) {
    throw readError(error, path);
  } finally {
    await handle?.close();
  }
}

async function* plain(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: chunkBytes });
  } catch (error) {
    throw readError(error, path);
  }
}

async function* gunzipped(path: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  // The error reaches the loop below through `gunzip`, which pipeline destroys.
  pipeline(createReadStream(path, { highWaterMark: chunkBytes }), gunzip, () => undefined);
  try {
    yield* gunzip;
  } catch (error) {
    throw readError(error, path);
  }
}

function readError(error: unknown, path: string): AttuneError {
  if (error instanceof AttuneError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    return new AttuneError('FILE_NOT_FOUND', `Expected a data file at ${path}, but there is none.`, {
      cause: error,
    });
  }
  if (code?.startsWith('Z_')) {
    return new AttuneError(
      'FILE_CORRUPT',
      `The gzip file ${path} cannot be unpacked (${message}). Was it cut short while being copied?`,
      { cause: error },
    );
  }
  return new AttuneError('FILE_UNREADABLE', `The file ${path} cannot be read: ${message}.`, { cause: error });
}
