import { Encoder } from '@attune/encode';
import { catalogueBase } from '@attune/train';
import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../../random.js';

/** Syllables that no base knows, as words without blanks between them. */
const syllables = Array.from(
  { length: 40 },
  (_, i) => String.fromCodePoint(0xa000 + 7 * i) + String.fromCodePoint(0xa003 + 7 * i),
);

/** A thing has two words, and a text is about two things. */
function shop(count: number): { documents: string[]; queries: string[][] } {
  const random = randomNumbers(4);
  const thing = () => Math.floor(random() * 20);
  const documents: string[] = [];
  const queries: string[][] = [];
  for (let i = 0; i < count; i++) {
    const [a, b] = [thing(), thing()];
    documents.push(`${syllables[2 * a]!}${syllables[2 * b]!}`);
    queries.push([`${syllables[2 * a + 1]!}${syllables[2 * b + 1]!}`]);
  }
  return { documents, queries };
}

describe('a base made of a catalogue', () => {
  it('brings together words that stand in a document and in the queries that led to it', async () => {
    const { table, dim, tokenizerJson, tokens } = await catalogueBase({ ...shop(400), seed: 1 });
    expect(table).toHaveLength(tokens * dim);
    const encoder = Encoder.fromTable({ table, dim, tokenizer: tokenizerJson });
    const sellers = await encoder.encodeDocuments(syllables.filter((_, i) => i % 2 === 0));
    const buyers = await encoder.encodeQueries(syllables.filter((_, i) => i % 2 === 1));
    let right = 0;
    for (let query = 0; query < 20; query++) {
      const scores = Array.from({ length: 20 }, (_, document) => {
        let score = 0;
        for (let i = 0; i < dim; i++) score += buyers[query * dim + i]! * sellers[document * dim + i]!;
        return score;
      });
      right += scores.indexOf(Math.max(...scores)) === query ? 1 : 0;
    }
    expect(right).toBeGreaterThanOrEqual(18);
  });

  it('knows every character of the texts, and says nothing of others', async () => {
    const { documents, queries } = shop(200);
    const odd = [...documents.slice(0, -1), 'Ａ𠮷 ½ ﷺ'];
    const { table, dim, tokenizerJson } = await catalogueBase({ documents: odd, queries, seed: 1 });
    const encoder = Encoder.fromTable({ table, dim, tokenizer: tokenizerJson });
    const { ids } = await encoder.tokenizer.tokenize([...odd, ...queries.flat()]);
    expect(ids.includes(0)).toBe(false);
    expect((await encoder.tokenizer.tokenize(['龘'])).ids).toEqual(Int32Array.of(0));
    expect((await encoder.encodeQueries(['龘'])).every((value) => value === 0)).toBe(true);
  });

  it('knows the characters of a long run without a blank', async () => {
    const run = Array.from({ length: 3000 }, (_, i) => String.fromCodePoint(0x20000 + (i % 700))).join('');
    const { documents, queries } = shop(120);
    const { table, dim, tokenizerJson } = await catalogueBase({
      documents: [...documents, run],
      queries: [...queries, []],
      seed: 1,
    });
    const encoder = Encoder.fromTable({ table, dim, tokenizer: tokenizerJson });
    const { ids } = await encoder.tokenizer.tokenize([run]);
    expect(ids.length).toBeGreaterThan(100);
    expect(ids.includes(0)).toBe(false);
  });

  it('has the same bits for the same texts and seed, and others for another', async () => {
    const made = await catalogueBase({ ...shop(150), seed: 1 });
    expect(await catalogueBase({ ...shop(150), seed: 1 })).toEqual(made);
    expect((await catalogueBase({ ...shop(150), seed: 2 })).table).not.toEqual(made.table);
  });

  it('is refused where there is nothing, or next to nothing, to learn from', async () => {
    await expect(catalogueBase({ documents: ['', ' '], queries: [[], []], seed: 1 })).rejects.toMatchObject({
      code: 'DATA_EMPTY',
    });
    const few = { documents: ['lamp', 'desk'], queries: [['light'], []], seed: 1 };
    await expect(catalogueBase(few)).rejects.toMatchObject({ code: 'DATA_TOO_FEW' });
    expect((await catalogueBase({ ...few, few: true })).tokens).toBeGreaterThan(10);
  });
});
