import { Encoder } from '@attune/encode';
import { Catalogue } from '@attune/tune';
import { expect, it } from 'vitest';
import { chooseFields } from '../../../packages/tune/src/choices/choose-fields.js';
import { things, tokenizerJson } from './small-shop.js';

/** Every word is like itself alone. */
const words = Object.keys((JSON.parse(tokenizerJson) as { model: { vocab: object } }).model.vocab).length;
const table = Float32Array.from({ length: words * words }, (_, i) => (i % (words + 1) === 0 ? 1 : 0));
const base = Encoder.fromTable({ table, dim: words, tokenizer: tokenizerJson });

/** Things by their titles; the texts of some speak of the next thing, so that who looks for that finds them first. */
function sample(queries: readonly number[], speaksOfNext: (thing: number) => boolean) {
  const documents = things.map(([title], i) => {
    const said = things[speaksOfNext(i) ? (i + 1) % things.length : i]![0];
    return {
      id: `${i}`,
      fields: { title, text: `${said} ${said} ${said}` },
      attributes: {},
      source: { file: 'shop', line: i + 1 },
    };
  });
  const set = {
    name: 'choosing',
    queries: queries.map((i) => ({ id: `${i}`, text: things[i]![0] })),
    judgments: new Map(queries.map((i) => [`${i}`, new Map([[`${i}`, 1]])])),
  };
  return { set, catalogue: new Catalogue(documents), rows: documents.map((_, row) => row) };
}

const all = things.map((_, i) => i);

it('the first field alone stands for a document where the queries show that it is better', async () => {
  const { documentFields, choice } = await chooseFields(
    base,
    sample(all, () => true),
    ['title', 'text'],
  );
  expect(documentFields).toEqual(['title']);
  expect(choice.chosen).toBe('title');
  expect(choice.tried.map(({ name }) => name)).toEqual(['title', 'title + text']);
  expect(choice.tried[0]!.value).toBe(1);
  expect(choice.tried[1]!.value).toBeLessThan(0.7);
});

it('all fields stay where the first is better on too few queries to tell', async () => {
  const { documentFields, choice } = await chooseFields(
    base,
    sample([0, 9], (thing) => thing === 15 || thing === 0),
    ['title', 'text'],
  );
  expect(choice.tried[0]!.value).toBeGreaterThan(choice.tried[1]!.value);
  expect(documentFields).toEqual(['title', 'text']);
  expect(choice.chosen).toBe('title + text (title was not shown to be better)');
});

it('one field leaves no choice', async () => {
  const { documentFields, choice } = await chooseFields(
    base,
    sample(all, () => false),
    ['title'],
  );
  expect(documentFields).toEqual(['title']);
  expect(choice.chosen).toBe('title');
});
