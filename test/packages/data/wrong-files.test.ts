import { join } from 'node:path';
import { readDataset, readDocuments, sniffFormat, validate } from '@attune/data';
import type { AttuneError } from '@attune/errors';
import { describe, expect, it } from 'vitest';
import { hasShared, sharedDir } from '../../shared-data.js';
import { filesIn, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const log = 'query,product_id,title,clicks\nlamp,1,Desk lamp,3\nsofa,2,Red sofa,4\n';

describe('files that are no table', () => {
  it.each([
    ['PK\u0003\u0004', 'Excel workbook (.xlsx)'],
    ['\u00d0\u00cf\u0011\u00e0', 'old Excel workbook'],
    ['%PDF-1.4', 'PDF'],
    ['\u0089PNG', 'picture (PNG)'],
    ['\u00ff\u00d8\u00ff\u00e0', 'picture (JPEG)'],
    ['GIF89a', 'picture (GIF)'],
    ['SQLite format 3\u0000', 'SQLite database'],
    ['7z\u00bc\u00af', '7z archive'],
    ['version https://git-lfs.github.com', 'git-lfs pointer'],
  ])('that begin with %j are told, whatever their name is', async (start, what) => {
    const file = join(filesIn(folder, { 'log.csv': Buffer.from(`${start}\n1,2`, 'latin1') }), 'log.csv');
    await expect(sniffFormat(file)).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining(what),
    });
  });
});

describe('a table of very many columns', () => {
  it('is refused by a message that a person can read', async () => {
    const header = Array.from({ length: 5000 }, (_, i) => (i === 1 ? 'x'.repeat(3000) : `c${i}`)).join(',');
    const file = join(filesIn(folder, { 'log.csv': `${header}\n${header}\n` }), 'log.csv');
    for (const read of [() => validate(file), () => readDataset(file)]) {
      const { code, message } = (await read().catch((error) => error)) as AttuneError;
      expect(code).toBe('DATA_COLUMN_MISSING');
      expect(message).toContain('… (5,000 in all)');
      expect(message.length).toBeLessThan(1000);
    }
  });
});

describe('a row of JSON that nests too deeply', () => {
  it('is left out as unreadable, and the others are read', async () => {
    const deep = `{"query":"lamp","product_id":"d0","more":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    const rows = [
      '{"query":"lamp","product_id":"d1","title":"Red lamp"}',
      deep,
      '{"query":"desk","product_id":"d2","title":"Desk"}',
    ];
    const file = join(filesIn(folder, { 'log.jsonl': `${rows.join('\n')}\n` }), 'log.jsonl');
    const { interactions } = await readDataset(file);
    expect(interactions.length).toBe(2);
    const { findings } = await validate(file);
    expect(findings.map(({ code }) => code)).toContain('UNREADABLE_ROW');
  });
});

describe('a declared column', () => {
  it.each([
    [{ query: 'qurey' }, /"qurey" for the query, .*did you mean "query"/],
    [{ weight: 'click' }, /"click" for the weight, .*did you mean "clicks"/],
    [{ rank: 'place' }, /"place" for the rank, as `columns.rank` says, but there is none\. The columns are/],
    [{ fields: ['title', 'brand'] }, /"brand" for the document's text/],
  ])('that no file has is an error: %j', async (columns, message) => {
    const file = join(filesIn(folder, { 'log.csv': log }), 'log.csv');
    for (const read of [() => validate(file, { columns }), () => readDataset(file, { columns })])
      await expect(read()).rejects.toMatchObject({
        code: 'DATA_COLUMN_MISSING',
        message: expect.stringMatching(message),
      });
  });

  it('may stand in one file of several', async () => {
    const path = filesIn(folder, {
      'log.csv': log,
      'catalogue.csv': 'product_id,name2\n1,Desk lamp\n2,Red sofa\n',
    });
    const { documents } = await readDataset(path, { columns: { fields: ['name2'] } });
    expect(documents.map(({ fields }) => fields['name2'])).toEqual(['Desk lamp', 'Red sofa']);
  });
});

describe('folders of ours', () => {
  it.each([
    [{ 'documents.jsonl': '{}\n', 'manifest.json': '{"fingerprint":"1"}' }, 'an index'],
    [{ 'modules.json': '[]' }, 'a model'],
    [{ 'attune.db': '' }, 'the data folder of a server'],
  ])('are no dataset: %j', async (files, what) => {
    await expect(readDataset(filesIn(folder, files))).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining(what),
    });
  });
});

describe('documents', () => {
  it('of a log are read with a note that it is one', async () => {
    const file = join(filesIn(folder, { 'log.csv': log }), 'log.csv');
    expect((await readDocuments(file)).notes).toEqual([
      `${file} looks like a log, since it has a column for the query (query). Only the documents that its rows name are read.`,
    ]);
  });

  it.skipIf(!hasShared)('of a log of events are those that its events tell of', async () => {
    const events = join(sharedDir, 'data/logs/esci-ubi/ubi_queries_events.ndjson');
    const { documents } = await readDocuments(events);
    expect(documents).toHaveLength(1_043);
    expect(documents).toEqual((await readDataset(events)).documents);
  });
});
