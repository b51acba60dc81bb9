import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ReadDataset, readDataset, validate } from '../../../packages/data/src/index.js';
import { filesIn, jsonl, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const tsv = (...rows: (string | number)[][]): string => rows.map((row) => `${row.join('\t')}\n`).join('');
const everything = { train: 1, dev: 0, test: 0 };

/** Pairs as they are learned from: query, text of the document, weight. */
function pairsOf({ documents, interactions }: ReadDataset): [string, string, number][] {
  const textOf = new Map(documents.map(({ id, fields }) => [id, Object.values(fields).join(' ')]));
  return interactions.map(({ query, documentId, weight }) => [query, textOf.get(documentId)!, weight]);
}

describe('texts instead of ids of documents', () => {
  const lamp = ['lamp', 'Desk lamp', 1];
  it.each([
    [
      'lists',
      'bge.jsonl',
      jsonl(
        { query: 'lamp', pos: ['Desk lamp', 'Oak lamp'], neg: ['Clock'], prompt: 'x', id: 7 },
        { query: 'clock', pos: ['Clock'], neg: [] },
      ),
      [lamp, ['lamp', 'Oak lamp', 1], ['lamp', 'Clock', 0], ['clock', 'Clock', 1]],
    ],
    [
      'triplets',
      'triplets.jsonl',
      jsonl({ anchor: 'lamp', positive: 'Desk lamp', negative: 'Clock' }),
      [lamp, ['lamp', 'Clock', 0]],
    ],
    [
      'several negatives',
      'mined.csv',
      'anchor,positive,negative_1,negative_2\nlamp,Desk lamp,Clock,"Hose, 20 m"\n',
      [lamp, ['lamp', 'Clock', 0], ['lamp', 'Hose, 20 m', 0]],
    ],
    ['pairs alone', 'train.jsonl', jsonl({ anchor: 'lamp', positive: 'Desk lamp' }), [lamp]],
  ])('are read as documents of their own: %s', async (_, name, content, pairs) => {
    const dataset = await readDataset(join(filesIn(folder, { [name]: content }), name), {
      shares: everything,
    });
    expect(pairsOf(dataset)).toEqual(pairs);
  });

  it('are labels where there are negatives, unless the caller says something else', async () => {
    const path = join(
      filesIn(folder, { 'kind.csv': 'anchor,positive,negative\nlamp,Desk lamp,Clock\n' }),
      'kind.csv',
    );
    expect((await readDataset(path)).weights).toEqual({
      kind: 'labels',
      why: 'A positive text weighs 1 and a negative one 0.',
    });
    expect((await readDataset(path, { weights: 'counts' })).weights.kind).toBe('counts');
    const alone = join(filesIn(folder, { 'alone.csv': 'anchor,positive\nlamp,Desk lamp\n' }), 'alone.csv');
    expect((await readDataset(alone)).weights.kind).toBe('counts');
  });

  it('are the same document wherever the same text stands, in a folder too', async () => {
    const path = filesIn(folder, {
      'train.jsonl': jsonl({ query: 'lamp', pos: ['Clock '], neg: ['Chair'] }),
      'b.jsonl': jsonl({ query: 'chair', pos: ['Chair'], neg: ['Clock'] }),
    });
    const { documents, interactions } = await readDataset(path, { shares: everything });
    expect(documents.map(({ fields }) => fields)).toEqual([{ text: 'Chair' }, { text: 'Clock' }]);
    expect(interactions).toHaveLength(4);
    // SHA-256 of "Chair", so that a model and a later file speak of the same document.
    expect(documents[0]!.id).toBe('f56648cd7573460b58fb9642f7e660b6');
  });

  it('are checked: a row without a positive and a blank text are told', async () => {
    const path = join(
      filesIn(folder, {
        'log.jsonl': jsonl({ query: 'lamp', pos: null, neg: null }, { query: 'clock', pos: ['Clock', ' '] }),
      }),
      'log.jsonl',
    );
    const report = await validate(path);
    expect(report.rowsRead).toBe(3);
    expect(report.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['MISSING_VALUE', 'ALL_MISSING']),
    );
    expect(report.mapping.map(({ role, column }) => [role, column])).toEqual([
      ['query', 'query'],
      ['text', 'pos'],
      ['text', 'neg'],
    ]);
  });

  it('stay attributes of a log whose documents have ids', async () => {
    const log = jsonl({ query: 'lamp', product_id: '1', title: 'Desk lamp', positive: 'yes' });
    const path = join(filesIn(folder, { 'log.jsonl': log }), 'log.jsonl');
    const { documents } = await readDataset(path, { shares: everything });
    expect(documents).toMatchObject([{ id: '1', fields: { title: 'Desk lamp' } }]);
  });
});

