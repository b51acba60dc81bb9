import { Encoder } from '@attune/encode';
import { Catalogue, embedCatalogue } from '@attune/tune';
import { expect, it } from 'vitest';

const source = { file: 'catalogue.jsonl', line: 1 };
const notesOf = async (titles: readonly string[]) => {
  const documents = titles.map((title, row) => ({ id: `${row}`, fields: { title }, attributes: {}, source }));
  return (await embedCatalogue(await Encoder.load('attune-base-en'), new Catalogue(documents))).notes;
};

it('texts that a model knows no word of are told, and others are not', async () => {
  const chinese = ['台灯', '餐桌', '书架', '地毯'];
  const english = ['desk lamp', 'dining table', 'book shelf', 'wool rug'];
  expect(await notesOf([...chinese, 'desk lamp'])).toEqual([
    expect.stringMatching(
      /^4 of 5 different texts of documents have the very same vector: the vocabulary of this model/,
    ),
  ]);
  expect(await notesOf(english)).toEqual([]);
  expect(await notesOf([...english, ...english, '台灯'])).toEqual([]);
});
