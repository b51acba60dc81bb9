import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { AttuneError } from '@attune/errors';
import { unwritable } from '@attune/files';

/** What @attune/data reads. JSON without rows, such as a report or the manifest that `writeDataset` puts beside, is no data to it. */
const suffix = /\.((jsonl|ndjson|json|csv|tsv|qrels|ignore|txt)(\.gz)?|parquet)$/i;
const filePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** @throws {AttuneError} INVALID_ARGUMENT */
export function checkFileName(name: string): void {
  if (!filePattern.test(name)) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      'Expected the name of a file to be 1 to 128 letters, digits, ".", "_" and "-", beginning with a letter or digit, but received ' +
        `${JSON.stringify(name.slice(0, 160))}.`,
    );
  }
  if (suffix.test(name)) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    'Expected the name of a file to end with .jsonl, .ndjson, .json, .csv, .tsv, .qrels, .ignore or .txt (each with .gz behind it or ' +
      `not), or with .parquet, but received ${JSON.stringify(name)}.`,
  );
}

export interface Uploaded {
  bytes: number;
  /** In hex. */
  sha256: string;
}

/**
 * Writes a stream as a new, synced file. If the stream fails or is too long, nothing is left of it.
 *
 * @throws {AttuneError} INVALID_ARGUMENT when it is longer than `mostBytes`; DISK_FULL, FILE_UNWRITABLE; whatever the stream fails
 *   with
 */
export async function receive(stream: Readable, path: string, mostBytes: number): Promise<Uploaded> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx').catch((error: unknown) => {
    throw unwritable(basename(path), error);
  });
  try {
    for await (const part of stream) {
      const chunk = Buffer.isBuffer(part) ? part : Buffer.from(part as Uint8Array | string);
      bytes += chunk.length;
      if (bytes > mostBytes) {
        throw new AttuneError(
          'INVALID_ARGUMENT',
          `Expected a file of at most ${mostBytes} bytes, but received more. Pack it (.gz), or part it into several files.`,
        );
      }
      hash.update(chunk);
      await file.writeFile(chunk).catch((error: unknown) => {
        throw unwritable('the uploaded file', error);
      });
    }
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}
