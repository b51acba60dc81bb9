import { join } from 'node:path';
import { type Dataset, type ReadOptions, readDataset, validate, writeDataset } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { vocabularies } from '../../../packages/data/src/weights/labels.js';
import { filesIn, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const shares = { train: 1, dev: 0, test: 0 };

const csv = (...lines: string[]) => join(filesIn(folder, { 'log.csv': lines.join('\n') }), 'log.csv');
const read = (lines: string[], options: ReadOptions = {}) =>
  readDataset(csv(...lines), { shares, ...options });
/** `query document` -> weight */
const weightsOf = ({ interactions }: Pick<Dataset, 'interactions'>) =>
  Object.fromEntries(interactions.map(({ query, documentId, weight }) => [`${query} ${documentId}`, weight]));

describe('rows that repeat', () => {
  it('are added up where they count clicks, and remember how many they were', async () => {
    const log = await read([
      'query,id,title,clicks',
      'lamp,1,Lamp,3',
      'lamp,2,Oak,0',
      'lamp,1,Lamp,0',
      'lamp,1,Lamp,4',
    ]);
    expect(weightsOf(log)).toEqual({ 'lamp 1': 7, 'lamp 2': 0 });
    expect(log.interactions.map(({ rows }) => rows)).toEqual([{ all: 3, positive: 2 }, undefined]);
    expect(log.weights).toEqual({
      kind: 'counts',
      why: 'clicks was taken for counts, since its name says so and its values go from 0 to 4.',
    });
    expect(log.notes).toContain(log.weights.why);
  });

  it('are added up where single impressions were clicked or not, and most pairs have one', async () => {
    const log = await read([
      'query,id,title,clicked',
      'lamp,1,Lamp,True',
      'lamp,1,Lamp,False',
      'lamp,1,Lamp,True',
      'lamp,2,Oak,False',
      'lamp,3,Elm,True',
    ]);
    expect(weightsOf(log)).toEqual({ 'lamp 1': 2, 'lamp 2': 0, 'lamp 3': 1 });
    expect(log.interactions[0]!.rows).toEqual({ all: 3, positive: 2 });
    expect(log.weights.kind).toBe('counts');
  });

  it('count once each where there is no weight at all', async () => {
    const log = await read(['query,id,title', 'lamp,1,Lamp', 'lamp,2,Oak', 'lamp,1,Lamp']);
    expect(weightsOf(log)).toEqual({ 'lamp 1': 2, 'lamp 2': 1 });
    expect(log.weights).toMatchObject({
      kind: 'counts',
      why: expect.stringContaining('every row counts once'),
    });
  });

  it('are averaged where they are grades or labels', async () => {
    const graded = await read(['query,id,title,grade', 'lamp,1,Lamp,3', 'lamp,1,Lamp,0', 'lamp,1,Lamp,3']);
    expect(weightsOf(graded)).toEqual({ 'lamp 1': 2 });
    const labelled = await read(['query,id,title,label', 'lamp,1,Lamp,Exact', 'lamp,1,Lamp,Partial']);
    expect(weightsOf(labelled)).toEqual({ 'lamp 1': 0.75 });
  });

  it('keep queries and documents apart whose ids hold blanks', async () => {
    const log = await read(['query_id,query,id,title,clicks', 'a b,lamp,c,Lamp,1', 'a,light,b c,Light,2']);
    expect(weightsOf(log)).toEqual({ 'lamp c': 1, 'light b c': 2 });
  });

  it('are added up in a folder with judgments too', async () => {
    const path = filesIn(folder, {
      'corpus.jsonl': '{"id":"1","title":"Lamp"}\n',
      'train.csv': 'query_id,query,id,clicks\nq,lamp,1,2\nq,lamp,1,5\n',
      'dev.qrels': 'd 0 1 3\n',
      'queries.csv': 'query_id,query,part\nq,lamp,train\nd,light,dev\n',
    });
    const dataset = await readDataset(path);
    expect(weightsOf(dataset)).toEqual({ 'lamp 1': 7 });
    expect(dataset.weights.kind).toBe('counts');
    expect(dataset.slices).toMatchObject([{ name: 'dev', weights: 'grades' }]);
  });
});

describe('several columns of what people did', () => {
  it('are weighed as events are', async () => {
    const log = await read([
      'query,id,title,clicks,add_to_cart,orders',
      'lamp,1,Lamp,7,2,1',
      'lamp,2,Oak,9,,',
    ]);
    expect(weightsOf(log)).toEqual({ 'lamp 1': 37, 'lamp 2': 9 });
    expect(log.weights.why).toBe(
      'The weights are counts of what people did: 1 × clicks + 5 × add_to_cart + 20 × orders.',
    );
  });

  it('are not added to a column that was declared', async () => {
    const lines = ['query,id,title,clicks,orders', 'lamp,1,Lamp,7,1'];
    const log = await read(lines, { columns: { weight: 'clicks' } });
    expect(weightsOf(log)).toEqual({ 'lamp 1': 7 });
  });

  it('are found where only orders are counted, which no usual name of a weight is', async () => {
    const log = await read(['query,id,title,orders', 'lamp,1,Lamp,3', 'lamp,2,Oak,1']);
    expect(weightsOf(log)).toEqual({ 'lamp 1': 3, 'lamp 2': 1 });
    expect(log.mapping).toContainEqual({ file: 'log.csv', role: 'weight', column: 'orders', guessed: true });
  });

  it('leave a column of grades alone', async () => {
    const log = await read(['query,id,title,relevance,clicks', 'lamp,1,Lamp,3,100', 'lamp,2,Oak,1,7']);
    expect(weightsOf(log)).toEqual({ 'lamp 1': 3, 'lamp 2': 1 });
    expect(log.weights.kind).toBe('grades');
  });
});

describe('actions beside impressions', () => {
  /** Some documents are liked and some are not, which is more than chance makes of a thousand impressions. */
  const lines = (impressions = 'impressions') => [
    `query,id,title,clicks,${impressions}`,
    'lamp,1,A,300,1000',
    'lamp,2,B,20,1000',
    'lamp,3,C,0,1000',
    'lamp,4,D,1,1',
  ];

  it.each(['impressions', 'views', '曝光量'])(
    'become rates, smoothed by a prior fitted to the log: %s',
    async (name) => {
      const log = await read(lines(name));
      expect(log.weights.kind).toBe('rates');
      expect(log.weights.why).toMatch(
        new RegExp(
          `^clicks beside ${name} is taken for rates.*\\(actions \\+ [\\d.]+\\) / \\(impressions \\+ [\\d.]+\\)\\.$`,
        ),
      );
      const weights = weightsOf(log);
      expect(weights['lamp 1']).toBeCloseTo(0.3, 2);
      expect(weights['lamp 2']).toBeCloseTo(0.02, 2);
      expect(weights['lamp 3']).toBe(0);
      // One click of one impression is no rate of 1.
      expect(weights['lamp 4']).toBeGreaterThan(weights['lamp 2']!);
      expect(weights['lamp 4']).toBeLessThan(weights['lamp 1']!);
    },
  );

  it('are told by validation', async () => {
    const report = await validate(csv(...lines()));
    expect(report.weights).toMatchObject([
      { kind: 'rates', why: expect.stringContaining('actions per impression') },
    ]);
  });

  it('of several rows of a pair are added up before', async () => {
    const whole = await read(['query,id,title,clicks,impressions', 'lamp,1,A,30,100', 'lamp,2,B,1,100']);
    const parts = await read([
      'query,id,title,clicks,impressions',
      'lamp,1,A,10,60',
      'lamp,2,B,1,100',
      'lamp,1,A,20,40',
    ]);
    expect(weightsOf(parts)).toEqual(weightsOf(whole));
    expect(parts.interactions[0]!.rows).toEqual({ all: 2, positive: 2 });
  });

  it('stay counts where the caller says so, and where not every file counts impressions', async () => {
    expect(weightsOf(await read(lines(), { weights: 'counts' }))).toMatchObject({
      'lamp 1': 300,
      'lamp 4': 1,
    });
    const both = filesIn(folder, {
      'a.csv': lines().join('\n'),
      'b.csv': 'query,id,title,clicks\nlight,5,E,7\nlight,5,E,1\n',
    });
    const log = await readDataset(both, { shares });
    expect(log.weights.kind).toBe('counts');
    expect(weightsOf(log)).toMatchObject({ 'lamp 1': 300, 'light 5': 8 });
    expect(log.weights.why).toBe(
      'a.csv: clicks beside impressions is taken for rates: actions per impression. b.csv: clicks was taken for counts, since its name says ' +
        'so and its values go from 1 to 7. Together they are read as counts.',
    );
  });

  it('are single rows in a log that says of each impression whether it was clicked', async () => {
    const shown = (id: number, clicks: number, impressions: number) =>
      Array.from({ length: impressions }, (_, i) => `lamp,${id},T${id},${i < clicks}`);
    const log = await read([
      'query,id,title,clicked',
      ...shown(1, 30, 100),
      ...shown(2, 10, 20),
      ...shown(3, 0, 50),
    ]);
    expect(log.weights.kind).toBe('rates');
    const weights = weightsOf(log);
    expect(weights['lamp 2']).toBeGreaterThan(weights['lamp 1']!);
    expect(weights['lamp 3']).toBe(0);
    expect(log.interactions.map(({ rows }) => rows!.positive)).toEqual([30, 10, 0]);
  });
});

describe('a column that says what was done', () => {
  it('weighs each row by its action', async () => {
    const log = await read([
      'query,item_id,title,event_type',
      'lamp,1,Lamp,view',
      'lamp,1,Lamp,add to cart',
      'lamp,1,Lamp,Purchase',
      'lamp,2,Oak,view',
    ]);
    expect(weightsOf(log)).toEqual({ 'lamp 1': 26, 'lamp 2': 1 });
    expect(log.weights).toEqual({
      kind: 'counts',
      why: 'event_type says what was done, and each row counts for what that weighs: view 1, add to cart 5, Purchase 20.',
    });
  });

  it('gives rates where views are logged beside clicks', async () => {
    const rows = (id: number, views: number, clicks: number) => [
      ...Array.from({ length: views }, () => `lamp,${id},Lamp ${id},view`),
      ...Array.from({ length: clicks }, () => `lamp,${id},Lamp ${id},click`),
    ];
    const lines = [
      'query,item_id,title,action',
      ...rows(1, 40, 20),
      ...rows(2, 10, 20),
      ...rows(3, 30, 0),
      ...rows(4, 40, 2),
    ];
    const log = await read(lines);
    expect(log.weights.kind).toBe('rates');
    const {
      'lamp 1': often = 0,
      'lamp 2': always = 0,
      'lamp 3': never,
      'lamp 4': seldom = 0,
    } = weightsOf(log);
    expect(always).toBeGreaterThan(often);
    expect(often).toBeGreaterThan(seldom);
    expect(seldom).toBeGreaterThan(0);
    expect(never).toBe(0);
    const counted = await read(lines, { weights: 'counts' });
    expect(weightsOf(counted)).toEqual({ 'lamp 1': 20, 'lamp 2': 20, 'lamp 3': 0, 'lamp 4': 2 });
  });

  it('counts what nobody knows for nothing, beside what is known', async () => {
    const log = await read([
      'query,item_id,title,event_type',
      'lamp,1,Lamp,click',
      'lamp,1,Lamp,scroll',
      'lamp,2,Oak,remove_from_cart',
      'lamp,3,Elm,purchase',
    ]);
    expect(weightsOf(log)).toEqual({ 'lamp 1': 1, 'lamp 2': 0, 'lamp 3': 20 });
    expect(log.weights.why).toContain('click 1, scroll 0, remove_from_cart 0, purchase 20');
  });

  it('knows the ranks of what was shown, so that a click at a low rank says more', async () => {
    const rows = (id: number, rank: number, views: number, clicks: number) => [
      ...Array.from({ length: views }, () => `lamp,${id},Lamp ${id},view,${rank}`),
      ...Array.from({ length: clicks }, () => `lamp,${id},Lamp ${id},click,${rank}`),
    ];
    const lines = [
      'query,item_id,title,action,position',
      ...[1, 2].flatMap((id) => [...rows(id, id === 1 ? 1 : 10, 100, id === 1 ? 40 : 4)]),
      ...[1, 2].flatMap((id) => [...rows(id, id === 1 ? 10 : 1, 100, id === 1 ? 8 : 20)]),
      ...rows(3, 1, 100, 30),
      ...rows(4, 10, 100, 15),
    ];
    const log = await read(lines);
    const { 'lamp 3': first = 0, 'lamp 4': tenth = 0 } = weightsOf(log);
    expect(tenth).toBeGreaterThan(first);
    const unranked = await read(lines.map((line) => line.replace(/,[^,]+$/, '')));
    const { 'lamp 3': more = 0, 'lamp 4': fewer = 0 } = weightsOf(unranked);
    expect(more).toBeGreaterThan(fewer);
  });

  it('is left alone where it holds other words, or a weight was named', async () => {
    const other = await read(['query,item_id,title,event', 'lamp,1,Lamp,click', 'lamp,2,Oak,Christmas']);
    expect(weightsOf(other)).toEqual({ 'lamp 1': 1, 'lamp 2': 1 });
    const named = await read(['query,item_id,title,event,hits', 'lamp,1,Lamp,click,7'], {
      columns: { weight: 'hits' },
    });
    expect(weightsOf(named)).toEqual({ 'lamp 1': 7 });
  });
});

describe('numbers that nobody named', () => {
  it('are told where every row counts once', async () => {
    const { weights } = await read(['query,id,title,revenue', 'lamp,1,Lamp,12.5', 'lamp,2,Oak,3']);
    expect(weights.why).toBe(
      'There is no column of weights, so every row counts once. Numbers that are not used: revenue. If one of them says how much a row ' +
        'counts, name it with `columns.weight`, or call it weight.',
    );
  });

  it('are read with thousands in groups', async () => {
    const log = await read([
      'query,id,title,clicks',
      'lamp,1,Lamp,"1,234"',
      'lamp,2,Oak,"12,345,678.5"',
      'lamp,3,Elm,1\u202f234',
      "lamp,4,Ash,1'234",
      'lamp,5,Fir,999',
    ]);
    expect(weightsOf(log)).toEqual({
      'lamp 1': 1234,
      'lamp 2': 12345678.5,
      'lamp 3': 1234,
      'lamp 4': 1234,
      'lamp 5': 999,
    });
    expect(log.notes.join()).not.toContain('WEIGHT_INVALID');
  });

  it('are no numbers where the groups are wrong', async () => {
    const log = await read([
      'query,id,title,clicks',
      'lamp,1,Lamp,"1,23,456"',
      'lamp,3,Elm,"1,234\'567"',
      'lamp,4,Ash,5',
    ]);
    expect(weightsOf(log)).toEqual({ 'lamp 4': 5 });
  });

  it('are read with decimal commas, in percent and in groups of thousands', async () => {
    const log = await read(['query;id;title;ctr', 'lamp;1;Lamp;12,5 %', 'lamp;2;Oak;3,2 %']);
    expect(weightsOf(log)).toEqual({ 'lamp 1': 0.125, 'lamp 2': expect.closeTo(0.032) });
    const sold = await read([
      'query;id;title;sold',
      'lamp;1;Lamp;1.234,5',
      'lamp;2;Oak;0,5',
      'lamp;3;Elm;1.234',
    ]);
    expect(weightsOf(sold)).toEqual({ 'lamp 1': 1234.5, 'lamp 2': 0.5, 'lamp 3': 1234 });
  });
});

describe('labels', () => {
  it('of ESCI are found in a column that nobody named, and weigh as its task says', async () => {
    const lines = [
      'query,product_id,title,locale,esci_label',
      'lamp,1,A,us,E',
      'lamp,2,B,us,S',
      'lamp,3,C,us,C',
      'lamp,4,D,us,I',
    ];
    const log = await read(lines);
    expect(weightsOf(log)).toEqual({ 'lamp 1': 1, 'lamp 2': 0.1, 'lamp 3': 0.01, 'lamp 4': 0 });
    expect(log.weights.why).toBe(
      "esci_label was taken for labels, since its values are ESCI's letters (E, S, C, I); weights: E 1, S 0.1, C 0.01, I 0.",
    );
    const report = await validate(csv(...lines));
    expect(report.weights).toEqual([
      { file: 'log.csv', columns: ['esci_label'], kind: 'labels', why: log.weights.why },
    ]);
  });

  it.each([
    [
      ['Exact', 'PARTIAL', 'irrelevant'],
      [1, 0.5, 0],
    ],
    [
      ['exact', 'substitute', 'complement', 'irrelevant'],
      [1, 0.1, 0.01, 0],
    ],
    [
      ['relevant', 'not_relevant'],
      [1, 0],
    ],
    [
      ['Highly relevant', 'relevant', 'partially-relevant', 'irrelevant'],
      [1, 0.67, 0.33, 0],
    ],
    [
      ['Excellent', 'Good', 'Fair', 'Bad'],
      [1, 0.67, 0.33, 0],
    ],
    [
      ['Perfect', 'Excellent', 'Good', 'Fair', 'Bad'],
      [1, 0.75, 0.5, 0.25, 0],
    ],
    [
      ['相关', '不相关'],
      [0.67, 0],
    ],
  ])('%j are known whatever their case', async (labels, weights) => {
    const log = await read([
      'query,id,title,verdict',
      ...labels.map((label, i) => `lamp,${i},T${i},${label}`),
    ]);
    expect(log.interactions.map(({ weight }) => weight)).toEqual(weights);
    expect(log.weights.kind).toBe('labels');
  });

  it('that also say other things are taken only where the column is named as a label', async () => {
    const inStock = await read(['query,id,title,in_stock', 'lamp,1,A,yes', 'lamp,2,B,no']);
    expect(inStock.weights.why).toContain('no column of weights');
    const relevant = await read(['query,id,title,relevant', 'lamp,1,A,yes', 'lamp,2,B,no']);
    expect(weightsOf(relevant)).toEqual({ 'lamp 1': 1, 'lamp 2': 0 });
  });

  it('of the caller count before those that are known, and name the column by their values', async () => {
    const lines = ['query,id,title,verdict', 'lamp,1,A,top', 'lamp,2,B,Flop'];
    const log = await read(lines, { weightLabels: { TOP: 2, flop: 0 } });
    expect(weightsOf(log)).toEqual({ 'lamp 1': 2, 'lamp 2': 0 });
    const esci = await read(['query,id,title,esci_label', 'lamp,1,A,E', 'lamp,2,B,S'], {
      weightLabels: { S: 0.4 },
    });
    expect(weightsOf(esci)).toEqual({ 'lamp 1': 1, 'lamp 2': 0.4 });
    await expect(read(lines, { weightLabels: { top: -1 } })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('of no known vocabulary are a finding, not rows of weight 1', async () => {
    const lines = ['query,id,title,judgment', 'lamp,1,A,alpha', 'lamp,2,B,beta'];
    const report = await validate(csv(...lines));
    expect(report.verdict).toBe('fail');
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        code: 'WEIGHT_INVALID',
        count: 2,
        fix: expect.stringContaining('`weightLabels`'),
      }),
    );
    await expect(read(lines, { weights: 'labels' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('`weightLabels`, such as alpha 1 and beta 0'),
    });
  });

  it('have weights from 0 to 1 in every known vocabulary, with one for the best and one for the worst', () => {
    for (const { weights } of vocabularies) {
      expect(Math.max(...weights.values())).toBe(1);
      expect(Math.min(...weights.values())).toBe(0);
    }
  });
});

describe('what the caller says of the weights', () => {
  it('counts, whatever the values look like', async () => {
    const lines = ['query,id,title,weight', 'lamp,1,A,1', 'lamp,1,A,2'];
    expect(weightsOf(await read(lines))).toEqual({ 'lamp 1': 1.5 });
    const counts = await read(lines, { weights: 'counts' });
    expect(weightsOf(counts)).toEqual({ 'lamp 1': 3 });
    expect(counts.weights).toEqual({ kind: 'counts', why: 'weight is read as counts, as declared.' });
  });

  it('does not change what judgments are', async () => {
    const path = filesIn(folder, {
      'corpus.jsonl': '{"id":"1","title":"Lamp"}\n',
      'train.csv': 'query_id,query,id,weight\nq,lamp,1,2\n',
      'dev.qrels': 'q 0 1 3\n',
    });
    const dataset = await readDataset(path, { weights: 'counts' });
    expect(dataset.weights.kind).toBe('counts');
    expect(dataset.slices[0]!.weights).toBe('grades');
  });

  it('stays with a dataset that is written and read again, and with one in memory', async () => {
    const lines = ['query,id,title,clicks', ...Array.from({ length: 40 }, (_, i) => `word${i},${i},T${i},1`)];
    const dataset = await readDataset(csv(...lines));
    const out = join(folder, 'written');
    await writeDataset(out, dataset);
    for (const again of [await readDataset(out), await readDataset(dataset)]) {
      expect(again.weights.kind).toBe('counts');
      expect(again.slices.map(({ weights }) => weights)).toEqual(['counts', 'counts']);
    }
  });

  it.each<[kind: string, column: string, value: (i: number) => string]>([
    ['labels', 'label', (i) => (i % 2 ? 'Exact' : 'Partial')],
    ['rates', 'ctr', (i) => String(i / 100)],
    ['grades', 'grade', (i) => String(i % 4)],
  ])('stays with weights that were %s', async (kind, column, value) => {
    const rows = Array.from({ length: 40 }, (_, i) => `word${i},${i},T${i},${value(i)}`);
    const dataset = await readDataset(csv(`query,id,title,${column}`, ...rows));
    const out = join(folder, `written-${kind}`);
    await writeDataset(out, dataset);
    for (const again of [await readDataset(out), await readDataset(dataset)]) {
      expect(again.weights.kind).toBe(kind);
      expect(weightsOf(again)).toEqual(weightsOf(dataset));
      expect(again.slices).toEqual(dataset.slices);
    }
  });
});

describe('the rules of weights', () => {
  it('do not call clicks contradictory, nor a log of single clicks constant', async () => {
    const codes = async (name: string) => {
      const report = await validate(csv(`query,id,title,${name}`, 'lamp,1,A,1', 'lamp,1,A,1'));
      const other = await validate(csv(`query,id,title,${name}`, 'lamp,1,A,1', 'lamp,1,A,0'));
      return [...report.findings, ...other.findings].map(({ code }) => code);
    };
    expect(await codes('grade')).toEqual(expect.arrayContaining(['CONSTANT_WEIGHT', 'CONTRADICTORY_WEIGHT']));
    const ofClicks = await codes('clicks');
    expect(ofClicks).not.toContain('CONSTANT_WEIGHT');
    expect(ofClicks).not.toContain('CONTRADICTORY_WEIGHT');
  });
});

describe('ranks beside impressions', () => {
  /** Two documents of one worth, shown at ranks 1 and 4 and clicked half as often there, in turn; and `more`. */
  const log = (first: number, more: string[] = []) => {
    const rows = ['query,id,title,rank,clicked'];
    for (let query = 0; query < 20; query += 1) {
      for (const [id, rank, clicks] of [
        ['a', first, 30],
        ['b', first + 3, 15],
        ['a', first + 3, 15],
        ['b', first, 30],
        ['c', first + 3, 15],
        ['d', first, 15],
      ] as const) {
        for (let i = 0; i < 60; i += 1) rows.push(`query${query},${id},T ${id},${rank},${i < clicks}`);
      }
    }
    return [...rows, ...more];
  };

  it.each([0, 1])('make a click far down count more, whether they begin with %i', async (first) => {
    const { weights, interactions } = await read(log(first));
    expect(weights.kind).toBe('rates');
    // Half of the looks at rank 4: 4^-0.5.
    expect(Number(/r\^-([\d.]+) /.exec(weights.why)![1])).toBeCloseTo(0.5, 1);
    const rates = weightsOf({ interactions });
    expect(rates['query0 a']).toBeCloseTo(rates['query0 b']!, 12);
    // As many clicks of as many impressions, but fewer looks.
    expect(rates['query0 c']).toBeGreaterThan(1.15 * rates['query0 d']!);
  });

  it('count for nothing where a row lacks its rank', async () => {
    const { weights, interactions } = await read(log(1, ['query0,a,T a,,true']));
    expect(weights.why).not.toContain('at rank');
    const rates = weightsOf({ interactions });
    expect(rates['query0 c']).toBeCloseTo(rates['query0 d']!, 12);
  });
});
