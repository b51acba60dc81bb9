import { AttuneError } from '@attune/errors';
import type { Judgments } from '@attune/schema';
import type { FileFormat } from './files/format.js';
import { sniffFormat } from './files/format.js';
import type { RawRecord } from './files/raw-record.js';
import { readRecords } from './files/records.js';
import { wordOfId } from './files/trec-words.js';
import { writeLines } from './files/write-lines.js';
import { getOrAdd } from './slices.js';

/** query id -> document ids with their scores, best first as the run gives them. */
export type TrecRun = Map<string, { documentId: string; score: number }[]>;

/**
 * TREC judgments: `query iteration document grade`, parted by any blanks. Also BEIR's table with a header.
 *
 * @throws {AttuneError} DATA_INVALID naming the first line that is not so; FILE_NOT_FOUND
 */
export async function readQrels(path: string): Promise<Judgments> {
  const judgments: Judgments = new Map();
  const format = await sniffFormat(path);
  const table = format.format === 'tsv' && (await isBeirTable(path, format));
  for await (const records of readRecords(path, table ? format : { ...format, format: 'words' })) {
    for (const record of records) {
      const [query, document, grade] = table
        ? [record.values['query-id'], record.values['corpus-id'], record.values['score']]
        : [record.values[0], record.values[2], record.values[3]];
      const value = Number(grade);
      if (
        typeof query !== 'string' ||
        typeof document !== 'string' ||
        grade === undefined ||
        !Number.isFinite(value)
      ) {
        throw malformed(path, record, 'query iteration document grade');
      }
      getOrAdd(judgments, query, () => new Map<string, number>()).set(document, value);
    }
  }
  return judgments;
}

/**
 * A TREC run: `query Q0 document rank score tag`, parted by any blanks. Sorted by score; among equals, by rank.
 *
 * @throws {AttuneError} DATA_INVALID naming the first line that is not so; FILE_NOT_FOUND
 */
export async function readRun(path: string): Promise<TrecRun> {
  const rows = new Map<string, { documentId: string; score: number; rank: number }[]>();
  const format: FileFormat = { ...(await sniffFormat(path)), format: 'words' };
  for await (const records of readRecords(path, format)) {
    for (const record of records) {
      const { values } = record;
      const [query, documentId] = [values[0], values[2]];
      const [rank, score] = [Number(values[3]), Number(values[4])];
      if (
        typeof query !== 'string' ||
        typeof documentId !== 'string' ||
        !Number.isFinite(rank) ||
        !Number.isFinite(score)
      ) {
        throw malformed(path, record, 'query Q0 document rank score tag');
      }
      getOrAdd(rows, query, () => []).push({ documentId, score, rank });
    }
  }
  const run: TrecRun = new Map();
  for (const [query, hits] of rows) {
    hits.sort((a, b) => b.score - a.score || a.rank - b.rank);
    run.set(
      query,
      hits.map(({ documentId, score }) => ({ documentId, score })),
    );
  }
  return run;
}

/** Blanks in ids are written as their pictures in Unicode. @throws {AttuneError} FILE_EXISTS unless `force`; INVALID_ARGUMENT for an empty id */
export async function writeQrels(
  path: string,
  judgments: Judgments,
  options: { force?: boolean | undefined } = {},
): Promise<void> {
  await writeLines(path, qrelsLines(judgments), options);
}

export function* ignoreLines(ignored: ReadonlyMap<string, ReadonlySet<string>>): Generator<string> {
  for (const [query, documents] of ignored) {
    for (const document of documents) yield `${wordOf(query)} ${wordOf(document)}`;
  }
}

export function* qrelsLines(judgments: Judgments): Generator<string> {
  for (const [query, grades] of judgments) {
    for (const [document, grade] of grades) yield `${wordOf(query)} 0 ${wordOf(document)} ${grade}`;
  }
}

/** Ranks begin at 1; blanks in ids as in qrels. @throws {AttuneError} FILE_EXISTS unless `force`; INVALID_ARGUMENT for an empty id */
export async function writeRun(
  path: string,
  run: TrecRun,
  options: { tag?: string | undefined; force?: boolean | undefined } = {},
): Promise<void> {
  const tag = wordOf(options.tag ?? 'attune');
  function* lines(): Generator<string> {
    for (const [query, hits] of run) {
      let rank = 0;
      for (const { documentId, score } of hits) {
        rank += 1;
        yield `${wordOf(query)} Q0 ${wordOf(documentId)} ${rank} ${score} ${tag}`;
      }
    }
  }
  await writeLines(path, lines(), options);
}

function wordOf(id: string): string {
  if (id === '') {
    throw new AttuneError('INVALID_ARGUMENT', 'Expected an id for a TREC file, but received an empty text.');
  }
  return wordOfId(id);
}

async function isBeirTable(path: string, format: FileFormat): Promise<boolean> {
  for await (const records of readRecords(path, format)) {
    const [first] = records;
    if (first !== undefined) return 'query-id' in first.values && 'corpus-id' in first.values;
  }
  return false;
}

function malformed(path: string, record: RawRecord, expected: string): AttuneError {
  return new AttuneError(
    'DATA_INVALID',
    `Expected "${expected}" at ${path}:${record.line}, but found "${record.raw.slice(0, 120)}".`,
  );
}
