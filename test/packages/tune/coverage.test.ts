import { join } from 'node:path';
import type { Dataset } from '@attune/data';
import { Encoder } from '@attune/encode';
import {
  Catalogue,
  compareModels,
  DocumentIndex,
  embedCatalogue,
  judgedSets,
  tuneModel,
  unknownTexts,
} from '@attune/tune';
import { describe, expect, it } from 'vitest';
import { smallShop, temporaryFolder, things, writeSmallBase } from './small-shop.js';

const folder = temporaryFolder();
const source = { file: 'catalogue.jsonl', line: 1 };
const documentsOf = (titles: readonly string[]) =>
  titles.map((title, row) => ({ id: `${row}`, fields: { title }, attributes: {}, source }));

let written: Promise<string> | undefined;
const smallBase = () => (written ??= writeSmallBase(join(folder, 'base')));

const chinese = ['台灯', '餐桌', '书架', '地毯'];
const english = ['desk lamp', 'dining table', 'book shelf', 'wool rug'];

/** The small shop with every word of the first few things in Chinese characters, which its base does not know. */
function shopInChinese(thingsInChinese: number): Dataset {
  const shop = smallShop();
  const character = new Map(
    things.slice(0, thingsInChinese).flatMap(([seller, buyer], i) => [
      [seller, String.fromCodePoint(0x6c34 + i)],
      [buyer, String.fromCodePoint(0x706b + i)],
    ]),
  );
  const written = (text: string) => text.replace(/\w+/g, (word) => character.get(word as never) ?? word);
  return {
    ...shop,
    documents: shop.documents.map((document) => ({
      ...document,
      fields: { title: written(document.fields['title']!) },
    })),
    queries: shop.queries.map((query) => ({ ...query, text: written(query.text) })),
    interactions: shop.interactions.map((row) => ({ ...row, query: written(row.query) })),
  };
}

it('documents that a model knows little of are told, and others are not', async () => {
  const notesOf = async (titles: readonly string[]) =>
    (await embedCatalogue(await Encoder.load('attune-base-en'), new Catalogue(documentsOf(titles)))).notes;
  expect(await notesOf([...chinese, 'desk lamp'])).toEqual([
    expect.stringMatching(
      /^The vocabulary of attune-base-en does not know 80 % .*"台灯" and "餐桌"\), and 4 of 5 different documents have the very same/,
    ),
  ]);
  expect(await notesOf(english)).toEqual([]);
  expect(await notesOf([...english, ...english, '台灯'])).toEqual([]);
});

describe('tuning', () => {
  const tune = (dataset: Dataset, base: string, more: object = {}) =>
    tuneModel({
      dataset,
      tier: 'static',
      base,
      out: join(folder, 'tuned'),
      epochs: 1,
      few: true,
      force: true,
      ...more,
    });

  it('is refused where the base knows less than half, unless it is wanted anyway', async () => {
    const base = await smallBase();
    await expect(tune(shopInChinese(16), base)).rejects.toMatchObject({
      code: 'TEXTS_UNKNOWN',
      message: expect.stringMatching(
        /^The vocabulary of base does not know \d+ % of what the documents say .*`anyway`\.$/,
      ),
    });
    const { notes } = await tune(shopInChinese(16), base, { anyway: true });
    expect(notes.slice(0, 2)).toEqual([
      expect.stringContaining('of what the documents say'),
      expect.stringContaining('does not know 100 % of what the queries say'),
    ]);
  });

  it('is warned of where the base knows less than four fifths', async () => {
    const base = await smallBase();
    const { notes } = await tune(shopInChinese(5), base);
    expect(notes.filter((note) => note.includes('does not know'))).not.toEqual([]);
    expect((await tune(smallShop(), base)).notes).toEqual([]);
  });

  it('is refused where the queries alone are unknown', async () => {
    const base = await smallBase();
    const { queries, interactions } = shopInChinese(16);
    await expect(tune({ ...smallShop(), queries, interactions }, base)).rejects.toMatchObject({
      code: 'TEXTS_UNKNOWN',
      message: expect.stringContaining('100 % of what the queries say'),
    });
  });
});

it('an evaluation tells what the model does not know of documents and of queries', async () => {
  const dataset = shopInChinese(16);
  const { report, readings } = await compareModels({
    name: 'shop',
    catalogue: new Catalogue(dataset.documents),
    sets: judgedSets(dataset),
    model: await Encoder.load(await smallBase()),
    against: ['bm25'],
  });
  expect(readings.map(({ what }) => what)).toEqual(['documents', 'queries']);
  expect(report.notes.filter((note) => note.startsWith('The vocabulary of base'))).toHaveLength(2);
});

it('an index knows whether its model knows a query', async () => {
  const index = await DocumentIndex.build({
    documents: documentsOf(english),
    encoder: await Encoder.load('attune-base-en'),
    out: join(folder, 'index'),
  });
  expect(index.reading?.coverage.unknownShare).toBe(0);
  expect(await index.knows('台灯')).toBe(false);
  expect(await index.knows('desk 台灯')).toBe(true);
});

describe('what validation is told', () => {
  it('is of the base that follows from the texts, unless another is named', async () => {
    expect(await unknownTexts(undefined)(chinese, 'documents')).toMatchObject({ texts: 4, note: undefined });
    const note = expect.stringContaining('The vocabulary of attune-base-en does not know 100 %');
    const unknown = { texts: 4, unknownShare: 1, note };
    expect(await unknownTexts('attune-base-en')(chinese, 'documents')).toEqual(unknown);
    const thai = ['โคมไฟ', 'โต๊ะ', 'เก้าอี้', 'เตียง'];
    expect(await unknownTexts(undefined)(thai, 'documents')).toEqual(unknown);
    const base = await smallBase();
    expect((await unknownTexts(base)(['velvet'], 'documents')).note).toContain('The vocabulary of base');
    expect(await unknownTexts(undefined)(english, 'documents')).toMatchObject({ note: undefined });
  });

  it('is an error where the base that is named is not there', async () => {
    await expect(unknownTexts('no-such-base')(chinese, 'documents')).rejects.toMatchObject({
      code: 'BUNDLE_NOT_FOUND',
    });
  });
});
