import { isUtf8 } from 'node:buffer';
import { counted } from '@attune/errors';
import { checkDepth } from '@attune/files';
import { parseExactJson } from '@attune/schema';
import { openBytes } from './byte-source.js';
import { CsvAssembler, type CsvRecord } from './csv.js';
import type { FileFormat } from './format.js';
import { documentRows } from './json-document.js';
import type { RawRecord, RecordProblem } from './raw-record.js';
import { type TextLine, textLines } from './text-lines.js';
import { utf8Chunks } from './text-source.js';
import { idOfWord, wordsOf } from './trec-words.js';

/** Has no room for many levels. */
const shortLine = 200;
const noProblems: readonly RecordProblem[] = [];

/** The rows of a file, in batches. Faults of a row are its `problems`, never exceptions. */
export async function* readRecords(path: string, format: FileFormat): AsyncGenerator<RawRecord[]> {
  if (format.format === 'parquet') {
    const { parquetRecords } = await import('./parquet.js'); // 60 modules, which few programs need
    yield* parquetRecords(path);
    return;
  }
  const source = await openBytes(path);
  const chunks = utf8Chunks(source.chunks(), format);
  const wasDecoded = format.encoding !== undefined;
  if (format.format === 'json') {
    const isValid = (bytes: Buffer, text: string) => (wasDecoded ? !text.includes('\ufffd') : isUtf8(bytes));
    for await (const rows of documentRows(chunks, format.container ?? 'array', path, isValid))
      yield rows.map((row) => jsonRecord(row, format));
    return;
  }
  const batches = textLines(chunks, path, { wasDecoded });
  if (format.format === 'jsonl' || format.format === 'words') {
    const recordOf = format.format === 'jsonl' ? jsonRecord : wordsRecord;
    for await (const lines of batches)
      yield lines.filter(({ text }) => text.trim() !== '').map((line) => recordOf(line, format));
  } else if (format.columns !== undefined) {
    const { columns } = format;
    for await (const lines of batches)
      yield lines
        .filter(({ text }) => text.trim() !== '')
        .map((line) =>
          tableRecord({ ...line, raw: line.text, values: line.text.split('\t') }, columns, format),
        );
  } else {
    yield* csvRecords(batches, format);
  }
}

/** The columns of a file: the header of CSV, or every key of the first 50 rows of JSONL, in order of appearance. */
export async function columnsOf(path: string, format: FileFormat): Promise<string[]> {
  const columns = new Set<string>();
  let rows = 0;
  for await (const batch of readRecords(path, format)) {
    for (const { values } of batch) {
      for (const column of Object.keys(values)) columns.add(column);
      rows += 1;
      if (rows >= 50) return [...columns];
    }
  }
  return [...columns];
}

/** The values of a table's first line, whether it is a header or not. */
export async function firstLineOf(path: string, format: FileFormat): Promise<string[]> {
  for await (const [first] of readRecords(path, { ...format, columns: [] })) {
    if (first !== undefined) return first.raw.split('\t');
  }
  return [];
}

function jsonRecord(line: TextLine, format: FileFormat): RawRecord {
  const record: RawRecord = {
    line: line.line,
    byteOffset: line.byteOffset,
    raw: line.text,
    values: {},
    problems: line.isValid ? noProblems : [invalidText(format)],
    surplus: 0,
  };
  try {
    const value: unknown = parseExactJson(line.text);
    if (line.text.length > shortLine) checkDepth(line.text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      record.values = value as Record<string, unknown>;
      return record;
    }
    record.problems = [...record.problems, unreadable('not a JSON object')];
  } catch (error) {
    record.problems = [...record.problems, unreadable((error as Error).message)];
  }
  return record;
}

function wordsRecord(line: TextLine, format: FileFormat): RawRecord {
  const values: Record<string, unknown> = {};
  const words = wordsOf(line.text);
  for (let at = 0; at < words.length; at += 1) values[at] = idOfWord(words[at] as string);
  return {
    line: line.line,
    byteOffset: line.byteOffset,
    raw: line.text,
    values,
    problems: line.isValid ? noProblems : [invalidText(format)],
    surplus: 0,
  };
}

async function* csvRecords(
  batches: AsyncIterable<TextLine[]>,
  format: FileFormat,
): AsyncGenerator<RawRecord[]> {
  const assembler = new CsvAssembler(format.delimiter);
  let header: string[] | undefined;
  let hintComes = format.hasHint === true;
  const recordsOf = (rows: CsvRecord[]): RawRecord[] => {
    if (hintComes && rows.length > 0) {
      rows.shift();
      hintComes = false;
    }
    if (header === undefined && rows.length > 0) header = rows.shift()?.values.map((name) => name.trim());
    const columns = header ?? [];
    return rows.map((row) => tableRecord(row, columns, format));
  };
  for await (const lines of batches) yield recordsOf(assembler.add(lines));
  yield recordsOf(assembler.finish());
}

function tableRecord(
  row: Omit<CsvRecord, 'openQuote'> & { openQuote?: boolean },
  columns: readonly string[],
  format: FileFormat,
): RawRecord {
  const values: Record<string, unknown> = {};
  for (let at = 0; at < columns.length && at < row.values.length; at += 1) {
    values[columns[at] as string] = row.values[at];
  }
  const surplus = row.values.length - columns.length;
  const problems: RecordProblem[] = row.isValid ? [] : [invalidText(format)];
  if (row.openQuote) problems.push(unreadable('a quote is opened and never closed'));
  else if (surplus !== 0) problems.push(ragged(row.values.length, columns.length));
  return { line: row.line, byteOffset: row.byteOffset, raw: row.raw, values, problems, surplus };
}

function invalidText({ encoding }: FileFormat): RecordProblem {
  return { code: 'INVALID_UTF8', message: `bytes that are not ${encoding?.name ?? 'UTF-8'}` };
}

function unreadable(message: string): RecordProblem {
  return { code: 'UNREADABLE_ROW', message };
}

function ragged(values: number, columns: number): RecordProblem {
  return {
    code: 'RAGGED_ROW',
    message: `${counted(values, 'value')} where the header has ${counted(columns, 'column')}`,
  };
}
