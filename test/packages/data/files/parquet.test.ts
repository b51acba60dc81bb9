import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parquetWriteFile } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import {
  type RawRecord,
  readDataset,
  readDocuments,
  readRecords,
  sniffFormat,
  validate,
} from '../../../../packages/data/src/index.js';
import { filesIn, temporaryFolder } from '../temporary-folder.js';

const folder = temporaryFolder();
const golden = (name: string) => fileURLToPath(new URL(`../../../golden/parquet/${name}`, import.meta.url));

async function rowsOf(path: string): Promise<RawRecord[]> {
  const rows: RawRecord[] = [];
  for await (const batch of readRecords(path, await sniffFormat(path))) rows.push(...batch);
  return rows;
}

describe('a damaged Parquet file', () => {
  it('is refused when a column that is stored has no name in its schema, and nothing is left to fail later', async () => {
    const path = join(filesIn(folder, {}), 'log.parquet');
    mkdirSync(join(path, '..'), { recursive: true });
    const column = (name: string) => ({ name, data: ['red lamp', 'desk', 'sofa'], type: 'STRING' as const });
    parquetWriteFile({ filename: path, columnData: [column('query'), column('other')] });
    const bytes = readFileSync(path);
    const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    // The first place is the schema, the next ones say where each column lies.
    bytes.write('otter', bytes.indexOf('other', footer), 'latin1');
    bytes.fill(0xff, 4, footer);
    writeFileSync(path, bytes);
    const lost: unknown[] = [];
    const onLost = (error: unknown) => lost.push(error);
    process.on('unhandledRejection', onLost);
    await expect(rowsOf(path)).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', onLost);
    expect(lost).toEqual([]);
  });

  it('is refused when a page says that it has no size, or one below 0', async () => {
    const whole = readFileSync(golden('log-none.parquet'));
    // The header of the first page follows on the four letters of the file: 0x15 and its type, 0x15 and its size unpacked, 0x15 and
    // its size packed, where 0x25 is the head of another field.
    expect([...whole.subarray(4, 10)]).toEqual([0x15, 4, 0x15, 40, 0x15, 40]);
    for (const [at, byte] of [
      [8, 0x25],
      [9, 0x01],
      [9, 0x7f],
    ] as const) {
      const bytes = Buffer.from(whole);
      bytes[at] = byte;
      const path = join(filesIn(folder, { 'log.parquet': bytes }), 'log.parquet');
      await expect(rowsOf(path)).rejects.toMatchObject({
        code: 'FILE_CORRUPT',
        message: expect.stringMatching(/a page says that it has (no|-\d+) bytes/),
      });
    }
  });
});

describe('a Parquet file', () => {
  it('gives exact integers and decimals, ISO times, lists and structs, as pyarrow wrote them', async () => {
    const rows = await rowsOf(golden('types.parquet'));
    expect(rows.map(({ values }) => values)).toEqual([
      {
        id: 9223372036854775371n,
        unsigned: 18446744073709551615n,
        number: 12345678901234567890n,
        price: 19.9,
        exact: '12345678901234567.89',
        small: 1,
        rate: 0.25,
        flag: true,
        text: '灯 “desk”',
        bytes: 'plain',
        day: '2026-01-31',
        at: '2026-01-31T12:30:00.000Z',
        tags: ['a', 'b'],
        ids: [9223372036854775371n, 1],
        object: { object_id: 9223372036854775371n, price: 1.5 },
      },
      {
        id: 7,
        unsigned: 1,
        number: -12345678901234567891n,
        price: -0.05,
        exact: 0.1,
        small: 2,
        rate: null,
        flag: false,
        text: '',
        bytes: null,
        day: null,
        at: null,
        tags: [],
        ids: null,
        object: null,
      },
      {
        id: null,
        unsigned: 2,
        number: 5,
        price: null,
        exact: null,
        small: 3,
        rate: 1.5,
        flag: null,
        text: null,
        bytes: 'é',
        day: '1969-12-31',
        at: null,
        tags: null,
        ids: [2],
        object: { object_id: 3, price: null },
      },
    ]);
    expect(JSON.parse(rows[0]?.raw ?? '')).toMatchObject({ id: '9223372036854775371', price: 19.9 });
  });

  it.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'])(
    'of several row groups, packed by %s, is a log',
    async (codec) => {
      const path = join(filesIn(folder, { keep: '' }), 'log.parquet');
      copyFileSync(golden(`log-${codec}.parquet`), path);
      const rows = await rowsOf(path);
      expect(rows.map(({ line, values }) => [line, values['product_id'], values['clicks']])).toEqual(
        Array.from({ length: 10 }, (_, row) => [row + 1, 9223372036854775000n + BigInt(row), row]),
      );
      const { documents, mapping } = await readDataset(path);
      expect(documents.map(({ id }) => id)).toContain('9223372036854775009');
      expect(mapping.map(({ role, column }) => [role, column])).toContainEqual(['weight', 'clicks']);
      const report = await validate(path);
      expect(report.files).toMatchObject([{ format: 'parquet', rows: 10 }]);
    },
  );

  it('is read part by part, however large its row groups are', async () => {
    const count = 150_000;
    const path = join(filesIn(folder, { keep: '' }), 'log.parquet');
    const rows = Array.from({ length: count }, (_, row) => row);
    parquetWriteFile({
      filename: path,
      rowGroupSize: 100_000,
      columnData: [
        { name: 'product_id', data: rows.map((row) => BigInt(row)), type: 'INT64' },
        { name: 'title', data: rows.map((row) => `title ${row}`), type: 'STRING' },
      ],
    });
    let next = 0;
    let most = 0;
    for await (const batch of readRecords(path, await sniffFormat(path))) {
      most = Math.max(most, batch.length);
      for (const { line, values } of batch) {
        if (values['product_id'] !== next || values['title'] !== `title ${next}` || line !== next + 1)
          throw new Error(`row ${next} is ${line}: ${JSON.stringify(values)}`);
        next += 1;
      }
    }
    expect(next).toBe(count);
    expect(most).toBeLessThan(10_000);
  });

  it('is found in a folder, and is a catalogue by itself', async () => {
    const inner = join(folder, 'shop');
    mkdirSync(inner);
    const products = { filename: join(inner, 'products.parquet') };
    parquetWriteFile({
      ...products,
      columnData: [
        { name: 'id', data: ['007', '8'], type: 'STRING' },
        { name: 'title', data: ['Lamp', 'Desk'], type: 'STRING' },
      ],
    });
    writeFileSync(join(inner, 'log.csv'), 'query,id,clicks\nlamp,007,1\n');
    const { documents } = await readDocuments(products.filename);
    expect(documents.map(({ id, source }) => [id, source.line])).toEqual([
      ['007', 1],
      ['8', 2],
    ]);
    const report = await validate(inner);
    expect(report.files.map(({ file, role }) => [file, role])).toEqual([
      ['products.parquet', 'documents'],
      ['log.csv', 'interactions'],
    ]);
  });

  it('that is cut short, or packed as a whole, is refused with the reason', async () => {
    const bytes = readFileSync(golden('log-snappy.parquet'));
    const inner = filesIn(folder, {
      'cut.parquet': bytes.subarray(0, bytes.length - 100),
      'log.parquet.gz': gzipSync(bytes),
    });
    await expect(rowsOf(join(inner, 'cut.parquet'))).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
    await expect(rowsOf(join(inner, 'log.parquet.gz'))).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: /Unpack/,
    });
  });
});
