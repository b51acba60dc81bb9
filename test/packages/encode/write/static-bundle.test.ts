import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Encoder, readBundle, writeStaticBundle } from '@attune/encode';
import { sealed } from '@attune/files';
import { describe, expect, it } from 'vitest';
import { dim, table, temporaryFolder, tokenizerJson, writeFiles } from '../tiny-models.js';

const texts = ['desk lamp', 'Oak tables', 'desk lamp', '', 'red-blue 42'];
const lineage = {
  baseName: 'tiny',
  recipe: { name: 'plain', epochs: 2 },
  seed: 7,
  evaluation: { ndcg: 0.5 },
};
const preprocessing = {
  prompts: { query: 'search: ', document: '' },
  maxTokens: 6,
  documentFields: ['name', 'tags'],
};
const card = {
  license: 'apache-2.0',
  languages: ['en'],
  description: 'A table for tests.',
  baseModel: 'org/base',
};

async function writeTiny(changes: Partial<Parameters<typeof writeStaticBundle>[0]> = {}) {
  const path = join(await temporaryFolder(), 'tiny');
  await writeStaticBundle({ path, table, dim, tokenizerJson, preprocessing, lineage, card, ...changes });
  return path;
}

describe('writeStaticBundle', () => {
  it('gives, read back, the same vectors to the bit', async () => {
    const path = await writeTiny();
    const inMemory = Encoder.fromTable({ table, dim, tokenizer: tokenizerJson, preprocessing });
    const loaded = await Encoder.load(path);
    expect(await loaded.encodeQueries(texts)).toEqual(await inMemory.encodeQueries(texts));
    const documents = [{ name: 'desk', tags: 'oak' }, { name: 'lamp', tags: ' ' }, 'red'];
    expect(await loaded.encodeDocuments(documents)).toEqual(
      await inMemory.encodeDocuments(['desk oak', 'lamp', 'red']),
    );
    expect(loaded.bundle.preprocessing).toEqual(preprocessing);
    expect(loaded.bundle.manifest).toMatchObject({ format: 1, lineage });
    expect(loaded.bundle.manifest!.golden).toHaveLength(16);
  });

  it('keeps the rounded table in f16, and its golden vectors are those of that table', async () => {
    const path = await writeTiny({ dtype: 'f16' });
    const again = await writeTiny({ dtype: 'f16', table: tableOf(await readBundle(path)) });
    expect(await (await Encoder.load(again)).encodeQueries(texts)).toEqual(
      await (await Encoder.load(path)).encodeQueries(texts),
    );
    expect(tableOf(await readBundle(path))).not.toEqual(table);
  });

  it('has one fingerprint for one content, and another for another prompt', async () => {
    const [a, b] = [
      await readBundle(await writeTiny()),
      await readBundle(await writeTiny({ card: {}, lineage: {} })),
    ];
    const c = await readBundle(
      await writeTiny({ preprocessing: { ...preprocessing, documentFields: ['title'] } }),
    );
    expect(b.fingerprint).toBe(a.fingerprint);
    expect(c.fingerprint).not.toBe(a.fingerprint);
    expect(c.digests.weights).toBe(a.digests.weights);
  });

  it("writes the rule for a document's text into attune.json, and names no fields where it is given none", async () => {
    const stored = async (path: string) =>
      JSON.parse(await readFile(join(path, 'attune.json'), 'utf8')).preprocessing.documentText;
    expect(await stored(await writeTiny())).toEqual({ fields: ['name', 'tags'], fallback: 'all' });
    const plain = await writeTiny({ preprocessing: {} });
    expect(await stored(plain)).toEqual({ fields: [], fallback: 'all' });
    const encoder = await Encoder.load(plain);
    expect(encoder.bundle.preprocessing.documentFields).toEqual([]);
    expect(encoder.documentTexts([{ tags: 'oak', name: 'desk' }])).toEqual(['oak desk']);
    expect(await readFile(join(plain, 'README.md'), 'utf8')).toMatch(
      /join all text fields of a document with/,
    );
  });

  it('writes a model card with front matter and what is recorded', async () => {
    const readme = await readFile(join(await writeTiny(), 'README.md'), 'utf8');
    expect(readme).toMatch(/^---\nlibrary_name: sentence-transformers\n/);
    for (const part of [
      'license: "apache-2.0"',
      'base_model: "org/base"',
      '# tiny',
      'A table for tests.',
      '`7`',
      '"epochs":2',
    ]) {
      expect(readme).toContain(part);
    }
  });

  it('refuses what exists, replaces a bundle with force, and never anything else', async () => {
    const path = await writeTiny();
    const write = (force: boolean, target = path) =>
      writeStaticBundle({ path: target, table, dim, tokenizerJson, dtype: 'f16', force });
    await expect(write(false)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect((await readBundle(path)).preprocessing.maxTokens).toBe(6);
    expect((await write(true)).preprocessing.maxTokens).toBe(null);
    expect(await readdir(join(path, '..'))).toEqual(['tiny']);
    const other = await writeFiles(await temporaryFolder(), { 'thesis.txt': 'years of work' });
    await expect(write(true, other)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(await readdir(other)).toEqual(['thesis.txt']);
  });

  it('leaves nothing behind when it fails', async () => {
    const folder = await temporaryFolder();
    const write = (changes: object) =>
      writeStaticBundle({ path: join(folder, 'x'), table, dim, tokenizerJson, ...changes });
    await expect(write({ table: table.map(() => NaN) })).rejects.toMatchObject({ code: 'NOT_FINITE' });
    await expect(write({ table: table.subarray(1) })).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
    await expect(write({ table: table.subarray(0, dim) })).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a bundle that was changed after it was written', () => {
  const change = async (name: string, edit: (text: string) => string, fingerprint = false) => {
    const path = await writeTiny();
    await writeFile(join(path, name), edit(await readFile(join(path, name), 'utf8')));
    if (!fingerprint) return path;
    const { fingerprint: found, digests } = await readBundle(path, { check: false });
    const manifest = JSON.parse(await readFile(join(path, 'attune.json'), 'utf8'));
    await writeFile(
      join(path, 'attune.json'),
      JSON.stringify(sealed({ ...manifest, fingerprint: found, digests })),
    );
    return path;
  };

  it('is refused with both fingerprints and what differs', async () => {
    const path = await change('tokenizer.json', (text) =>
      text.replace('"lowercase":true', '"lowercase":false'),
    );
    const { fingerprint, manifest } = await readBundle(path, { check: false });
    const load = Encoder.load(path);
    await expect(load).rejects.toMatchObject({
      code: 'BUNDLE_MISMATCH',
      message: expect.stringContaining(fingerprint),
    });
    await expect(load).rejects.toThrow(manifest!.fingerprint);
    await expect(load).rejects.toThrow(/What differs: tokenizer\./);
    expect(await (await Encoder.load(path, { check: false })).encodeQueries(['desk'])).toHaveLength(dim);
  });

  it('is refused by its golden vectors when the fingerprint was made to fit', async () => {
    const path = await change('tokenizer.json', (text) => text.replace('"desk":4', '"desk":8'), true);
    await expect(Encoder.load(path)).rejects.toMatchObject({
      code: 'BUNDLE_MISMATCH',
      message: expect.stringMatching(/golden vector \d+ .*cosine/),
    });
  });

  it('is refused when its prompts are not those that Python would use', async () => {
    const path = await change('config_sentence_transformers.json', (text) =>
      text.replace('search: ', 'find: '),
    );
    await expect(Encoder.load(path)).rejects.toMatchObject({
      code: 'BUNDLE_MISMATCH',
      message: expect.stringMatching(/prompts\.query/),
    });
  });

  it("is refused when its fields were changed, and when its rule for a document's text is another", async () => {
    const fields = await change('attune.json', (text) => text.replace('"tags"', '"note"'));
    await expect(Encoder.load(fields)).rejects.toMatchObject({
      code: 'BUNDLE_MISMATCH',
      message: expect.stringMatching(/What differs: preprocessing/),
    });
    const other = await change('attune.json', (text) =>
      text.replace('"fallback": "all"', '"fallback": "none"'),
    );
    await expect(Encoder.load(other)).rejects.toMatchObject({
      code: 'BUNDLE_UNSUPPORTED',
      message: expect.stringMatching(/"documentText": "fallback" is "none"/),
    });
  });

  it('is refused when attune.json has a checksum that is no text, or nests so deeply that no checksum could be made', async () => {
    const list = '['.repeat(20_000) + ']'.repeat(20_000);
    for (const changed of [
      (text: string) => text.replace(/"sha256": "\w+"/, '"sha256": []'),
      (text: string) => text.replace(/"sha256": "\w+"/, '"sha256": null'),
      (text: string) => text.replace('"lineage": {', `"lineage": {"more": ${list}, `),
    ]) {
      const path = await change('attune.json', changed);
      await expect(Encoder.load(path)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    }
  });

  it('is refused when attune.json is of a later format, or its golden vectors of another size', async () => {
    const later = await change('attune.json', (text) => text.replace('"format": 1', '"format": 2'));
    await expect(Encoder.load(later)).rejects.toMatchObject({
      code: 'BUNDLE_UNSUPPORTED',
      message: expect.stringMatching(/"format" is 2/),
    });
    const none = await change('attune.json', (text) =>
      JSON.stringify(sealed({ ...JSON.parse(text), golden: [] })),
    );
    await expect(Encoder.load(none)).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      message: expect.stringMatching(/golden/),
    });
  });
});

function tableOf({ model }: Awaited<ReturnType<typeof readBundle>>): Float32Array {
  return model.kind === 'static' ? model.table : expect.fail('not static');
}
