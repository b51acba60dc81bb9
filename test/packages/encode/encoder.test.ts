import { Encoder, readBundle } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import {
  dim,
  newTransformerFiles,
  staticFiles,
  table,
  temporaryFolder,
  tokenizerJson,
  transformerFiles,
  writeFiles,
} from './tiny-models.js';

const preprocessing = { prompts: { query: 'search: ', document: '' } };
const encoder = Encoder.fromTable({ table, dim, tokenizer: tokenizerJson, preprocessing });

/** The mean of some rows of the table, at unit length. */
function meanOf(rows: number[]): number[] {
  const sums = Array.from({ length: dim }, (_, i) =>
    rows.reduce((sum, row) => sum + table[row * dim + i]!, 0),
  );
  const length = Math.hypot(...sums);
  return sums.map((sum) => sum / length);
}

const close = (found: Float32Array, expected: number[]) => {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 6);
};

describe('Encoder', () => {
  it('puts the prompt before queries, and none before documents', async () => {
    close(await encoder.encodeQueries(['desk lamp']), meanOf([14, 15, 4, 5])); // search : desk lamp
    close(await encoder.encodeDocuments(['desk lamp']), meanOf([4, 5]));
  });

  it('gives a blank text what sentence-transformers gives it: zeros, or the prompt alone', async () => {
    expect([...(await encoder.encodeDocuments(['', ' \n']))]).toEqual(Array(2 * dim).fill(0));
    close(await encoder.encodeQueries(['']), meanOf([14, 15]));
  });

  it('joins the fields of a document in the order of the bundle, and takes all where it has none of them', async () => {
    const documents = [{ description: 'oak', other: 'red', title: 'desk', class: ' ' }, { name: 'lamp' }];
    const documentFields = ['title', 'class', 'description'];
    const named = Encoder.fromTable({
      table,
      dim,
      tokenizer: tokenizerJson,
      preprocessing: { documentFields },
    });
    expect(named.documentTexts(documents)).toEqual(['desk oak', 'lamp']);
    close(await named.encodeDocuments(documents), [...meanOf([4, 6]), ...meanOf([5])]);
    expect(encoder.documentTexts(documents)).toEqual(['oak red desk', 'lamp']); // it names no fields
  });

  it('gives equal texts equal vectors, in the order of the texts, and counts different texts in progress', async () => {
    const texts = Array.from({ length: 20_000 }, (_, i) => ['desk', 'oak lamp', 'red'][i % 3]!);
    const progress: number[] = [];
    const vectors = await encoder.encodeDocuments(texts, {
      onProgress: ({ done, total }) => {
        progress.push(done);
        expect(total).toBe(3);
      },
    });
    expect(vectors).toHaveLength(texts.length * dim);
    const [desk, lamp] = [meanOf([4]), meanOf([6, 5])];
    close(vectors.subarray(0, dim), desk);
    close(vectors.subarray(19_998 * dim, 19_999 * dim), desk);
    close(vectors.subarray(10_000 * dim, 10_001 * dim), lamp);
    expect(progress.at(-1)).toBe(3);
  });

  it('gives the same vectors for many texts in chunks as one by one', async () => {
    const texts = Array.from(
      { length: 9_000 },
      (_, i) => `${'desk '.repeat(i % 7)}${'oak '.repeat(i % 11)}${'red '.repeat(i % 13)}`,
    );
    const progress: number[] = [];
    const vectors = await encoder.encodeDocuments(texts, { onProgress: ({ done }) => progress.push(done) });
    for (const i of [0, 77, 4096, 8999]) {
      expect(vectors.slice(i * dim, (i + 1) * dim)).toEqual(await encoder.encodeDocuments([texts[i]!]));
    }
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it('encodes no texts', async () => {
    expect(await encoder.encodeQueries([])).toEqual(new Float32Array(0));
  });

  it('stops when it is cancelled, before and during the work', async () => {
    const before = AbortSignal.abort();
    await expect(encoder.encodeQueries(['desk'], { signal: before })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    const controller = new AbortController();
    const texts = Array.from({ length: 30_000 }, (_, i) => `desk ${i}`);
    const work = encoder.encodeDocuments(texts, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('encodes tokens that were made before as it encodes texts', async () => {
    const texts = ['desk lamp', '', 'oak tables'];
    const tokens = await encoder.tokenizer.tokenize(encoder.queryTexts(texts));
    expect(await encoder.encodeTokens(tokens)).toEqual(await encoder.encodeQueries(texts));
  });

  it('loads a plain sentence-transformers folder, without golden vectors to compare', async () => {
    const path = await writeFiles(await temporaryFolder(), staticFiles());
    const loaded = await Encoder.load(path);
    expect(loaded.bundle.manifest).toBeUndefined();
    expect(loaded.fingerprint).toBe((await readBundle(path)).fingerprint);
    close(await loaded.encodeQueries(['desk lamp']), meanOf([4, 5]));
  });

  it('keeps another number of tokens where told, under another fingerprint', async () => {
    const path = await writeFiles(await temporaryFolder(), staticFiles());
    const [whole, cut] = [await Encoder.load(path), await Encoder.load(path, { maxTokens: 3 })];
    close(await cut.encodeQueries(['desk lamp oak red']), meanOf([4, 5, 6]));
    expect(cut.fingerprint).not.toBe(whole.fingerprint);
    await expect(Encoder.load(path, { maxTokens: 2 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('gives one model in the old and the new layout the same vectors to the bit', async () => {
    const [old, recent] = await Promise.all(
      [transformerFiles(), newTransformerFiles()].map(async (files) =>
        Encoder.load(await writeFiles(await temporaryFolder(), files)),
      ),
    );
    const texts = ['desk lamp', '', 'oak tables '.repeat(20)];
    const vectors = await old!.encodeQueries(texts);
    expect(await recent!.encodeQueries(texts)).toEqual(vectors);
    expect(Math.hypot(...vectors.subarray(0, dim))).toBeCloseTo(1, 6);
  });

  it('refuses a table that does not fit', () => {
    const make =
      (values: Float32Array, of = dim) =>
      () =>
        Encoder.fromTable({ table: values, dim: of, tokenizer: tokenizerJson });
    expect(make(table.subarray(1))).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
    expect(make(table.subarray(0, dim))).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID' }));
  });
});
