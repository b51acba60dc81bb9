import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decoderOf, encodingOf } from '../../../../packages/data/src/files/encodings.js';
import { guessEncoding } from '../../../../packages/data/src/files/guess-encoding.js';
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

/** The text in an encoding: TextDecoder turned round, one character at a time. */
function encoded(text: string, label: string): Buffer {
  let table = tables.get(label);
  if (table === undefined) {
    table = new Map();
    for (let first = 0; first < 256; first += 1) {
      const single = decoderOf(encodingOf(label));
      const one = single.decode(Uint8Array.of(first)) + single.end();
      if (!one.includes('\ufffd') && !table.has(one)) table.set(one, [first]);
      if (first < 0x81 || !twoBytes.has(label)) continue;
      for (let second = 0x40; second < 256; second += 1) {
        const decoder = decoderOf(encodingOf(label));
        const two = decoder.decode(Uint8Array.of(first, second)) + decoder.end();
        if (!two.includes('\ufffd') && !table.has(two)) table.set(two, [first, second]);
      }
    }
    tables.set(label, table);
  }
  const bytes = [...text].flatMap((character) => {
    const found = table.get(character);
    if (found === undefined) throw new Error(`${label} has no ${character}`);
    return found;
  });
  return Buffer.from(bytes);
}

const tables = new Map<string, Map<string, number[]>>();
const twoBytes = new Set(['gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr']);

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** A few rows each, as a small shop would have them. */
const logs: [label: string, text: string][] = [
  ['gb18030', 'query,id,title\n雨伞,01,全自动折叠雨伞\n保温杯,02,不锈钢保温杯 500ml\n'],
  ['gb18030', '关键词,商品,标题\n键盘,7,机械键盘\n'],
  [
    'gb18030',
    '查询,商品编号,标题,相关性\ndesk,1,desk set,相关\nlamp,2,lamp kit,不相关\nsink,3,sink set,部分相关\n',
  ],
  ['big5', 'query,id,title\n雨傘,01,自動開收折疊雨傘\n保溫杯,02,不鏽鋼保溫杯\n'],
  ['shift_jis', 'query,id,title\nかさ,01,折りたたみ傘 軽量\n水筒,02,ステンレス水筒\n'],
  ['euc-jp', 'query,id,title\nかさ,01,折りたたみ傘 軽量\n水筒,02,ステンレス水筒\n'],
  ['euc-kr', 'query,id,title\n우산,01,자동 접이식 우산\n물병,02,스테인리스 물병\n'],
  ['windows-1252', 'query,id,title\nparapluie léger,01,Parapluie télescopique très léger\n'],
  ['windows-1252', 'query,id,title\nTürgriff,01,Türgriff für große Türen\n'],
  ['windows-1252', 'query,id,title\nlamp,01,Lamp – 24” for 30 €\n'],
  ['windows-1250', 'query,id,title\nparasol składany,01,Lekki parasol w kształcie łódki, żółty\n'],
  ['windows-1250', 'query,id,title\ndeštník,01,Skládací deštník žlutý\n'],
  ['windows-1251', 'query,id,title\nзонт,01,Складной зонт автомат\n'],
  ['koi8-r', 'query,id,title\nзонт,01,Складной зонт автомат\n'],
  ['windows-1253', 'query,id,title\nομπρέλα,01,Αυτόματη ομπρέλα βροχής\n'],
  ['windows-1254', 'query,id,title\nşemsiye,01,Katlanır şemsiye küçük ağırlık\n'],
  ['windows-1255', 'query,id,title\nמטריה,01,מטריה מתקפלת אוטומטית\n'],
  ['windows-1256', 'query,id,title\nمظلة,01,مظلة قابلة للطي\n'],
  ['windows-874', 'query,id,title\nร่ม,01,ร่มพับอัตโนมัติ น้ำหนักเบา\n'],
  ['iso-8859-2', 'query,id,title\nparasol,01,Śliczny żółty parasol składany z rączką, średni\n'],
];

describe('a guess of the encoding', () => {
  it.each(logs)('finds %s in some rows: %s', (label, text) => {
    expect(guessEncoding(encoded(text, label))?.label).toBe(label);
  });

  it('is none for bytes that are no language', () => {
    const noise = Buffer.from(Array.from({ length: 600 }, (_, at) => (at * 7919 + ((at * at) % 251)) % 256));
    expect(guessEncoding(noise)).toBeUndefined();
  });

  it('is none for text that two encodings give like letters for', () => {
    expect(guessEncoding(Buffer.from([0x61, 0xe9, 0xe9, 0xf8, 0x0a]))).toBeUndefined();
  });

  it('is none for letters of which most are the same in two languages of two encodings', () => {
    const text = `${'lèt '.repeat(19)}${'lét '.repeat(3)}`;
    expect(guessEncoding(Buffer.from(text, 'latin1'))).toBeUndefined();
    expect(guessEncoding(Buffer.from('lét '.repeat(8), 'latin1'))?.label).toBe('windows-1252');
  });

  it('is none for letters among which many make no word of any language', () => {
    const text = `${'lét '.repeat(3)}${'a¤b '.repeat(2)}`;
    expect(guessEncoding(Buffer.from(text, 'latin1'))).toBeUndefined();
  });

  it('is made with letters beyond ISO-8859-1, which TextDecoder of Node 20 has no table for', () => {
    const decoder = decoderOf(encodingOf('windows-1252'));
    expect(decoder.decode(Uint8Array.of(0x80, 0x93, 0x99, 0xe9)) + decoder.end()).toBe('€“™é');
  });
});

