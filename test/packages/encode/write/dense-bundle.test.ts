import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundle, Encoder, readBundle, writeDenseBundle, writeStaticBundle } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import {
  dim,
  filesBelow,
  randomWeights,
  staticFiles,
  table,
  temporaryFolder,
  tokenizerJson,
  transformerFiles,
  writeFiles,
} from '../tiny-models.js';

const texts = ['desk lamp', 'Oak tables', 'desk lamp', '', 'red-blue 42'];
const preprocessing = {
  prompts: { query: 'search: ', document: '' },
  maxTokens: 6,
  documentFields: ['name', 'tags'],
};

async function tinyBase(): Promise<Bundle> {
  const path = join(await temporaryFolder(), 'tiny');
  await writeStaticBundle({ path, table, dim, tokenizerJson, preprocessing });
  return readBundle(path);
}

describe('writeDenseBundle', () => {
  it('puts a linear layer behind its base', async () => {
    const base = await tinyBase();
    const weight = randomWeights(4 * dim, 3);
    const path = join(await temporaryFolder(), 'adapter');
    const info = await writeDenseBundle({
      path,
      base,
      weight,
      outFeatures: 4,
      lineage: { base: base.fingerprint },
    });
    expect(info).toMatchObject({ dim: 4, preprocessing, manifest: { lineage: { base: base.fingerprint } } });

    const before = await Encoder.fromBundle(base).encodeQueries(['desk lamp']);
    const expected = Array.from({ length: 4 }, (_, row) =>
      before.reduce((sum, x, i) => sum + x * weight[row * dim + i]!, 0),
    );
    const length = Math.hypot(...expected);
    const after = await (await Encoder.load(path)).encodeQueries(['desk lamp']);
    for (const [i, value] of expected.entries()) expect(after[i]).toBeCloseTo(value / length, 5);
  });

  it('stands behind a plain sentence-transformers folder, and behind another adapter', async () => {
    const base = await readBundle(await writeFiles(await temporaryFolder(), staticFiles()));
    const identity = Float32Array.from({ length: dim * dim }, (_, i) => (i % (dim + 1) === 0 ? 2 : 0));
    const first = join(await temporaryFolder(), 'first');
    await writeDenseBundle({ path: first, base, weight: identity });
    const second = join(await temporaryFolder(), 'second');
    await writeDenseBundle({ path: second, base: await readBundle(first), weight: identity });
    expect((await readBundle(second)).head.dense).toHaveLength(2);
    const [a, b] = [
      await Encoder.fromBundle(base).encodeQueries(texts),
      await (await Encoder.load(second)).encodeQueries(texts),
    ];
    for (const [i, value] of a.entries()) expect(b[i]).toBeCloseTo(value, 6);
    // A copy elsewhere is the same bundle.
    const copy = join(await temporaryFolder(), 'copy');
    await cp(second, copy, { recursive: true });
    expect((await Encoder.load(copy)).fingerprint).toBe((await readBundle(second)).fingerprint);
  });

  it('refuses a weight that does not fit its base', async () => {
    const base = await tinyBase();
    const write = writeDenseBundle({
      path: join(await temporaryFolder(), 'x'),
      base,
      weight: new Float32Array(7),
    });
    await expect(write).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });

  it('keeps the files beside its base, a notice too, and writes its own card, manifest and modules', async () => {
    const notices = { 'NOTICE.txt': 'keep this', 'README.md': '# base', 'vocab.txt': 'desk' };
    const files = {
      ...transformerFiles(),
      '2_Normalize/config.json': {},
      '1_Pooling/notes.md': 'x',
      ...notices,
    };
    const path = join(await temporaryFolder(), 'adapter');
    const base = await readBundle(await writeFiles(join(await temporaryFolder(), 'base'), files));
    await writeDenseBundle({ path, base, weight: randomWeights(dim * dim, 3) });
    const own = [
      'attune.json',
      '2_Dense/config.json',
      '2_Dense/model.safetensors',
      '3_Normalize/config.json',
    ];
    const kept = Object.keys(files).filter((name) => name !== '2_Normalize/config.json');
    expect(await filesBelow(path)).toEqual([...kept, ...own].sort());
    expect(await readFile(join(path, 'README.md'), 'utf8')).toMatch(/# adapter/);
    // Behind another adapter too: the manifest of the first is not that of the second.
    const second = join(path, '..', 'second');
    await writeDenseBundle({
      path: second,
      base: await readBundle(path),
      weight: randomWeights(dim * dim, 4),
    });
    expect((await Encoder.load(second)).fingerprint).not.toBe((await readBundle(path)).fingerprint);
  });

  it('has the fields of its base, and others where they are given', async () => {
    const base = await tinyBase();
    const fieldsOf = async (changes: object) => {
      const path = join(await temporaryFolder(), 'adapter');
      await writeDenseBundle({ path, base, weight: randomWeights(dim * dim, 3), ...changes });
      return (await readBundle(path)).preprocessing.documentFields;
    };
    expect(await fieldsOf({})).toEqual(['name', 'tags']);
    expect(await fieldsOf({ documentFields: [] })).toEqual([]);
  });
});
