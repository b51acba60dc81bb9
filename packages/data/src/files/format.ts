import { basename } from 'node:path';
import { AttuneError } from '@attune/errors';
import { firstBytes, openBytes, type Packing } from './byte-source.js';
import { type Delimiter, delimiterOfHint, guessDelimiter, splitRecord } from './csv.js';
import { foreignFormat } from './foreign-format.js';
import { containerOf, hasRowsByLine, type JsonContainer } from './json-document.js';
import { encodingOfText, endsWithCrAlone, type TextForm, utf8Chunks } from './text-source.js';
import { wordsOf } from './trec-words.js';

/**
 * `json` is one document that holds an array of rows. `words` are lines of values parted by any blanks, without a header: TREC
 * qrels and runs, and lists of pairs.
 */
export type RecordFormat = 'jsonl' | 'json' | 'parquet' | 'csv' | 'tsv' | 'words';

export interface FileFormat extends TextForm {
  format: RecordFormat;
  packing: Packing;
  /** Of csv and tsv. */
  delimiter: Delimiter;
  /** Of csv and tsv: the first line is Excel's hint of the delimiter, such as `sep=;`, and no header. */
  hasHint?: boolean | undefined;
  /** Of csv and tsv: numbers are written with decimal commas, as in 0,25. */
  decimalComma?: boolean | undefined;
  /** Of tsv without a header: names for its columns. Quotes are then letters like others. */
  columns?: readonly string[] | undefined;
  /** Of json. */
  container?: JsonContainer | undefined;
}

export interface FormatOptions {
  /** The encoding of text, such as `GB18030`. Not given: UTF-8, or what the bytes tell. */
  encoding?: string | undefined;
}

const headBytes = 1 << 16;

/**
 * How a file is to be read, by what it holds; the name decides only where that leaves it open.
 *
 * @throws {AttuneError} FORMAT_UNSUPPORTED for other binary files than Parquet, for a JSON document without rows, and for text in an encoding that
 *   its bytes do not tell; INVALID_ARGUMENT for an encoding that there is none of
 */
export async function sniffFormat(
  path: string,
  { encoding: declared }: FormatOptions = {},
): Promise<FileFormat> {
  const source = await openBytes(path);
  const { packing } = source;
  const start = await firstBytes(source.chunks(), headBytes);
  const name = basename(path).replace(/\.(gz|tgz)$/i, '');
  if (start.subarray(0, 4).toString('latin1') === 'PAR1') {
    if (packing !== '') throw unsupported(path, 'it is a Parquet file that is packed. Unpack it');
    return { format: 'parquet', packing, delimiter: ',' };
  }
  const foreign = foreignFormat(start);
  if (foreign !== undefined) throw unsupported(path, foreign);
  const encoding = await encodingOfText(source, path, declared);
  if (encoding === undefined && start.includes(0) && !/\.(jsonl|ndjson|csv|tsv|qrels|txt)$/i.test(name)) {
    throw unsupported(
      path,
      'it holds binary data. Export the table as CSV or JSONL from the program that wrote it',
    );
  }
  const head = await firstBytes(utf8Chunks(source.chunks(), { encoding }), headBytes);
  const text = head.toString('utf8').replace(/^\uFEFF/, '');
  const endsWithCr = endsWithCrAlone(text);
  const format = (format: RecordFormat, more: Partial<FileFormat> = {}): FileFormat => ({
    format,
    packing,
    delimiter: ',',
    ...(encoding && { encoding }),
    ...(endsWithCr && { endsWithCr }),
    ...more,
  });
  const lines = text.split(endsWithCr ? /\r/ : /\r?\n/).filter((line) => line.trim() !== '');
  const first = lines[0] ?? '';
  if (/^\s*[[{]/.test(first)) {
    const container = containerOf(lines.join('\n'), head.length < headBytes);
    if (container !== undefined) return format('json', { container });
    if (hasRowsByLine(lines.join('\n'))) return format('jsonl');
    if (/\.(jsonl|ndjson)$/i.test(name)) return format('jsonl');
    throw unsupported(
      path,
      'it is one JSON document without an array of objects. Write one object a line (JSONL)',
    );
  }
  if (/\.(jsonl|ndjson)$/i.test(name)) return format('jsonl');
  if (/\.(qrels|run|trec|ignore)$/i.test(name)) return format('words');
  if (isWords(lines.slice(0, 20))) return format('words');
  const hinted = delimiterOfHint(first);
  const delimiter = hinted ?? guessDelimiter(first);
  return format(delimiter === '\t' ? 'tsv' : 'csv', {
    delimiter,
    ...(hinted !== undefined && { hasHint: true }),
    ...(hasDecimalCommas(lines, delimiter) && { decimalComma: true }),
  });
}

/** What was told from the bytes of a file, in sentences: its encoding, its ends of lines, its numbers. */
export function formatNotes({
  encoding,
  endsWithCr,
  hasHint,
  delimiter,
  decimalComma,
  columns,
}: FileFormat): string[] {
  const notes: string[] = [];
  if (encoding?.guessed) {
    notes.push(
      `read as ${encoding.name}, which its bytes look like. If letters are wrong, name the encoding with \`encoding\`, or save the file as UTF-8.`,
    );
  } else if (encoding !== undefined) notes.push(`read as ${encoding.name}.`);
  if (endsWithCr) notes.push('lines end with CR alone.');
  if (hasHint) notes.push(`the first line, sep=${delimiter}, names the delimiter.`);
  if (decimalComma) notes.push('weights are written with decimal commas: 0,25 is read as 0.25.');
  if (columns !== undefined)
    notes.push(`its first line is no header, so its columns are taken for ${columns.join(', ')}.`);
  return notes;
}

/** A value of digits around a comma is a number. Three digits behind it may be thousands, except after 0. */
function hasDecimalCommas(lines: readonly string[], delimiter: Delimiter): boolean {
  return lines
    .slice(1, 200)
    .some((line) =>
      splitRecord(line, delimiter)?.some((value) =>
        /^\s*-?(0,\d+|\d+,(\d{1,2}|\d{4,}))\s*[%％]?\s*$/u.test(value),
      ),
    );
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
    `Expected JSONL, JSON, Parquet, CSV, TSV or a TREC file at ${path}, but ${what}.`,
  );
}