describe('files of MS MARCO, which have no header', () => {
  const collection = tsv([0, 'A "desk lamp, of oak'], [1, 'A wall clock']);
  const queries = tsv([12, 'desk lamp'], [2, 'clock']);

  it('are told by their names, and their first lines are rows', async () => {
    const path = filesIn(folder, {
      'collection.tsv': collection,
      'queries.train.tsv': tsv([12, 'desk lamp']),
      'queries.dev.small.tsv': tsv([2, 'clock']),
      'qrels.train.tsv': tsv([12, 0, 0, 1]),
      'qrels.dev.small.tsv': tsv([2, 0, 1, 1]),
      'qidpidtriples.train.full.2.tsv': tsv([12, 0, 1]),
    });
    const dataset = await readDataset(path);
    expect(dataset.documents.map(({ id, fields }) => [id, fields])).toEqual([
      ['0', { text: 'A "desk lamp, of oak' }],
      ['1', { text: 'A wall clock' }],
    ]);
    expect(dataset.queries.map(({ id, text, part }) => [id, text, part])).toEqual([
      ['2', 'clock', 'dev'],
      ['12', 'desk lamp', 'train'],
    ]);
    expect(pairsOf(dataset)).toEqual([['desk lamp', 'A "desk lamp, of oak', 1]]);
    expect(dataset.slices).toMatchObject([{ name: 'dev', judgments: new Map([['2', new Map([['1', 1]])]]) }]);
    expect(dataset.notes.join('\n')).toMatch(
      /qidpidtriples\.train\.full\.2\.tsv was not read: it holds triples/,
    );
    expect(dataset.notes.join('\n')).toMatch(/collection\.tsv: its first line is no header.*id, text/);
  });

  it('may hold three columns of judgments, and documents with address and title', async () => {
    const path = filesIn(folder, {
      'msmarco-docs.tsv': tsv(['D1', 'https://example.org', 'Lamps', 'About lamps']),
      'queries.tsv': queries,
      'qrels.tsv': tsv([12, 'D1', 1]),
    });
    const { documents, slices } = await readDataset(path);
    expect(documents).toMatchObject([{ id: 'D1', fields: { title: 'Lamps', text: 'About lamps' } }]);
    expect(slices).toMatchObject([{ name: 'test', judgments: new Map([['12', new Map([['D1', 1]])]]) }]);
  });

  it('are read with a header where there is one', async () => {
    const path = filesIn(folder, {
      'collection.tsv': tsv(['docno', 'Text'], [0, 'Desk lamp']),
      'queries.tsv': tsv(['qid', 'query'], [12, 'lamp']),
      'qrels.dev.tsv': tsv([12, 0, 0, 1]),
    });
    const { documents, queries: read } = await readDataset(path, { columns: { document: 'docno' } });
    expect(documents).toMatchObject([{ id: '0' }]);
    expect(read).toMatchObject([{ id: '12', text: 'lamp' }]);
  });

  it('are passed over by name, with a warning, where their columns are others', async () => {
    const path = filesIn(folder, {
      'collection.tsv': collection,
      'queries.dev.tsv': tsv([12, 'desk lamp', 'more', 'still more', 'most']),
      'qrels.dev.tsv': tsv([12, 0, 0, 1]),
    });
    const { verdict, findings } = await validate(path);
    expect(verdict).toBe('fail'); // the queries of the judgments are missing
    const found = new Map(findings.map((finding) => [finding.code, finding]));
    expect(found.get('SKIPPED_FILE')).toMatchObject({
      severity: 'warning',
      message: expect.stringMatching(/queries\.dev\.tsv: it has no header.*query_id, query/),
    });
    expect(found.get('MISSING_PART')?.message).toMatch(/no file of the queries/);
  });
});