async function rowsOf(path: string, encoding?: string): Promise<RawRecord[]> {
  const rows: RawRecord[] = [];
  for await (const batch of readRecords(path, await sniffFormat(path, { encoding }))) rows.push(...batch);
  return rows;
}

describe('a file in another encoding', () => {
  it.each(logs)('is read as %s, whatever its size and packing: %s', async (label, text) => {
    // The characters come at the very end, and pieces of the file end inside of them.
    const head = `${text.split('\n')[0]}\n`;
    const ascii = 'plain,x,row without any other letter\n'.repeat(9000);
    const bytes = Buffer.concat([
      encoded(head, label),
      Buffer.from(ascii),
      encoded(text.slice(head.length), label),
    ]);
    const inner = filesIn(folder, { 'log.csv': bytes, 'log.csv.gz': gzipSync(bytes) });
    const expected = text.trimEnd().split('\n').slice(1);
    for (const name of ['log.csv', 'log.csv.gz']) {
      const rows = await rowsOf(join(inner, name));
      const last = rows.slice(9000);
      expect(last.map(({ raw }) => raw)).toEqual(expected);
      expect(last.map(({ line }) => line)).toEqual(expected.map((_, at) => 9002 + at));
      expect(rows.every(({ problems }) => problems.every(({ code }) => code !== 'INVALID_UTF8'))).toBe(true);
    }
  });

  it('is read whole where pieces of the file end inside a character', async () => {
    const lines = 40_000;
    const text = `id,n\n${'台灯架,1\n'.repeat(lines)}`;
    const bytes = encoded('台灯架', 'gb18030');
    const row = Buffer.concat([bytes, Buffer.from(',1\n')]);
    const path = join(
      filesIn(folder, { 'a.csv': Buffer.concat([Buffer.from('id,n\n'), ...new Array(lines).fill(row)]) }),
      'a.csv',
    );
    // The second piece, after 256 KiB, begins with the second byte of a character.
    expect((262_144 - 5) % row.length).toBe(5);
    expect((await rowsOf(path)).map(({ raw }) => raw).join('\n')).toBe(text.slice(5).trimEnd());
  });

  it('is read as UTF-16 by its byte order mark or its zeros, in both orders', async () => {
    const text = 'query,id,title\n傘,01,折りたたみ傘\nlamp,02,Lamp\n';
    const inner = filesIn(folder, {
      'a.csv': Buffer.from(`\ufeff${text}`, 'utf16le'),
      'b.csv': swapped(`\ufeff${text}`),
      'c.csv': Buffer.from(text, 'utf16le'),
      'd.csv': swapped(text),
      'e.jsonl': Buffer.from('{"query":"傘"}\r\n{"query":"lamp"}\r\n', 'utf16le'),
    });
    for (const name of ['a.csv', 'b.csv', 'c.csv', 'd.csv']) {
      const rows = await rowsOf(join(inner, name));
      expect(rows.map(({ values }) => values)).toEqual([
        { query: '傘', id: '01', title: '折りたたみ傘' },
        { query: 'lamp', id: '02', title: 'Lamp' },
      ]);
    }
    expect((await sniffFormat(join(inner, 'a.csv'))).encoding).toEqual({
      label: 'utf-16le',
      name: 'UTF-16LE',
      guessed: false,
    });
    expect((await sniffFormat(join(inner, 'd.csv'))).encoding?.guessed).toBe(true);
    expect((await rowsOf(join(inner, 'e.jsonl'))).map(({ values }) => values['query'])).toEqual([
      '傘',
      'lamp',
    ]);
  });

  it('is told in notes and in the report, and its header is read', async () => {
    const text =
      '搜索词,商品编号,商品标题\n雨伞,01,全自动折叠雨伞\n雨衣,02,成人连体雨衣\n保温杯,03,不锈钢保温杯\n';
    const path = join(filesIn(folder, { 'log.csv': encoded(text, 'gb18030') }), 'log.csv');
    const columns = { query: '搜索词', document: '商品编号', title: '商品标题' };
    const dataset = await readDataset(path, { columns });
    expect(dataset.documents.map(({ fields }) => fields['商品标题'])).toContain('成人连体雨衣');
    expect(dataset.notes.join(' ')).toMatch(/log\.csv: read as GB18030, .* `encoding`/);
    const report = await validate(path, { columns });
    expect(report.files[0]).toMatchObject({ encoding: 'GB18030', format: 'csv' });
    const finding = report.findings.find(({ code }) => code === 'FILE_FORM');
    expect(finding).toMatchObject({ severity: 'info', count: 1, message: /GB18030/ });
    expect((await validate(path)).mapping.map(({ column }) => column)).toEqual(Object.values(columns));
  });

  it('is read in the encoding that is named, over what its bytes say', async () => {
    const path = join(filesIn(folder, { 'a.csv': encoded('id,title\n1,模\n', 'gb18030') }), 'a.csv');
    // These bytes are also UTF-8, of other letters.
    expect((await readDocuments(path)).documents[0]?.fields['title']).not.toBe('模');
    for (const encoding of ['GBK', 'gb18030', 'gb2312']) {
      const { documents, notes } = await readDocuments(path, { encoding });
      expect(documents[0]?.fields['title']).toBe('模');
      expect(notes).toEqual(['a.csv: read as GB18030.']);
    }
    const report = await validate(path, {
      encoding: 'shift_jis',
      columns: { query: 'title', document: 'id' },
    });
    expect(report.files[0]?.encoding).toBe('Shift_JIS');
    await expect(readDocuments(path, { encoding: 'gbk2' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: /GB18030.*"gbk2"/,
    });
  });

  it('with bytes that are no text in it has them as findings of their rows', async () => {
    const text = encoded('query,id,title\n雨伞,01,全自动折叠雨伞\n雨衣,02,成人连体雨衣\n', 'gb18030');
    const path = join(
      filesIn(folder, { 'a.csv': Buffer.concat([text, Buffer.from([0x61, 0x2c, 0x33, 0x2c, 0xff, 0x0a])]) }),
      'a.csv',
    );
    const rows = await rowsOf(path, 'gb18030');
    expect(rows.map(({ problems }) => problems)).toEqual([
      [],
      [],
      [{ code: 'INVALID_UTF8', message: 'bytes that are not GB18030' }],
    ]);
  });

  it('that the bytes do not tell is refused with the way out, before anything is read', async () => {
    const noise = Buffer.from(
      Array.from({ length: 900 }, (_, at) => 33 + ((at * 7919 + ((at * at) % 251)) % 222)),
    );
    const path = join(
      filesIn(folder, { 'a.csv': Buffer.concat([Buffer.from('query,id\n'), noise]) }),
      'a.csv',
    );
    for (const use of [() => validate(path), () => readDataset(path), () => readDocuments(path)]) {
      await expect(use()).rejects.toMatchObject({
        code: 'FORMAT_UNSUPPORTED',
        message: /not.*`encoding`, such as GB18030.*UTF-8/,
      });
    }
  });

  it('leaves out rows whose query, id or title is broken, and keeps a catalogue’s text', async () => {
    const good = 'résumé,1,Café\nthé,2,Thé vert\nété,3,Été\n';
    const bad = ['caf\xe9,4,Caf', 'cafe,\xe9,Cafe', 'cafe,5,Caf\xe9'].map((row) =>
      Buffer.from(`${row}\n`, 'latin1'),
    );
    const inner = filesIn(folder, {
      'log.csv': Buffer.concat([Buffer.from(`query,id,title\n${good}`), ...bad]),
      'products.csv': Buffer.concat([
        Buffer.from('id,title\n1,Café\n2,Thé vert\n3,Été\n4,Caf\n'),
        Buffer.from('5,Caf\xe9\n\xe9,Cafe\n', 'latin1'),
      ]),
    });
    const log = await readDataset(join(inner, 'log.csv'));
    expect(log.counts[0]?.rejected).toEqual({ INVALID_UTF8: 3 });
    expect(log.documents.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect((await validate(join(inner, 'log.csv'))).rowsRejected).toBe(3);
    const { documents, rejected } = await readDocuments(join(inner, 'products.csv'));
    expect(documents.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5']);
    expect(rejected).toEqual({ INVALID_UTF8: 1 });
  });

  it('is UTF-8 when only a few of its rows are not', async () => {
    const lines = Array.from({ length: 400 }, (_, row) => `lamp ${row},${row},plain\n`).join('');
    const bad = Buffer.concat([Buffer.from('x,900,'), Buffer.from([0xff, 0xfe, 0x81]), Buffer.from('\n')]);
    const ascii = Buffer.concat([Buffer.from(`query,id,title\n${lines}`), bad]);
    // Cut inside a character, as exports that count bytes do.
    const cut = Buffer.concat(
      ['保温杯不锈钢', '折叠雨伞自动'].map((title, row) =>
        Buffer.concat([Buffer.from(`q,${row},`), Buffer.from(title).subarray(0, 17), Buffer.from('\n')]),
      ),
    );
    const inner = filesIn(folder, {
      'ascii.csv': ascii,
      'cut.csv': Buffer.concat([Buffer.from('query,id,title\n'), cut]),
    });
    expect((await sniffFormat(join(inner, 'ascii.csv'))).encoding).toBeUndefined();
    expect(
      (await rowsOf(join(inner, 'ascii.csv'))).filter(({ problems }) => problems.length > 0),
    ).toHaveLength(1);
    expect((await sniffFormat(join(inner, 'cut.csv'))).encoding).toBeUndefined();
  });
});
