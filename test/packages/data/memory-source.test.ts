import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, readDataset, type ValidationReport, validate, writeDataset } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { smallShop } from '../tune/small-shop.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

/** A shop with blank, repeated, contradicting, unknown and leaked rows. */
function dirtyShop(): Dataset {
  const shop = smallShop(['dev', 'test']);
  const [first, second, third] = shop.documents;
  first!.fields = { title: '  ', note: '' };
  second!.fields = { title: 'caf\u00c3\u00a9 lamp', note: 'N/A' };
  shop.documents.push({ ...third!, source: { file: 'corpus.jsonl', line: 0 } });
  const [row, other] = shop.interactions;
  shop.interactions.push(
    { ...row!, documentId: 'unknown' },
    { ...other!, weight: -1 },
    { ...other!, query: '   ' },
    row!,
  );
  shop.slices[0]!.judgments.set('nobody', new Map([[first!.id, 1]]));
  const leaked = shop.queries.find(({ part }) => part === 'dev')!;
  leaked.text = shop.queries.find(({ part }) => part === 'train')!.text;
  for (const document of shop.documents) document.attributes = {};
  return shop;
}

/** Without what only files have: guessed columns, and lines of TREC. */
const comparable = ({
  source: _,
  durationMs: __,
  mapping: ___,
  quarantine,
  files,
  findings,
  weights,
  ...report
}: ValidationReport) => ({
  ...report,
  weights: weights.filter(({ file }) => !file.endsWith('.qrels')),
  quarantined: quarantine?.rows,
  files: files.map(({ file, role, rows }) => ({ file, role, rows })),
  findings: findings.map(({ examples, ...finding }) => ({
    ...finding,
    examples: examples.map((example) =>
      example.file.endsWith('.qrels') ? { ...example, text: undefined } : example,
    ),
  })),
});
const plain = ({
  documents,
  queries,
  interactions,
  slices,
  notes,
}: Awaited<ReturnType<typeof readDataset>>) => ({
  documents: documents.map(({ source: _, ...row }) => row),
  queries: queries.map(({ source: _, ...row }) => row),
  interactions: interactions.map(({ source: _, ...row }) => row),
  slices,
  notes,
});

describe('a dataset in memory', () => {
  it.each([
    ['clean', () => smallShop(['dev', 'test'])],
    ['dirty', dirtyShop],
  ])('that is %s is checked and read as its files are', async (name, make) => {
    const dataset = make();
    for (const document of dataset.documents) document.attributes = {};
    const path = join(folder, name);
    await writeDataset(path, dataset);
    const quarantines = ['files', 'memory'].map((from) => join(folder, `${name}-${from}.jsonl`));
    const ofFiles = await validate(path, { quarantine: quarantines[0] });
    const ofMemory = await validate(dataset, { quarantine: quarantines[1] });
    expect(comparable(ofMemory)).toEqual(comparable(ofFiles));
    if (name === 'dirty') expect(ofMemory.rowsRejected).toBeGreaterThan(2);
    expect(plain(await readDataset(dataset))).toEqual(plain(await readDataset(path)));
    const reasons = (file: string) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { file: string; line: number; reasons: string[] })
        .map(({ file, line, reasons }) => ({ file, line, reasons }));
    expect(reasons(quarantines[1]!)).toEqual(reasons(quarantines[0]!));
    if (name === 'dirty') expect(reasons(quarantines[1]!).length).toBeGreaterThan(2);
  });

  it('may have ids that no file of judgments could hold, and fields of any name', async () => {
    const shop = smallShop(['dev']);
    const [document] = shop.documents;
    const [query] = [...shop.slices[0]!.judgments.keys()];
    document!.fields = { product_id: 'a field', _product_id: 'another', ...document!.fields };
    shop.slices[0]!.judgments.set(query!, new Map([['id with blanks', 1]]));
    shop.documents.push({ ...document!, id: 'id with blanks' });
    const read = await readDataset(shop);
    expect(read.documents.at(-1)).toMatchObject({ id: 'id with blanks', fields: { product_id: 'a field' } });
    expect(read.slices[0]!.judgments.get(query!)).toEqual(new Map([['id with blanks', 1]]));
  });
});