describe('tables that are told apart by their columns', () => {
  it('WANDS: queries, products and labels of pairs', async () => {
    const path = filesIn(folder, {
      'query.csv': tsv(['query_id', 'query', 'query_class'], [0, 'salon chair', 'Massage Chairs']),
      'product.csv': tsv(
        ['product_id', 'product_name', 'product_class', 'category hierarchy', 'product_description'],
        [5, 'solid wood chair', 'Chairs', 'Furniture / Chairs', 'good chair'],
        [6, 'hose', 'Hoses', 'Garden', 'long'],
      ),
      'label.csv': tsv(['id', 'query_id', 'product_id', 'label'], [0, 0, 5, 2], [1, 0, 6, 0]),
    });
    const dataset = await readDataset(path, { shares: everything });
    expect(dataset.counts.map(({ file, role }) => [file, role])).toEqual([
      ['product.csv', 'documents'],
      ['query.csv', 'queries'],
      ['label.csv', 'interactions'],
    ]);
    expect(dataset.interactions.map(({ query, documentId, weight }) => [query, documentId, weight])).toEqual([
      ['salon chair', '5', 2],
      ['salon chair', '6', 0],
    ]);
  });

  const example = ['example_id', 'query', 'query_id', 'product_id', 'product_locale', 'esci_label', 'split'];
  const products =
    'product_id,product_title,product_brand,product_locale\nB1,Desk lamp,Acme,us\nB2,Hose,Acme,us\n';

  it('ESCI: examples with their split, and products', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `thing number${i}`);
    const examples = rows.map((query, i) =>
      [i, query, i, 'B1', 'us', 1, i === 39 ? 'test' : 'train'].join(','),
    );
    const path = filesIn(folder, {
      'examples.csv': `${example.join(',')}\n${examples.join('\n')}\n`,
      'products.csv': products,
    });
    const dataset = await readDataset(path);
    const parts = new Map(dataset.queries.map(({ text, part }) => [text, part]));
    expect(parts.get('thing number39')).toBe('test');
    const dev = [...parts].filter(([, part]) => part === 'dev').map(([text]) => text);
    expect(dev.length).toBeGreaterThan(0);
    expect(dataset.notes.join('\n')).toMatch(
      new RegExp(`No queries are marked as dev, so ${dev.length} of the 39 training queries`),
    );
    expect(dataset.slices.map(({ name, judgments }) => [name, judgments.size])).toEqual([
      ['dev', dev.length],
      ['test', 1],
    ]);
    expect(dataset.interactions.map(({ query }) => query)).toEqual(
      rows.slice(0, 39).filter((query) => !dev.includes(query)),
    );
    expect(dataset.documents[0]?.fields).toEqual({ product_title: 'Desk lamp', product_brand: 'Acme' });
    expect(dataset.mapping).toContainEqual(
      expect.objectContaining({ file: 'examples.csv', role: 'weight', column: 'esci_label' }),
    );
  });

  it.each([
    ['Chinese', '搜索词,商品编号,商品标题,点击量'],
    ['Chinese, otherwise', '查询,商品ID,标题,点击数'],
    ['Japanese', '検索キーワード,商品番号,商品名,クリック数'],
    ['German', 'Suchbegriff,Artikelnummer,Bezeichnung,Klicks'],
    ['French', 'Requête,Code produit,Titre,Clics'],
    ['Spanish, letters and accents apart', 'Búsqueda,ID producto,Título,Relevancia'.normalize('NFD')],
    ['full-width letters', 'ｑｕｅｒｙ,ｓｋｕ,ｔｉｔｌｅ,ｃｌｉｃｋｓ'],
  ])('logs with a header in %s', async (_, header) => {
    const path = join(filesIn(folder, { 'log.csv': `${header}\n台灯,001,北欧台灯,3\n` }), 'log.csv');
    const dataset = await readDataset(path, { shares: everything });
    expect(pairsOf(dataset)).toEqual([['台灯', '北欧台灯', 3]]);
    expect(dataset.mapping.map(({ role }) => role)).toEqual(['query', 'document', 'title', 'weight']);
  });
});

