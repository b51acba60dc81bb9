import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type DocumentRow, readDocuments } from '@attune/data';
import { AttuneError } from '@attune/errors';
import { HttpError } from './errors.js';
import { type Line, type LineLimits, tooLarge } from './lines.js';

/** What is wrong with a row that is no document, by the reason that the reader gives. */
const wrongRows: Record<string, string> = {
  MISSING_VALUE: 'have no id',
  ALL_MISSING: 'have no text',
  DUPLICATE_ID: 'have an id that a row before has',
  UNREADABLE_ROW: 'cannot be read',
  INVALID_UTF8: 'hold bytes that are no text',
};

/** One at a time, because each is as large as its document. */
function* linesOfDocuments(documents: readonly DocumentRow[]): Generator<Line> {
  for (const { id, fields, attributes, source } of documents) {
    const bytes = Buffer.from(JSON.stringify({ id, fields, attributes }));
    yield { number: source.line, bytes, tooLong: false };
  }
}

export interface TableLines {
  /** A write each, as JSON; numbered by the line of the body that it stands on. */
  lines: Iterable<Line>;
  /** Rows that are no documents, and why. */
  errors: { count: number; detail: string }[];
}

/**
 * The documents of a table, by the rules that datasets are read by: encoding, delimiter and quotes are told from the text, the columns of
 * the id, fields and attributes from their names and contents. The table goes through a file, because its columns are known once it is whole.
 *
 * @param ending  of the file: `csv` or `tsv`
 * @throws {HttpError} 413 beyond the limits; 400 with the code of what the reader throws, such as DATA_COLUMN_MISSING naming the columns
 */
export async function linesOfTable(
  stream: AsyncIterable<Buffer>,
  { maxBytes, maxLines }: LineLimits,
  ending: 'csv' | 'tsv',
): Promise<TableLines> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-table-'));
  const path = join(folder, `documents.${ending}`);
  try {
    let received = 0;
    const limited = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of stream) {
        received += chunk.length;
        if (received > maxBytes) throw tooLarge(`${maxBytes} bytes`);
        yield chunk;
      }
    };
    await pipeline(Readable.from(limited()), createWriteStream(path));
    if (received === 0) return { lines: [], errors: [] };
    const { documents, rejected } = await readDocuments(path);
    if (documents.length > maxLines) throw tooLarge(`${maxLines} documents`);
    return {
      lines: linesOfDocuments(documents),
      errors: Object.entries(rejected).map(([reason, count]) => ({
        count,
        detail: `Expected rows to be documents, but ${count} of them ${wrongRows[reason] ?? `are not: ${reason}`}.`,
      })),
    };
  } catch (error) {
    if (!(error instanceof AttuneError) || error instanceof HttpError || error.code === 'INTERNAL')
      throw error;
    // What the reader says of its file is said of the body that a client sent.
    const message = error.message.replaceAll(path, 'the body').replaceAll(basename(path), 'the body');
    throw new HttpError(400, error.code, message);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
