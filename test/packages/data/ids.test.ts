import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  readDataset,
  readDocuments,
  readQrels,
  readRun,
  validate,
  writeDataset,
  writeQrels,
  writeRun,
} from '../../../packages/data/src/index.js';
import { filesIn, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

describe('ids', () => {
  it('keep every digit of a number in JSONL', async () => {
    const inner = filesIn(folder, {
      'products.jsonl': [371, 372, 373]
        .map(
          (end) => `{"id": 9223372036854775${end}, "title": "lamp ${end}", "sold": 9223372036854775${end}}\n`,
        )
        .join(''),
      'log.jsonl': '{"query":"lamp","id":9223372036854775372,"score":9007199254740993}\n',
    });
    const { documents, rejected } = await readDocuments(join(inner, 'products.jsonl'));
    expect(rejected).toEqual({});
    expect(documents.map(({ id }) => id)).toEqual([
      '9223372036854775371',
      '9223372036854775372',
      '9223372036854775373',
    ]);
    // Attributes are compared as numbers.
    expect(documents[0]?.attributes).toEqual({ sold: Number('9223372036854775371') });
    const dataset = await readDataset(join(inner, 'log.jsonl'), { documents: join(inner, 'products.jsonl') });
    expect(dataset.interactions.concat()).toMatchObject([
      { documentId: '9223372036854775372', weight: 9007199254740992 },
    ]);
    const report = await validate(join(inner, 'log.jsonl'), { documents: join(inner, 'products.jsonl') });
    expect(report.findings.map(({ code }) => code)).not.toContain('UNKNOWN_DOCUMENT');
  });

  it('do not keep large numbers from being filters', async () => {
    const inner = filesIn(folder, {
      'corpus.jsonl': '{"product_id":"1","title":"lamp","made":1700000000000000001}\n',
      'queries.jsonl':
        '{"query_id":"1","query":"lamp","part":"test","filter":{"made":1700000000000000001}}\n',
      'test.qrels': '1 0 1 1\n',
    });
    const { queries, documents } = await readDataset(inner);
    expect(queries[0]?.filter).toEqual({ made: documents[0]?.attributes['made'] });
    expect(typeof queries[0]?.filter?.['made']).toBe('number');
  });

  it('of events keep their digits', async () => {
    const event = (id: string, query: string) =>
      `{"action_name":"click","query_id":${query},"user_query":"lamp","client_id":1,"timestamp":"2026-01-01T00:00:00Z",` +
      `"event_attributes":{"object":{"object_id":${id},"name":"Lamp ${id}"}}}\n`;
    const inner = filesIn(folder, {
      'events.jsonl': event('9223372036854775371', '1') + event('9223372036854775372', '2'),
    });
    const { documents } = await readDataset(join(inner, 'events.jsonl'));
    expect(documents.map(({ id }) => id)).toEqual(['9223372036854775371', '9223372036854775372']);
  });

  it('are not written with an exponent', async () => {
    const inner = filesIn(folder, { 'products.jsonl': '{"id":1e21,"title":"lamp"}\n' });
    const { documents } = await readDocuments(join(inner, 'products.jsonl'));
    expect(documents[0]?.id).toBe('1000000000000000000000');
  });

  it('that hold blanks make pairs of their own', async () => {
    const inner = filesIn(folder, {
      'log.csv': 'query_id,query,product_id,title,clicks,part\na,a,B 1,x,10,train\na B,a B,1,y,1,train\n',
      'queries.jsonl':
        '{"query_id":"a","query":"B x"}\n{"query_id":"a B","query":"x"}\n{"query_id":"a B","query":"x"}\n',
    });
    const { interactions } = await readDataset(join(inner, 'log.csv'));
    expect(interactions.map(({ queryId, documentId, weight }) => [queryId, documentId, weight])).toEqual([
      ['a', 'B 1', 10],
      ['a B', '1', 1],
    ]);
    const report = await validate(inner);
    expect(report.findings.find(({ code }) => code === 'DUPLICATE_ROW')?.count).toBe(1);
  });

  const odd = ['desk lamp', 'a\tb', 'a␠b', '␛␠', 'LAMP  1', 'é　x', '"quoted"', '00 17', '%20', 'a\nb'];

  it('with any sign come back from qrels and runs, six words a line', async () => {
    const inner = filesIn(folder, { keep: '' });
    const judgments = new Map(odd.map((id) => [id, new Map(odd.map((other, row) => [other, row]))]));
    await writeQrels(join(inner, 'x.qrels'), judgments);
    expect(await readQrels(join(inner, 'x.qrels'))).toEqual(judgments);
    const run = new Map(
      odd.map((id) => [id, odd.map((documentId, row) => ({ documentId, score: 1 / (row + 1) }))]),
    );
    await writeRun(join(inner, 'x.run'), run, { tag: 'bm25' });
    expect(await readRun(join(inner, 'x.run'))).toEqual(run);
    const lines = readFileSync(join(inner, 'x.run'), 'utf8').trimEnd().split('\n');
    expect(new Set(lines.map((line) => line.split(/[ \t\r\n]/).length))).toEqual(new Set([6]));
    await expect(
      writeQrels(join(inner, 'y.qrels'), new Map([['', new Map([['a', 1]])]])),
    ).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('with any sign come back from a written dataset, in both layouts', async () => {
    const inner = filesIn(folder, { keep: '' });
    const source = { file: 'x', line: 1 };
    const judged = new Map([['desk lamp', new Map(odd.map((id) => [id, 1]))]]);
    const dataset = {
      path: inner,
      documents: odd.map((id) => ({
        id,
        fields: { title: `title of ${id.length}` },
        attributes: {},
        source,
      })),
      queries: [
        { id: 'desk lamp', text: 'lamp', part: 'test' as const, source },
        { id: 'a b', text: 'desk', part: 'train' as const, source },
      ],
      interactions: odd.map((documentId) => ({
        queryId: 'a b',
        query: 'desk',
        documentId,
        weight: 1,
        source,
      })),
      slices: [
        { name: 'test', judgments: judged, ignore: new Map([['desk lamp', new Set(['a\tb', '%20'])]]) },
      ],
    };
    for (const layout of ['products', 'beir'] as const) {
      await writeDataset(join(inner, layout), dataset, { layout });
      const read = await readDataset(join(inner, layout));
      expect(read.documents.map(({ id }) => id)).toEqual(odd);
      expect(read.interactions.map(({ documentId }) => documentId)).toEqual(odd);
      expect(read.slices[0]?.judgments).toEqual(judged);
    }
    const { slices } = await readDataset(join(inner, 'products'));
    expect(slices[0]?.ignore).toEqual(dataset.slices[0]?.ignore);
  });
});

describe('ids of a log that lost their leading zeros', () => {
  const read = async (catalogue: string[], log: string[]) => {
    const path = filesIn(folder, {
      'corpus.csv': `product_id,title\n${catalogue.map((id) => `${id},Title ${id}\n`).join('')}`,
      'log.csv': `query,product_id,clicks\n${log.map((id, i) => `query ${i},${id},${i + 1}\n`).join('')}`,
    });
    const { interactions, notes } = await readDataset(path, { shares: { train: 1, dev: 0, test: 0 } });
    return { ids: interactions.map(({ documentId }) => documentId), notes: notes.join('\n') };
  };

  it('stand for the only document with that number, and a note counts them', async () => {
    const { ids, notes } = await read(
      ['007', '12', '0405', 'a1'],
      ['7', '12', '405', '405', 'a1', '9', '01a'],
    );
    expect(ids).toEqual(['007', '12', '0405', '0405', 'a1']);
    expect(notes).toContain(
      "log.csv: 3 rows name documents by a number whose leading zeros differ from the catalogue's, as 7 for 007.",
    );
    expect(notes).toContain('log.csv: 2 of 7 rows were left out (UNKNOWN_DOCUMENT 2).');
  });

  it('stand for it where the catalogue lost them, too', async () => {
    const { ids, notes } = await read(['7', '12'], ['007', '12']);
    expect(ids).toEqual(['7', '12']);
    expect(notes).toContain('log.csv: 1 row names a document by a number');
  });

  it.each([
    ['both are documents', ['007', '7'], ['7', '007'], ['7', '007']],
    ['both are in the log', ['7', '12'], ['007', '7', '12'], ['7', '12']],
    ['two documents have the number', ['007', '07', '9'], ['7', '9'], ['9']],
    ['the log writes zeros as the catalogue does', ['007', '08'], ['7', '08'], ['08']],
    ['the number has letters', ['0a1', '08'], ['a1', '8'], ['08']],
  ])('are left alone where zeros may mean something: %s', async (_, catalogue, log, expected) => {
    expect((await read(catalogue, log)).ids).toEqual(expected);
  });
});
