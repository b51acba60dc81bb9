import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerOf, documentRows } from '../../../../packages/data/src/files/json-document.js';
import {
  type RawRecord,
  readDocuments,
  readRecords,
  sniffFormat,
  validate,
} from '../../../../packages/data/src/index.js';
import { filesIn, temporaryFolder } from '../temporary-folder.js';

const folder = temporaryFolder();

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(content: string, name = 'a.json'): Promise<RawRecord[]> {
  const path = join(filesIn(folder, { [name]: content }), name);
  const rows: RawRecord[] = [];
  for await (const batch of readRecords(path, await sniffFormat(path))) rows.push(...batch);
  return rows;
}

const rows = [
  { id: 1, title: 'a "lamp" ]}, [{' },
  { id: 2, title: 'é\\', tags: ['x', { y: [] }] },
  { id: 3 },
];

describe('one JSON document', () => {
  it.each([
    ['an array on one line', JSON.stringify(rows)],
    ['an array over lines', JSON.stringify(rows, undefined, 2)],
    ['an array with a row on each line', `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`],
    ['an object that holds an array', JSON.stringify({ took: 3, meta: { next: [1] }, data: rows, more: [] })],
    ['an object over lines', `\ufeff${JSON.stringify({ next: null, list: ['a'], rows }, undefined, '\t')}`],
  ])('that is %s gives its objects as rows', async (_, content) => {
    for (const name of ['a.json', 'a.jsonl', 'a.txt']) {
      expect((await rowsOf(content, name)).map(({ values }) => values)).toEqual(rows);
    }
  });

  it('gives each row its text, line and place', async () => {
    const content = '[\n  {"id": 1},\n\n  {\n    "id": "é"\n  }, {"id": 9007199254740993}\n]';
    const found = await rowsOf(content);
    expect(found.map(({ line, raw }) => [line, raw])).toEqual([
      [2, '{"id": 1}'],
      [4, '{\n    "id": "é"\n  }'],
      [6, '{"id": 9007199254740993}'],
    ]);
    for (const { byteOffset, raw } of found) {
      expect(
        Buffer.from(content)
          .subarray(byteOffset, byteOffset + Buffer.byteLength(raw))
          .toString(),
      ).toBe(raw);
    }
    expect(found[2]?.values['id']).toBe(9007199254740993n);
  });

  it('is the same however its bytes arrive', async () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const row = fc.dictionary(fc.string({ unit: 'grapheme' }), value, { maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 5 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(undefined, 1),
        async (list, inObject, size, indent) => {
          const text = JSON.stringify(inObject ? { a: { b: [{}] }, list } : list, undefined, indent);
          const found: unknown[] = [];
          const batches = documentRows(
            pieces(Buffer.from(text), size),
            inObject ? 'object' : 'array',
            'x',
            () => true,
          );
          for await (const batch of batches) found.push(...batch.map((each) => JSON.parse(each.text)));
          expect(found).toEqual(JSON.parse(JSON.stringify(list)));
        },
      ),
    );
  });

  it('is told from its beginning when it is large', () => {
    const row = `{"id":1,"text":"${'x'.repeat(1000)}"}`;
    const head = (text: string) => containerOf(text.slice(0, 3000), false);
    expect(head(`[${row},${row},${row}`)).toBe('array');
    expect(head(`{"meta":{"a":[1]},"name":"b","rows":[${row},${row},${row}`)).toBe('object');
    expect(head(`${row}\n${row}\n${row}`)).toBeUndefined();
    expect(head(`{"id":1,"hits":["a","b"],"text":"${'x'.repeat(4000)}`)).toBeUndefined();
  });

  it('is not what one row a line is', async () => {
    const event = { query_id: 1, hits: [{ id: 2 }] };
    const lines = `${JSON.stringify(event)}\n${JSON.stringify(event)}\n`;
    expect(await rowsOf(lines)).toHaveLength(2);
    // A first line that is cut short makes no document of the rest.
    const cut = await rowsOf(`{"query_id":1,"hits":[{"id"\n${lines}`);
    expect(cut.map(({ problems }) => problems.map(({ code }) => code))).toEqual([['UNREADABLE_ROW'], [], []]);
    expect((await rowsOf('{"id":1,"title":"lamp"}\n'))[0]?.values).toEqual({ id: 1, title: 'lamp' });
  });

  it('that ends too early has a last row that cannot be read', async () => {
    const found = await rowsOf('[{"id":1},\n{"id":2,"title":"la');
    expect(found.map(({ line, problems }) => [line, problems.map(({ code }) => code)])).toEqual([
      [1, []],
      [2, ['UNREADABLE_ROW']],
    ]);
  });

  it('may hold entries that are no rows', async () => {
    const found = await rowsOf('[{"id":1}, 7, null, "a, ]", {"id":2}]');
    expect(found.map(({ problems }) => problems.length)).toEqual([0, 1, 1, 1, 0]);
    expect(found.map(({ raw }) => raw)).toEqual(['{"id":1}', '7', 'null', '"a, ]"', '{"id":2}']);
  });

  it('without an array of objects, or with several, is refused with the reason', async () => {
    await expect(rowsOf(JSON.stringify({ a: 1, b: { c: [{}] } }, undefined, 1))).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: /without an array of objects/,
    });
    const padding = 'x'.repeat(70_000);
    await expect(rowsOf(JSON.stringify({ a: [{ id: 1, padding }], b: [{ id: 2 }] }))).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: /several arrays/,
    });
  });

  it('is a catalogue or a log like any other file', async () => {
    const inner = filesIn(folder, {
      'products.json': JSON.stringify({
        products: [
          { sku: '01', title: 'Lamp' },
          { sku: '02', title: 'Desk' },
        ],
      }),
      'log.json': JSON.stringify([
        { query: 'lamp', sku: '01', clicks: 3 },
        { query: 'desk', sku: '02', clicks: 1 },
      ]),
    });
    expect((await readDocuments(join(inner, 'products.json'))).documents.map(({ id }) => id)).toEqual([
      '01',
      '02',
    ]);
    const report = await validate(join(inner, 'log.json'), { documents: join(inner, 'products.json') });
    expect(report.files.map(({ file, format, rows }) => [file, format, rows])).toEqual([
      ['products.json', 'json', 2],
      ['log.json', 'json', 2],
    ]);
  });
});
