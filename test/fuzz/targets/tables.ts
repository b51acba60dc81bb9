/** Rows that customers upload: CSV, JSON by lines, one JSON document, Parquet. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type FileFormat,
  type RawRecord,
  readDataset,
  readRecords,
  sniffFormat,
  validate,
} from '@attune/data';
import { root } from '../../end-to-end/harness/repository.js';
import type { Target } from '../fuzz.js';
import { scratchFile } from './scratch.js';

const golden = join(root, 'test/golden/parquet');

export const tables: readonly Target[] = [
  {
    name: 'csv',
    words: [
      'query,product_id,weight\n',
      'id,title\n',
      'sep=;\n',
      'sep=|\n',
      '"',
      '"\n',
      '\t',
      ',',
      ';',
      '|',
      '""',
    ],
    read: (input) => readTable('rows.csv', input),
  },
  {
    name: 'json-lines',
    words: [
      'query',
      'product_id',
      'weight',
      'query_id',
      'action_name',
      'event_attributes',
      'object',
      'object_id',
      'id',
    ],
    read: (input) => readTable('rows.jsonl', input),
  },
  {
    name: 'json-document',
    words: ['query', 'product_id', 'weight', 'rows', 'id', 'title', '[{', '}]', '},{'],
    read: (input) => readTable('rows.json', input),
  },
  {
    name: 'parquet',
    words: [],
    seeds: () =>
      ['log-none', 'log-snappy', 'types'].map((name) => readFileSync(join(golden, `${name}.parquet`))),
    read: (input) => readTable('rows.parquet', input),
  },
];

async function readTable(name: string, input: Buffer): Promise<string> {
  const path = scratchFile(name, input);
  const format = await sniffFormat(path);
  const rows = await rowsOf(path, format);
  checkPlaces(rows);
  const isPlain = format.encoding === undefined && format.packing === '' && format.format !== 'parquet';
  if (isPlain && !format.endsWithCr) {
    checkText(rows, format, input);
    await checkWhereChunksEnd(name, rows, format, input);
  }
  const known = [
    format.format,
    format.encoding?.name ?? '',
    format.packing,
    rows.length > 0 ? 'rows' : 'none',
  ];
  const problems = new Set(rows.flatMap(({ problems }) => problems.map(({ code }) => code)));
  // What the whole readers make of it: a report and a dataset, or an AttuneError.
  const report = await validate(path);
  ok(JSON.stringify(report).length < 1_000_000, 'a report as long as a log');
  const { interactions, documents } = await readDataset(path);
  for (const { weight } of interactions) ok(Number.isFinite(weight ?? 1), `a weight of ${weight}`);
  strictEqual(
    new Set(documents.map(({ id }) => id)).size,
    documents.length,
    'documents have ids of their own',
  );
  return [...known, ...[...problems].sort(), interactions.length > 0, documents.length > 0].join(' ');
}

async function rowsOf(path: string, format: FileFormat): Promise<RawRecord[]> {
  const rows: RawRecord[] = [];
  for await (const batch of readRecords(path, format)) for (const row of batch) rows.push(row);
  return rows;
}

function checkPlaces(rows: readonly RawRecord[]): void {
  for (const [i, { line, byteOffset }] of rows.entries()) {
    const before = rows[i - 1];
    ok(
      before === undefined || line >= before.line,
      `row ${i} is of line ${line}, after line ${before?.line}`,
    );
    ok(before === undefined || byteOffset >= before.byteOffset, `row ${i} is at byte ${byteOffset}`);
  }
}

/** No line is lost, none is read twice, and each row says where it stands. */
function checkText(rows: readonly RawRecord[], { format }: FileFormat, input: Buffer): void {
  const isBlank = (line: string) => line.trim() === '';
  const text = input.toString('utf8').replace(/^\ufeff/, '');
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const filled = lines.filter((line) => !isBlank(line));
  if (format === 'jsonl' || format === 'words') strictEqual(rows.length, filled.length, 'a row a line');
  if (format === 'csv' || format === 'tsv') {
    const found = rows.flatMap(({ raw }) => raw.split('\n')).filter((line) => !isBlank(line));
    deepStrictEqual(found, found.length === 0 ? [] : filled.slice(-found.length), 'lines of rows');
  }
  for (const { line, byteOffset, raw } of rows) {
    if (format !== 'json') strictEqual(raw.split('\n', 1)[0], lines[line - 1], `line ${line}`);
    const start = Buffer.from(raw).subarray(0, 200);
    if (raw.includes('\ufffd') || raw.includes('\n')) continue;
    const there = input.subarray(byteOffset, byteOffset + start.length + 3);
    ok(there.includes(start), `the row at byte ${byteOffset} does not stand there`);
  }
}

/** Files are read in chunks of 256 KiB. A blank line before the text moves where they end, and changes nothing else. */
async function checkWhereChunksEnd(name: string, rows: RawRecord[], format: FileFormat, input: Buffer) {
  if (input.length < 2 || input.subarray(0, 3).equals(Buffer.from('\ufeff'))) return;
  const blanks = 2 ** 18 - 1 - (1 + (((input.length % (input.length - 1)) * 7919) % (input.length - 1)));
  const moved = scratchFile(
    `moved-${name}`,
    Buffer.concat([Buffer.alloc(blanks, ' '), Buffer.from('\n'), input]),
  );
  const found = await rowsOf(moved, format);
  const back = found.map((row) => ({ ...row, line: row.line - 1, byteOffset: row.byteOffset - blanks - 1 }));
  strictEqual(JSON.stringify(back, shown), JSON.stringify(rows, shown), 'the same rows wherever chunks end');
}

const shown = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
