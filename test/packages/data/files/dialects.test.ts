import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type RawRecord,
  readDataset,
  readRecords,
  sniffFormat,
  validate,
} from '../../../../packages/data/src/index.js';
import { filesIn, temporaryFolder } from '../temporary-folder.js';

const folder = temporaryFolder();

async function rowsOf(content: string | Buffer, name = 'log.csv'): Promise<RawRecord[]> {
  const path = join(filesIn(folder, { [name]: content }), name);
  const rows: RawRecord[] = [];
  for await (const batch of readRecords(path, await sniffFormat(path))) rows.push(...batch);
  return rows;
}

const placed = (rows: RawRecord[]) => rows.map(({ line, values }) => [line, values]);

describe('a CSV file', () => {
  it.each([
    [';', 'sep=;'],
    ['|', 'SEP=|'],
    ['\t', 'sep=\t'],
    [',', '"sep=,"'],
    ['^', 'sep=^'],
  ])('parted by %j is read behind the hint %j that Excel writes', async (delimiter, hint) => {
    const table = [
      ['id', 'title'],
      ['1', 'desk; | \t'.replace(delimiter, '')],
      ['2', 'lamp'],
    ];
    const content = [hint, ...table.map((row) => row.join(delimiter))].join('\r\n');
    for (const mark of ['', '\ufeff']) {
      expect(placed(await rowsOf(mark + content))).toEqual([
        [3, { id: '1', title: table[1]?.[1] }],
        [4, { id: '2', title: 'lamp' }],
      ]);
    }
  });

  it('has no hint where a column is called so', async () => {
    expect(placed(await rowsOf('sep=a,id\n1,2\n'))).toEqual([[2, { 'sep=a': '1', id: '2' }]]);
  });

  it.each([',', ';', '\t', '|'])(
    'parted by %j whose lines end with CR alone has its rows',
    async (delimiter) => {
      const content = ['id,title', '1,"two\rlines"', '2,"one\nmore"', '3,lamp', '']
        .join('\r')
        .replaceAll(',', delimiter);
      expect(placed(await rowsOf(content))).toEqual([
        [2, { id: '1', title: 'two\nlines' }],
        [4, { id: '2', title: 'one\nmore' }],
        [6, { id: '3', title: 'lamp' }],
      ]);
    },
  );

  it('whose lines end with CR alone may have LF inside quotes first', async () => {
    expect(placed(await rowsOf('"id\nof it",title\r1,lamp\r'))).toEqual([
      [3, { 'id\nof it': '1', title: 'lamp' }],
    ]);
  });

  it('whose lines end with CR alone is read over pieces and without an end of its last line', async () => {
    const count = 30_000;
    const content = `id,title${Array.from({ length: count }, (_, row) => `\r${row},title of a row ${row}`).join('')}`;
    const rows = await rowsOf(content);
    expect(rows).toHaveLength(count);
    expect(rows.at(-1)).toMatchObject({ line: count + 1, values: { id: `${count - 1}` } });
  });

  it('of JSON rows whose lines end with CR alone is JSONL', async () => {
    expect(placed(await rowsOf('{"id":1}\r{"id":2}\r', 'log.jsonl'))).toEqual([
      [1, { id: 1 }],
      [2, { id: 2 }],
    ]);
  });

  it.each([';', '\t'])('parted by %j may have decimal commas as weights, and says so', async (delimiter) => {
    const content = ['query,id,title,ctr', 'a,1,x 1,5 m;0,25', 'b,2,y;-', 'c,3,z;7'];
    const text = content
      .map((line, row) =>
        row === 0 ? line.split(',') : (line.match(/^(.),(.),(.*?)(?:;(.*))?$/) ?? []).slice(1),
      )
      .map((values) => values.join(delimiter))
      .join('\n');
    const path = join(filesIn(folder, { 'log.csv': `${text}\n` }), 'log.csv');
    const dataset = await readDataset(path, { columns: { weight: 'ctr' } });
    const weights = [
      ...dataset.interactions.map(({ documentId, weight }) => [documentId, weight]),
      ...dataset.slices.flatMap(({ judgments }) => [...judgments.values()].flatMap((grades) => [...grades])),
    ];
    expect(new Map(weights as [string, number][])).toEqual(
      new Map([
        ['1', 0.25],
        ['3', 7],
      ]),
    );
    expect(dataset.documents.map(({ fields }) => fields['title'])).toContain('x 1,5 m');
    expect(dataset.notes.join(' ')).toMatch(/log\.csv: .*decimal commas: 0,25 is read as 0\.25/);
    const report = await validate(path);
    expect(report.findings.find(({ code }) => code === 'WEIGHT_INVALID')?.count).toBe(1);
  });

  it('parted by commas has decimal commas in quotes', async () => {
    const path = join(filesIn(folder, { 'log.csv': 'query,id,title,ctr\na,1,x,"0,25"\n' }), 'log.csv');
    const { rowsRejected, findings } = await validate(path);
    expect(rowsRejected).toBe(0);
    expect(findings.map(({ message }) => message).join(' ')).toContain('decimal commas');
  });

  it('takes 1,234 for no number, because it may be a thousand or one and a bit', async () => {
    const path = join(filesIn(folder, { 'log.csv': 'query;id;title;clicks\na;1;x;1,234\n' }), 'log.csv');
    const report = await validate(path);
    expect(report.findings.map(({ code }) => code)).toContain('WEIGHT_INVALID');
    expect((await sniffFormat(path)).decimalComma).toBeUndefined();
  });
});
