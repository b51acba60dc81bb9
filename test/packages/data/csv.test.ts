import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessDelimiter, splitRecord } from '../../../packages/data/src/files/csv.js';
import type { RawRecord } from '../../../packages/data/src/files/raw-record.js';
import { readRecords } from '../../../packages/data/src/files/records.js';
import { sniffFormat } from '../../../packages/data/src/index.js';
import { filesIn, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

/** RFC 4180, everything quoted. */
const csvLine = (values: readonly string[]) =>
  values.map((value) => `"${value.replaceAll('"', '""')}"`).join(',');

async function rowsOf(content: string | Buffer, name = 'rows.csv'): Promise<RawRecord[]> {
  const path = `${filesIn(folder, { [name]: content })}/${name}`;
  const rows: RawRecord[] = [];
  for await (const batch of readRecords(path, await sniffFormat(path))) rows.push(...batch);
  return rows;
}

describe('CSV', () => {
  it('gives back any values that were written', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'é', '"', ',', '\n', ' ', '\t', ';', '本'),
      maxLength: 8,
    });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const text = [['one', 'two'], ...rows].map((row) => csvLine(row)).join('\n');
        const read = await rowsOf(`${text}\n`);
        expect(read.map(({ values }) => [values['one'], values['two']])).toEqual(rows);
        expect(read.flatMap(({ problems }) => problems)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('splits as csv-parse does what is written by RFC 4180', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', ' ', '\n'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (values) => {
        const quoted = csvLine(values);
        expect(splitRecord(quoted, ',')).toEqual((parse(quoted) as string[][])[0]);
      }),
    );
  });

  it('keeps line numbers and byte offsets right after quoted line breaks, CRLF and a byte order mark', async () => {
    const rows = await rowsOf('\uFEFFid,title\r\n1,"two\r\nlines é"\r\n2,plain\r\n');
    expect(rows.map(({ line, values }) => [line, values['id'], values['title']])).toEqual([
      [2, '1', 'two\nlines é'],
      [4, '2', 'plain'],
    ]);
    expect(rows[1]?.byteOffset).toBe(Buffer.byteLength('\uFEFFid,title\r\n1,"two\r\nlines é"\r\n'));
  });

  it('passes over blanks after a quoted value, as in the RetroTech catalogue', () => {
    expect(splitRecord('"096","Fists", , , ', ',')).toEqual(['096', 'Fists', ' ', ' ', ' ']);
    expect(splitRecord('"a" , "b"', ',')).toEqual(['a', 'b']);
    expect(splitRecord('5" pipe,x', ',')).toEqual(['5" pipe', 'x']);
  });

  it('names ragged rows and goes on', async () => {
    const rows = await rowsOf('a,b\n1,2\n1,2,3\n1\n4,5\n');
    expect(rows.map(({ line, problems }) => [line, problems[0]?.code])).toEqual([
      [2, undefined],
      [3, 'RAGGED_ROW'],
      [4, 'RAGGED_ROW'],
      [5, undefined],
    ]);
  });

  it('loses one row, not the rest of the file, to a quote that is never closed', async () => {
    const lines = Array.from({ length: 3000 }, (_, row) => `${row},plain`);
    lines[10] = '10,"open';
    const rows = await rowsOf(['id,title', ...lines].join('\n'));
    expect(rows).toHaveLength(3000);
    expect(
      rows
        .filter(({ problems }) => problems.length > 0)
        .map(({ line, problems }) => [line, problems[0]?.code]),
    ).toEqual([[12, 'UNREADABLE_ROW']]);
  });

  it('guesses the delimiter from the header', () => {
    expect(guessDelimiter('id\tquery\ttitle, long')).toBe('\t');
    expect(guessDelimiter('id;query;title')).toBe(';');
    expect(guessDelimiter('"id, or name";"query"')).toBe(';');
    expect(guessDelimiter('id')).toBe(',');
  });

  it('reads a tab-separated file that is called .csv, as the WANDS queries are', async () => {
    const rows = await rowsOf('query_id\tquery\n0\tsalon chair\n');
    expect(rows[0]?.values).toEqual({ query_id: '0', query: 'salon chair' });
  });
});