describe('a folder of BEIR or MTEB', () => {
  const corpus = jsonl(...[1, 2, 3].map((n) => ({ _id: `d${n}`, title: '', text: `thing ${n}` })));
  const ids = Array.from({ length: 40 }, (_, i) => `q${i}`);
  const queries = jsonl(...ids.map((_id, i) => ({ _id, text: `words of number${i}`, metadata: {} })));
  const qrels = (some: string[]) =>
    tsv(['query-id', 'corpus-id', 'score'], ...some.map((id) => [id, 'd1', 1]));

  it('with train and test takes dev from the training queries', async () => {
    const path = filesIn(folder, {
      'corpus.jsonl': corpus,
      'queries.jsonl': queries,
      'qrels/train.tsv': qrels(ids.slice(0, 30)),
      'qrels/test.tsv': qrels(ids.slice(30)),
    });
    const { slices, interactions, notes } = await readDataset(path);
    const sizes = new Map(slices.map(({ name, judgments }) => [name, judgments.size]));
    expect(sizes.get('test')).toBe(10);
    expect(sizes.get('dev')).toBeGreaterThan(0);
    expect(interactions.length + sizes.get('dev')!).toBe(30);
    expect(notes.join('\n')).toMatch(/No queries are marked as dev/);
    const again = await readDataset(path, { seed: 1 });
    expect(again.interactions).not.toEqual(interactions);
  });

  it('with few training queries keeps them all to learn from', async () => {
    const path = filesIn(folder, {
      'corpus.jsonl': corpus,
      'queries.jsonl': queries,
      'qrels/train.tsv': qrels(ids.slice(0, 19)),
      'qrels/test.tsv': qrels(ids.slice(30)),
    });
    const { slices, interactions } = await readDataset(path);
    expect(slices.map(({ name }) => name)).toEqual(['test']);
    expect(interactions).toHaveLength(19);
  });

  it('with a test split alone has that slice alone', async () => {
    const path = filesIn(folder, {
      'corpus.jsonl': corpus,
      'queries.jsonl': queries,
      'qrels/test.tsv': qrels(ids),
    });
    const { slices, interactions } = await readDataset(path);
    expect(slices.map(({ name }) => name)).toEqual(['test']);
    expect(interactions).toEqual([]);
  });

  it('has folders for its parts, in shards, and calls dev validation', async () => {
    const path = filesIn(folder, {
      'corpus/test-00000-of-00001.jsonl': corpus,
      'queries/test-00000-of-00001.jsonl': queries,
      'default/validation-00000-of-00002.jsonl': jsonl({ 'query-id': 'q1', 'corpus-id': 'd1', score: 1 }),
      'default/validation-00001-of-00002.jsonl': jsonl({ 'query-id': 'q2', 'corpus-id': 'd2', score: 1 }),
    });
    const { documents, slices } = await readDataset(path);
    expect(documents).toHaveLength(3);
    expect(slices.map(({ name, judgments }) => [name, judgments.size])).toEqual([['dev', 2]]);
  });
});

describe('a folder of which only judgments are read', () => {
  it('fails validation, and names what is missing and the files that were passed over', async () => {
    const path = filesIn(folder, {
      'dev.qrels': '1 0 1 1\n',
      'texts.csv': 'a,b\n1,x\n',
    });
    const { verdict, findings } = await validate(path);
    expect(verdict).toBe('fail');
    expect(findings.find(({ code }) => code === 'MISSING_PART')?.message).toMatch(
      /no file of the documents and the queries/,
    );
    expect(findings.find(({ code }) => code === 'SKIPPED_FILE')?.message).toMatch(/texts\.csv: its columns/);
  });
});
