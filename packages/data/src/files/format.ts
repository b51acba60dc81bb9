import { basename } from 'node:path';
import { AttuneError } from '@attune/errors';
import { firstBytes, openBytes, type Packing } from './byte-source.js';
import { type Delimiter, guessDelimiter } from './csv.js';
import { wordsOf } from './trec-words.js';

/** `words` are lines of values parted by any blanks, without a header: TREC qrels and runs, and lists of pairs. */
export type RecordFormat = 'jsonl' | 'csv' | 'tsv' | 'words';

export interface FileFormat {
  format: RecordFormat;
  packing: Packing;
  /** Of csv and tsv. */
  delimiter: Delimiter;
}

/**
 * How a file is to be read, by its first lines; the name decides only where they leave it open.
 *
 * @throws {AttuneError} FORMAT_UNSUPPORTED for one JSON document spread over lines, for Parquet and for other binary files
 */
export async function sniffFormat(path: string): Promise<FileFormat> {
  const { packing, chunks } = await openBytes(path);
  const head = await firstBytes(chunks(), 1 << 16);
  const format = (name: RecordFormat, delimiter: Delimiter = ','): FileFormat => ({
    format: name,
    packing,
    delimiter,
  });
  const text = head.toString('utf8').replace(/^\uFEFF/, '');
  const name = basename(path).replace(/\.(gz|tgz)$/i, '');
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') {
    throw unsupported(path, 'it is a Parquet file. Export it as JSONL or CSV');
  }
  if (head.includes(0) && !/\.(jsonl|ndjson|csv|tsv|qrels|txt)$/i.test(name)) {
    throw unsupported(path, 'it holds binary data');
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const first = lines[0] ?? '';
  if (/^\s*[[{]/.test(first)) {
    if (parsesAsObject(first) || lines.slice(0, 20).some(parsesAsObject)) return format('jsonl');
    if (/\.(jsonl|ndjson)$/i.test(name)) return format('jsonl');
    throw unsupported(path, 'it is one JSON document. Write one object a line (JSONL)');
  }
  if (/\.(jsonl|ndjson)$/i.test(name)) return format('jsonl');
  if (/\.(qrels|run|trec|ignore)$/i.test(name)) return format('words');
  if (isWords(lines.slice(0, 20))) return format('words');
  const delimiter = guessDelimiter(first);
  return format(delimiter === '\t' ? 'tsv' : 'csv', delimiter);
}

function parsesAsObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Four values ending in a grade, or six with a rank and a score, on each of the first lines. */
function isWords(lines: readonly string[]): boolean {
  const number = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;
  return (
    lines.length > 0 &&
    lines.every((line) => {
      const words = wordsOf(line);
      if (words.length === 4) return number.test(words[3] ?? '') && /^(\d+|Q0)$/.test(words[1] ?? '');
      return words.length === 6 && number.test(words[3] ?? '') && number.test(words[4] ?? '');
    })
  );
}

function unsupported(path: string, what: string): AttuneError {
  return new AttuneError(
    'FORMAT_UNSUPPORTED',
    `Expected JSONL, CSV, TSV or a TREC file at ${path}, but ${what}.`,
  );
}
