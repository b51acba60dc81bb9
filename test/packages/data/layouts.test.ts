import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ReadDataset, readDataset, readDocuments, validate } from '../../../packages/data/src/index.js';
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

  describe('ESCI, whose ids stand for a product in each locale', () => {
    const title = (id: string, locale: string) => `${id} of ${locale}`;
    const catalogue = (...rows: [id: string, locale: string][]) =>
      `product_id,product_title,product_locale\n${rows.map(([id, at]) => `${id},${title(id, at)},${at}\n`).join('')}`;
    const all = catalogue(['B1', 'us'], ['B1', 'jp'], ['B2', 'us'], ['B2', 'es'], ['B3', 'jp']);
    const examples = (...rows: string[]) =>
      `${example.join(',')}\n${rows.map((row, i) => `${i},${row},train\n`).join('')}`;

    it('are documents of id and locale where the examples are of several', async () => {
      const path = filesIn(folder, {
        'products.csv': all,
        'examples.csv': examples('lamp,1,B1,us,E', 'ランプ,2,B1,jp,E', 'lámpara,3,B2,es,S', 'lamp,1,B2,jp,E'),
      });
      const dataset = await readDataset(path, { shares: everything });
      expect(dataset.documents).toHaveLength(5);
      expect(pairsOf(dataset)).toEqual([
        ['lamp', 'B1 of us', 1],
        ['ランプ', 'B1 of jp', 1],
        ['lámpara', 'B2 of es', 0.1],
      ]);
      const { id, attributes } = dataset.documents[1]!;
      expect(JSON.parse(id)).toEqual(['B1', 'jp']);
      expect(attributes).toEqual({ product_id: 'B1', product_locale: 'jp' });
      const note =
        'stand for other products in each of 3 locales (product_locale: es, jp, us), so a document';
      expect(dataset.notes.filter((each) => each.includes(note))).toHaveLength(1);
      expect(dataset.notes).toContain('examples.csv: 1 of 4 rows was left out (UNKNOWN_DOCUMENT 1).');
      const report = await validate(path);
      const codes = report.findings.map(({ code }) => code);
      expect(codes).not.toContain('DUPLICATE_ID');
      expect(report.findings.find(({ code }) => code === 'UNKNOWN_DOCUMENT')).toMatchObject({ count: 1 });
      expect(report.findings.find(({ code }) => code === 'FILE_FORM')!.message).toContain(note);
      // The catalogue alone, as it is indexed, has the same ids.
      const { documents, notes } = await readDocuments(join(path, 'products.csv'));
      expect(documents.map((each) => each.id)).toEqual(dataset.documents.map((each) => each.id));
      expect(notes.join()).toContain(note);
    });

    it('are those of the one locale that the examples name', async () => {
      const path = filesIn(folder, {
        'products.csv': all,
        'examples.csv': examples('lamp,1,B1,jp,E', 'lamp,1,B3,jp,S', 'lamp,1,B2,jp,E'),
      });
      const dataset = await readDataset(path, { shares: everything });
      expect(dataset.documents.map(({ id, fields }) => [id, fields['product_title']])).toEqual([
        ['B1', 'B1 of jp'],
        ['B3', 'B3 of jp'],
      ]);
      expect(dataset.notes).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/All examples are of jp, so the products of other locales are left out\.$/),
          'products.csv: 3 of 5 rows were left out (OTHER_LOCALE 3).',
          'examples.csv: 1 of 3 rows was left out (UNKNOWN_DOCUMENT 1).',
        ]),
      );
      const report = await validate(path);
      const counts = report.findings.map(({ code, count }) => [code, count]);
      expect(counts).toContainEqual(['OTHER_LOCALE', 3]);
      expect(counts).toContainEqual(['UNKNOWN_DOCUMENT', 1]);
    });

    it('stay ids where each stands for one product, or where the examples name no locale', async () => {
      const apart = filesIn(folder, {
        'products.csv': catalogue(['B1', 'us'], ['B2', 'jp']),
        'examples.csv': examples('lamp,1,B1,us,E', 'lamp,1,B2,jp,E'),
      });
      expect((await readDataset(apart, { shares: everything })).documents.map(({ id }) => id)).toEqual([
        'B1',
        'B2',
      ]);
      const unnamed = filesIn(folder, { 'products.csv': all, 'log.csv': 'query,product_id\nlamp,B1\n' });
      const { documents, interactions } = await readDataset(unnamed, { shares: everything });
      expect(documents.map(({ id }) => id)).toEqual(['B1', 'B2', 'B3']);
      expect(interactions).toHaveLength(1);
    });

    it('are told apart in one table of examples with their products, whatever signs stand in them', async () => {
      const rows = ['a,"B"",""x",y,One', 'b,B,"x"",""y",Two', 'c,B,y,Three'];
      const path = filesIn(folder, {
        'log.csv': `query,product_id,product_locale,product_title\n${rows.join('\n')}\n`,
      });
      const dataset = await readDataset(join(path, 'log.csv'), { shares: everything });
      expect(new Set(dataset.documents.map(({ id }) => id)).size).toBe(3);
      expect(pairsOf(dataset).map(([query, text]) => [query, text])).toEqual([
        ['a', 'One'],
        ['b', 'Two'],
        ['c', 'Three'],
      ]);
    });
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
