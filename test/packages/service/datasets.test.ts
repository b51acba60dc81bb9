import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { readDataset } from '@attune/data';
import { partialBeside } from '@attune/files';
import { Datasets } from '@attune/service';
import { type JobRecord, Store } from '@attune/store';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, upload } from '../jobs/job-lab.js';
import { smallShop } from '../tune/small-shop.js';

const scratch = temporaryFolder();
const data = join(scratch, 'data');
const root = join(data, 'datasets');
const mostFileBytes = 100_000;
const said: string[] = [];
const log = (level: string, message: string) => said.push(`${level} ${message}`);
let store: Store;
let datasets: Datasets;

beforeAll(async () => {
  mkdirSync(data);
  store = await Store.open(data, { create: true });
  datasets = await Datasets.open({ store, folder: data, mostFileBytes, log });
});
afterAll(() => store.close());

const put = (name: string, file: string, content: string | Buffer) =>
  datasets.put(name, file, Readable.from([Buffer.from(content)]));
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

describe('an uploaded dataset', () => {
  it('holds its files with their sizes and checksums, and reads back as it was written', async () => {
    const shop = smallShop();
    await upload(datasets, 'shop', shop, scratch);
    const { files, verdict } = await datasets.get('shop');
    expect(verdict).toBeNull();
    for (const { name, bytes, sha256: sum } of files) {
      const content = readFileSync(join(root, 'shop', 'files', name));
      expect({ name, bytes, sum }).toEqual({ name, bytes: content.length, sum: sha256(content.toString()) });
    }
    const read = await readDataset(join(root, 'shop', 'files'));
    expect(read.documents.map(({ id }) => id)).toEqual(shop.documents.map(({ id }) => id));
    expect(read.slices.map(({ name }) => name).sort()).toEqual(['dev', 'test']);
    expect((await datasets.list()).map(({ name }) => name)).toEqual(['shop']);
  });

  it('takes packed files', async () => {
    await put('packed', 'log.jsonl.gz', gzipSync('{"query":"a","product_id":"1","score":1}\n'));
    expect((await datasets.get('packed')).files).toMatchObject([{ name: 'log.jsonl.gz' }]);
    await datasets.remove('packed');
  });

  it('takes Parquet and JSON, and what is no data beside them is no part of it', async () => {
    parquetWriteFile({
      filename: join(scratch, 'train.parquet'),
      columnData: [
        { name: 'query', data: ['lamp', 'sofa'], type: 'STRING' },
        { name: 'product_id', data: ['1', '2'], type: 'STRING' },
      ],
    });
    const products = [
      { product_id: '1', title: 'light' },
      { product_id: '2', title: 'couch' },
    ];
    const dataset = { schema: 'attune.dataset/1', fields: ['title'] };
    const report = { schema: 'attune.validation/1', verdict: 'pass', files: [{ file: 'log.csv', rows: 2 }] };
    await put('mixed', 'train.parquet', readFileSync(join(scratch, 'train.parquet')));
    await put('mixed', 'products.json.gz', gzipSync(JSON.stringify(products, null, 2)));
    await put('mixed', 'dataset.json', JSON.stringify(dataset));
    await put('mixed', 'report.json', JSON.stringify(report, null, 2));
    await put('mixed', 'manifest.json', '{"made":"today"}');
    const { documents, queries } = await readDataset(join(root, 'mixed', 'files'));
    expect(documents).toMatchObject([
      { id: '1', fields: { title: 'light' } },
      { id: '2', fields: { title: 'couch' } },
    ]);
    expect(queries.map(({ text }) => text)).toEqual(['lamp', 'sofa']);
    await datasets.remove('mixed');
  });

  it('has no verdict and no report any more once a file is replaced', async () => {
    await put('changing', 'log.csv', 'query,product_id\na,1\n');
    writeFileSync(join(root, 'changing', 'report.json'), '{"verdict":"pass"}');
    await datasets.judged('changing', 'pass');
    expect(await datasets.report('changing')).toEqual({ verdict: 'pass' });
    const { files, verdict } = await put('changing', 'log.csv', 'query,product_id\nb,2\n');
    expect(verdict).toBeNull();
    expect(files).toEqual([{ name: 'log.csv', bytes: 21, sha256: sha256('query,product_id\nb,2\n') }]);
    await expect(datasets.report('changing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is removed with its folder', async () => {
    await datasets.remove('changing');
    expect(existsSync(join(root, 'changing'))).toBe(false);
    await expect(datasets.get('changing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(datasets.remove('changing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('an upload that is refused', () => {
  const nothingElse = () => expect(readdirSync(root)).toEqual(['shop']);

  it('has a name that leads elsewhere, or that no reader knows', async () => {
    for (const file of [
      '../escape.csv',
      '..',
      '/etc/passwd.csv',
      'a/b.csv',
      'a\\b.csv',
      '.hidden.csv',
      'nul\0.csv',
      'run.sh',
      'table.parquet.gz',
      'archive.tgz',
      `${'a'.repeat(125)}.csv`,
      '',
    ]) {
      await expect(put('new', file, 'x'), file).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    for (const name of ['../up', 'a/b', '', '.', 'Upper']) {
      await expect(put(name, 'log.csv', 'x'), name).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    nothingElse();
  });

  it('leaves nothing of a file that is too large, or whose stream breaks off', async () => {
    const tooLarge = Readable.from(Array.from({ length: 11 }, () => Buffer.alloc(10_000)));
    await expect(datasets.put('new', 'log.csv', tooLarge)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('100000'),
    });
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('query,product_id\n');
        throw new Error('the client went away');
      })(),
    );
    await expect(datasets.put('new', 'log.csv', broken)).rejects.toThrow('the client went away');
    nothingElse();
    await expect(datasets.get('new')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('leaves the file that is there as it was', async () => {
    const before = await datasets.get('shop');
    const tooLarge = Readable.from([Buffer.alloc(mostFileBytes + 1)]);
    await expect(datasets.put('shop', 'corpus.jsonl', tooLarge)).rejects.toThrow();
    expect(await datasets.get('shop')).toEqual(before);
    expect(readdirSync(join(root, 'shop'))).toEqual(['files']);
    const corpus = readFileSync(join(root, 'shop', 'files', 'corpus.jsonl'), 'utf8');
    expect(sha256(corpus)).toBe(before.files.find(({ name }) => name === 'corpus.jsonl')!.sha256);
  });
});

describe('a dataset in use', () => {
  it('does not change while a job reads it', async () => {
    const job: JobRecord = {
      kind: 'train',
      request: { dataset: 'shop', name: 'x' },
      state: 'running',
      step: '',
      progress: 0,
      attempts: 1,
      createdAt: 1,
      startedAt: 1,
      finishedAt: null,
      result: null,
      error: null,
    };
    await store.change([{ kind: 'job', name: 'j', put: job }]);
    await expect(put('shop', 'more.csv', 'x')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(datasets.remove('shop')).rejects.toMatchObject({ code: 'CONFLICT' });
    await store.change([{ kind: 'job', name: 'j', remove: true }]);
  });

  it('is frozen as long as it judges the candidates of a collection', async () => {
    const learning = {
      schedule: null,
      everyJudgedQueries: null,
      promotion: 'byHand' as const,
      datasets: [],
      actionWeights: {},
    };
    await store.createCollection(
      'books',
      { createdAt: 1, release: 1, golden: { dataset: 'shop', slice: 'dev' }, learning },
      { createdAt: 1, bundle: 'b', fingerprint: 'f', lexical: null, reason: 'first', of: null },
    );
    await expect(put('shop', 'more.csv', 'x')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('frozen'),
    });
    await expect(datasets.remove('shop')).rejects.toMatchObject({ code: 'CONFLICT' });
    await store.dropCollection('books');
  });
});

describe('opening the datasets after a crash', () => {
  it('records an upload that was in its place, and forgets one that was not', async () => {
    const content = 'query,product_id\na,1\n';
    const uploaded = { name: 'late.csv', bytes: content.length, sha256: sha256(content) };
    writeFileSync(join(root, 'shop', 'pending.json'), JSON.stringify(uploaded));
    writeFileSync(join(root, 'shop', 'files', 'late.csv'), content);
    mkdirSync(join(root, 'half', 'files'), { recursive: true });
    writeFileSync(partialBeside(join(root, 'half', 'log.csv')), content);
    writeFileSync(join(root, 'half', 'pending.json'), JSON.stringify({ ...uploaded, name: 'log.csv' }));
    const again = await Datasets.open({ store, folder: data, log });
    expect((await again.get('shop')).files).toContainEqual(uploaded);
    expect(readdirSync(root)).toEqual(['shop']);
    expect(readdirSync(join(root, 'shop'))).toEqual(['files']);
  });

  it('sets aside files that no record names', async () => {
    mkdirSync(join(root, 'lost', 'files'), { recursive: true });
    writeFileSync(join(root, 'lost', 'files', 'log.csv'), 'query,product_id\na,1\n');
    await Datasets.open({ store, folder: data, log });
    expect(readdirSync(root)).toEqual(['shop']);
    expect(readdirSync(join(data, 'quarantine/datasets/lost/files'))).toEqual(['log.csv']);
    expect(said.at(-1)).toMatch(/^warn .*"lost".* moved to quarantine\/datasets\/lost/);
  });

  it('keeps the record of the old file when the new one never came to its place', async () => {
    const before = await datasets.get('shop');
    writeFileSync(
      join(root, 'shop', 'pending.json'),
      JSON.stringify({ name: 'late.csv', bytes: 1, sha256: sha256('b') }),
    );
    const again = await Datasets.open({ store, folder: data, log });
    expect(await again.get('shop')).toEqual(before);
  });
});
