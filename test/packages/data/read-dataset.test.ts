import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type Dataset,
  groupQueries,
  readDataset,
  rowsOf,
  writeDataset,
} from '../../../packages/data/src/index.js';
import { hasShared, sharedDir } from '../../shared-data.js';
import { filesIn, jsonl, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

const catalogue = jsonl(
  {
    product_id: '1',
    title: 'Desk lamp',
    description: 'nan',
    class: 'lamps',
    side: 'seen',
    price: 12.5,
    sold: true,
    rooms: ['office', 'hall'],
    sizes: [30, 40], // only texts may be in a list
    colours: [],
  },
  { product_id: '2', title: 'Lamp shade', description: '  ', side: 'novel', price: null },
  { product_id: '2', title: 'Another', side: 'novel' },
  { product_id: '3', title: '', description: 'None' },
);
const products = {
  'corpus.jsonl': catalogue,
  'queries.jsonl': jsonl(
    { query_id: 'q1', query: 'lamp', part: 'train' },
    { query_id: 'q2', query: 'shade', part: 'dev', filter: { side: 'novel' } },
  ),
  'train.jsonl': jsonl(
    { query_id: 'q1', query: 'lamp', product_id: '1', title: 'Desk lamp', score: 1 },
    { query_id: 'q1', query: 'lamp', product_id: '2', title: 'Lamp shade', score: -1 },
    { query_id: 'q1', query: 'lamp', product_id: '9', title: 'Gone', score: 1 },
  ),
  'dev.qrels': 'q2 0 2 3\n',
  'dev-zero-shot.qrels': 'q2 0 2 3\n',
  'train-in-domain.qrels': 'q1 0 1 2\n',
  'train-in-domain.ignore': 'q1 2\n',
};

describe('a folder of the products layout', () => {
  it('is read with fields in their order, attributes, slices, sides and ignored pairs', async () => {
    const dataset = await readDataset(filesIn(folder, products));
    expect(dataset.layout).toBe('products');
    expect(dataset.documents.map(({ id, fields, attributes }) => ({ id, fields, attributes }))).toEqual([
      {
        id: '1',
        fields: { title: 'Desk lamp', class: 'lamps' },
        attributes: { side: 'seen', price: 12.5, sold: true, rooms: ['office', 'hall'] },
      },
      { id: '2', fields: { title: 'Lamp shade' }, attributes: { side: 'novel' } },
    ]);
    expect(Object.keys(dataset.documents[0]?.fields ?? {})).toEqual(['title', 'class']);
    expect(dataset.queries[1]).toMatchObject({
      id: 'q2',
      part: 'dev',
      filter: { side: 'novel' },
      source: { line: 2 },
    });
    expect(dataset.interactions).toHaveLength(1);
    expect(dataset.interactions[0]).toMatchObject({ queryId: 'q1', documentId: '1', weight: 1 });
    expect(dataset.slices.map(({ name, filter }) => [name, filter])).toEqual([
      ['dev-zero-shot', { side: 'novel' }],
      ['dev', undefined],
      ['train-in-domain', { side: 'seen' }],
    ]);
    expect(dataset.slices[2]?.ignore).toEqual(new Map([['q1', new Set(['2'])]]));
  });

  it('tells what it masked and left out', async () => {
    const { counts, notes } = await readDataset(filesIn(folder, products));
    expect(counts[0]).toMatchObject({ rows: 4, kept: 2, rejected: { DUPLICATE_ID: 1, ALL_MISSING: 1 } });
    expect(counts[0]?.masked).toEqual({ class: 1, description: 2 });
    expect(counts[2]).toMatchObject({ kept: 1, rejected: { NEGATIVE_WEIGHT: 1, UNKNOWN_DOCUMENT: 1 } });
    expect(notes.join('\n')).toMatch(
      /corpus\.jsonl: 2 of 4 rows were left out \(DUPLICATE_ID 1, ALL_MISSING 1\)/,
    );
  });

  it('says which columns it guessed, and takes declared ones', async () => {
    const guessed = await readDataset(filesIn(folder, products));
    expect(guessed.mapping).toContainEqual({
      file: 'train.jsonl',
      role: 'weight',
      column: 'score',
      guessed: true,
    });
    const declared = await readDataset(filesIn(folder, products), {
      columns: { weight: 'score', document: 'product_id' },
    });
    expect(declared.mapping).toContainEqual({
      file: 'train.jsonl',
      role: 'weight',
      column: 'score',
      guessed: false,
    });
  });

  it('passes over files that are something else, such as a quarantine, and says so', async () => {
    const other = {
      'quarantine.jsonl': jsonl({ file: 'a', line: 1, reasons: ['X'], row: '{}' }),
      'test.csv': '',
    };
    const { notes, documents } = await readDataset(filesIn(folder, { ...products, ...other }));
    expect(documents).toHaveLength(2);
    expect(notes[0]).toMatch(/quarantine\.jsonl was not read: its columns \(file, line, reasons, row\)/);
    expect(notes[1]).toMatch(/test\.csv was not read: it is empty/);
  });

  it('comes back as it was written', async () => {
    const dataset = await readDataset(filesIn(folder, products));
    const out = join(folder, 'written');
    await writeDataset(out, dataset);
    const again = await readDataset(out);
    const withoutSources = ({ documents, queries, interactions, slices }: Dataset) =>
      JSON.parse(
        JSON.stringify(
          {
            documents,
            queries,
            interactions,
            slices: slices.map(({ name, filter }) => [name, filter]).sort(),
          },
          (key, value) => (key === 'source' ? undefined : value),
        ),
      );
    expect(withoutSources(again)).toEqual(withoutSources(dataset));
    expect(again.slices.find(({ name }) => name === 'dev')?.judgments).toEqual(
      new Map([['q2', new Map([['2', 3]])]]),
    );
    await expect(writeDataset(out, dataset)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  });
});

describe('a BEIR folder', () => {
  const beir = {
    'corpus.jsonl': jsonl({ _id: 'd1', title: 'A', text: 'first' }, { _id: 'd2', title: '', text: 'second' }),
    'queries.jsonl': jsonl({ _id: '1', text: 'one' }, { _id: '2', text: 'two' }, { _id: '3', text: 'three' }),
    'qrels/train.tsv': 'query-id\tcorpus-id\tscore\n1\td1\t1\n',
    'qrels/dev.tsv': 'query-id\tcorpus-id\tscore\n2\td2\t1\n',
    'qrels/test.tsv': 'query-id\tcorpus-id\tscore\n3\td2\t2\n3\td1\t0\n',
  };

  it('is read with train judgments as interactions', async () => {
    const dataset = await readDataset(filesIn(folder, beir));
    expect(dataset.layout).toBe('beir');
    expect(dataset.documents.map(({ fields }) => fields)).toEqual([
      { title: 'A', text: 'first' },
      { text: 'second' },
    ]);
    expect(dataset.queries.map(({ text, part }) => [text, part])).toEqual([
      ['one', 'train'],
      ['two', 'dev'],
      ['three', 'test'],
    ]);
    expect(dataset.interactions).toMatchObject([{ query: 'one', documentId: 'd1', weight: 1 }]);
    expect(dataset.slices.map(({ name }) => name)).toEqual(['dev', 'test']);
    expect(dataset.slices[1]?.judgments.get('3')).toEqual(
      new Map([
        ['d2', 2],
        ['d1', 0],
      ]),
    );
  });

  it('is written as other programs read it', async () => {
    const dataset = await readDataset(filesIn(folder, beir));
    const out = join(folder, 'beir');
    await writeDataset(out, dataset, { layout: 'beir' });
    expect(readdirSync(join(out, 'qrels')).sort()).toEqual(['dev.tsv', 'test.tsv', 'train.tsv']);
    expect(readFileSync(join(out, 'qrels/test.tsv'), 'utf8')).toBe(beir['qrels/test.tsv']);
    expect((await readDataset(out)).slices).toEqual(dataset.slices);
  });
});

describe('a plain log', () => {
  const rows = Array.from({ length: 400 }, (_, row) => ({
    search_term: `${row % 2 === 0 ? 'lamp' : 'lamps'} ${Math.floor(row / 4)}`,
    sku: `0${row}`,
    name: `Lamp number ${row}`,
    grade: row % 4,
  }));

  it('is split by itself, like queries together, documents collected from it', async () => {
    const path = join(filesIn(folder, { 'log.jsonl': gzipSync(jsonl(...rows)) }), 'log.jsonl');
    const dataset = await readDataset(path, { seed: 3 });
    expect(dataset.layout).toBe('log');
    expect(dataset.documents).toHaveLength(400);
    expect(dataset.documents[7]).toMatchObject({ id: '07', fields: { name: 'Lamp number 7' } });
    const groups = groupQueries(dataset.queries.map(({ text }) => text));
    groups.forEach((group, row) => {
      expect(dataset.queries[row]?.part).toBe(dataset.queries[groups.indexOf(group)]?.part);
    });
    const partOf = new Map(dataset.queries.map(({ id, part }) => [id, part]));
    expect(dataset.interactions.every(({ queryId }) => partOf.get(queryId) === 'train')).toBe(true);
    expect(dataset.slices.map(({ name }) => name)).toEqual(['dev', 'test']);
    for (const { name, judgments } of dataset.slices) {
      for (const id of judgments.keys()) expect(partOf.get(id)).toBe(name);
    }
    const judged = dataset.slices
      .flatMap(({ judgments }) => [...judgments.values()])
      .reduce((sum, grades) => sum + grades.size, 0);
    expect(dataset.interactions.length + judged).toBe(400);
    expect(dataset.notes.join(' ')).toMatch(/Split by itself \(seed 3/);
  });

  it('names file, columns and flag when a column is missing', async () => {
    const path = join(filesIn(folder, { 'log.csv': 'what,thing\na,b\n' }), 'log.csv');
    await expect(readDataset(path)).rejects.toMatchObject({
      code: 'DATA_COLUMN_MISSING',
      message: /query in .*log\.csv .*what, thing.*`columns\.query`/,
    });
    await expect(readDataset(path, { columns: { query: 'whatever' } })).rejects.toMatchObject({
      message: /"whatever", as declared/,
    });
    const shares = { train: 1, dev: 0, test: 0 };
    const named = { query: 'what', document: 'thing', fields: ['thing'] };
    expect((await readDataset(path, { columns: named, shares })).interactions).toMatchObject([
      { query: 'a', documentId: 'b' },
    ]);
  });

  it('without texts asks for the file of documents, and takes it', async () => {
    const inner = filesIn(folder, {
      'log.csv': 'query,doc_id\nlamp,01\n',
      'shop.csv': 'sku,name\n01,Desk lamp\n',
    });
    const path = join(inner, 'log.csv');
    await expect(readDataset(path)).rejects.toMatchObject({
      code: 'DATA_COLUMN_MISSING',
      message: /`documents`/,
    });
    const dataset = await readDataset(path, {
      documents: join(inner, 'shop.csv'),
      shares: { train: 1, dev: 0, test: 0 },
    });
    expect(dataset.documents).toMatchObject([{ id: '01', fields: { name: 'Desk lamp' } }]);
    expect(dataset.interactions).toHaveLength(1);
  });

  it('that is empty, or not there, says so', async () => {
    const path = join(filesIn(folder, { 'log.csv': 'query,id,title\n' }), 'log.csv');
    await expect(readDataset(path)).rejects.toMatchObject({ code: 'DATA_EMPTY' });
    await expect(readDataset(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(readDataset(filesIn(folder, { 'a.md': 'x' }))).rejects.toMatchObject({ code: 'DATA_EMPTY' });
  });

  it('stops when it is told to', async () => {
    const path = join(filesIn(folder, { 'log.jsonl': jsonl(...rows) }), 'log.jsonl');
    await expect(readDataset(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('UBI events', () => {
  const event = (action: string, query: string | undefined, object: string | number, id = 'a') => ({
    action_name: action,
    query_id: id,
    timestamp: '2024-12-10T00:50:30.466Z',
    ...(query === undefined ? {} : { user_query: query }),
    event_attributes: {
      object: { object_id: object, description: `Thing ${object}` },
      position: { ordinal: 1 },
    },
  });
  const log = jsonl(
    { index: { _index: 'ubi_events', _id: '1' } },
    event('impression', 'lamp', 'd1'),
    event('impression', 'lamp', 2),
    event('click', undefined, 'd1'),
    event('purchase', 'lamp', 'd1', 'b'),
    event('hover', 'lamp', 'd1'),
    event('click', undefined, 'd1', 'unknown'),
    { index: { _index: 'ubi_queries', _id: '2' } },
    // Null counts as absent: this is the row of a query.
    {
      action_name: null,
      query_id: 'a',
      user_query: 'lamp',
      timestamp: 1733791829000,
      client_id: null,
      event_attributes: null,
    },
  );

  it('become interactions by declared weights, added up over searches by query text and document', async () => {
    const path = join(filesIn(folder, { 'ubi.ndjson': log }), 'ubi.ndjson');
    const shares = { train: 1, dev: 0, test: 0 };
    const dataset = await readDataset(path, { shares });
    expect(dataset.layout).toBe('events');
    expect(dataset.interactions.map(({ query, documentId, weight }) => [query, documentId, weight])).toEqual([
      ['lamp', 'd1', 21],
      ['lamp', '2', 0],
    ]);
    expect(dataset.documents[0]?.fields).toEqual({ title: 'Thing d1' });
    expect(dataset.notes.join(' ')).toMatch(
      /Left out: 1 event whose query is not known, .*1 event whose action has no weight \(hover 1\)/,
    );
    const other = await readDataset(path, { shares, actionWeights: { hover: 0.5 } });
    expect(other.interactions).toMatchObject([{ documentId: 'd1', weight: 0.5 }]);
  });
});

const where = hasShared ? '' : ' (skipped: ../shared is not here)';
describe.skipIf(!hasShared)(`real datasets${where}`, () => {
  it.each([
    ['homedepot', 54_667, 9_414, 34_456, 5],
    ['crowdflower', 9_910, 205, 5_124, 5],
    ['chorus', 19_406, 104, 0, 2],
  ])('%s is read whole', async (name, documents, queries, interactions, slices) => {
    const dataset = await readDataset(join(sharedDir, 'data/products', name));
    expect(dataset.documents).toHaveLength(documents);
    expect(dataset.queries).toHaveLength(queries);
    expect(dataset.interactions).toHaveLength(interactions);
    expect(dataset.slices).toHaveLength(slices);
    for (const slice of dataset.slices) {
      const side = /novel-query|in-domain/.test(slice.name)
        ? 'seen'
        : /zero-shot|novel-doc/.test(slice.name)
          ? 'novel'
          : undefined;
      expect(slice.filter).toEqual(side === undefined ? undefined : { side });
    }
  });

  it('every action of the UBI sample whose query and document are known counts', async () => {
    const path = join(sharedDir, 'data/logs/esci-ubi');
    const dataset = await readDataset(path, { shares: { train: 1, dev: 0, test: 0 } });
    const { documents, interactions } = dataset;
    const named = new Set(documents.filter(({ fields }) => 'title' in fields).map(({ id }) => id));
    const chosen = interactions.filter(({ weight, documentId }) => weight > 0 && named.has(documentId));
    expect(chosen).toHaveLength(87);
    expect(new Set(chosen.map(({ query }) => query)).size).toBe(22);
    expect(chosen.reduce((sum, row) => sum + rowsOf(row).positive, 0)).toBe(414);
  });

  it('the RetroTech aggregate is split by itself', async () => {
    const dataset = await readDataset(join(sharedDir, 'data/logs/retrotech/interactions.jsonl'));
    expect(dataset.queries).toHaveLength(13);
    expect(dataset.documents).toHaveLength(302);
    expect(dataset.weights.kind).toBe('rates');
    const bluray = dataset.queries.filter(({ text }) => text === 'bluray' || text === 'blue ray');
    expect(bluray).toHaveLength(2);
  });
});
