import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textLines } from '../../../packages/data/src/files/text-lines.js';
import { type RawRecord, readRecords, sniffFormat } from '../../../packages/data/src/index.js';
import { filesIn, jsonl, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

async function rowsOf(path: string): Promise<RawRecord[]> {
  const rows: RawRecord[] = [];
  for await (const batch of readRecords(path, await sniffFormat(path))) rows.push(...batch);
  return rows;
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('text lines', () => {
  it('are the same however the bytes arrive', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '🦆', '\n', '\r\n', ' '), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (content, size) => {
        const lines: { text: string; line: number; byteOffset: number }[] = [];
        for await (const batch of textLines(pieces(Buffer.from(content), size), 'x')) lines.push(...batch);
        const expected = content.split('\n').map((line) => line.replace(/\r$/, ''));
        if (content === '' || content.endsWith('\n')) expected.pop();
        expect(lines.map((line) => line.text)).toEqual(expected);
        for (const { line, text: found, byteOffset } of lines) {
          expect(found).toBe(expected[line - 1]);
          const rest = Buffer.from(content).subarray(byteOffset).toString();
          expect(rest.startsWith(found)).toBe(true);
        }
      }),
    );
  });

  it('name the line whose bytes are not UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":"é"}\n{"a":"'),
      Buffer.from([0xe9]),
      Buffer.from('"}\n{"a":"b"}\n'),
    ]);
    const rows = await rowsOf(`${filesIn(folder, { 'a.jsonl': bytes })}/a.jsonl`);
    expect(rows.map(({ problems }) => problems.map(({ code }) => code))).toEqual([[], ['INVALID_UTF8'], []]);
    expect(rows[1]?.values).toEqual({ a: '\ufffd' });
  });
});

describe('files', () => {
  it('are unpacked by their first bytes, whatever their name', async () => {
    const inner = filesIn(folder, { 'log.jsonl': gzipSync(jsonl({ query: 'a' }, { query: 'b' })) });
    expect(await sniffFormat(`${inner}/log.jsonl`)).toMatchObject({ format: 'jsonl', packing: '+gzip' });
    expect((await rowsOf(`${inner}/log.jsonl`)).map(({ values }) => values['query'])).toEqual(['a', 'b']);
  });

  it('are read out of a tar archive that holds one', async () => {
    const inner = filesIn(folder, { 'products.csv': 'id,title\n01,lamp\n', README: 'x' });
    execFileSync('tar', ['czf', 'products.tgz', 'README', 'products.csv'], { cwd: inner });
    expect(await sniffFormat(`${inner}/products.tgz`)).toMatchObject({ format: 'csv', packing: '+tar.gz' });
    expect((await rowsOf(`${inner}/products.tgz`)).map(({ values }) => values)).toEqual([
      { id: '01', title: 'lamp' },
    ]);
  });

  it('cut short while packed are FILE_CORRUPT', async () => {
    const packed = gzipSync(
      jsonl(...Array.from({ length: 5000 }, (_, row) => ({ query: `query ${row * 7919}` }))),
    );
    const path = `${filesIn(folder, { 'log.jsonl.gz': packed.subarray(0, packed.length / 2) })}/log.jsonl.gz`;
    await expect(rowsOf(path)).rejects.toMatchObject({ code: 'FILE_CORRUPT', message: /cut short/ });
  });

  it('that are not there, or one JSON document, say so', async () => {
    await expect(sniffFormat(`${folder}/nothing.jsonl`)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const path = `${filesIn(folder, { 'a.json': '{\n  "rows": []\n}\n' })}/a.json`;
    await expect(sniffFormat(path)).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED', message: /JSONL/ });
  });

  it('of JSONL give back any object that was written, and name lines that are none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.string()), { minLength: 1, maxLength: 5 }),
        async (objects) => {
          const path = `${filesIn(folder, { 'a.jsonl': jsonl(...objects) })}/a.jsonl`;
          expect((await rowsOf(path)).map(({ values }) => JSON.stringify(values))).toEqual(
            objects.map((o) => JSON.stringify(o)),
          );
        },
      ),
      { numRuns: 40 },
    );
    const path = `${filesIn(folder, { 'b.jsonl': '{"a":1}\n{"a":\n[1]\n\n{"a":2}\n' })}/b.jsonl`;
    const rows = await rowsOf(path);
    expect(rows.map(({ line, problems }) => [line, problems[0]?.code])).toEqual([
      [1, undefined],
      [2, 'UNREADABLE_ROW'],
      [3, 'UNREADABLE_ROW'],
      [5, undefined],
    ]);
  });
});
