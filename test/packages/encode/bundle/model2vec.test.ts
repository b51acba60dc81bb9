import { readFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Encoder, findBundle, readBundle, serializeSafetensors, writeDenseBundle } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import { dim, staticFiles, table, temporaryFolder, tokens, writeFiles } from '../tiny-models.js';

const golden = fileURLToPath(new URL('../../../golden/model2vec/', import.meta.url));
const { texts, vectors } = JSON.parse(readFileSync(join(golden, 'vectors.json'), 'utf8')) as {
  texts: string[];
  vectors: Record<'plain' | 'shared', number[][]>;
};

async function encoded(folder: string): Promise<number[][]> {
  const encoder = await Encoder.load(folder);
  const values = await encoder.encodeDocuments(texts);
  return texts.map((_, i) => [...values.subarray(i * encoder.dim, (i + 1) * encoder.dim)]);
}

/** A golden folder as older versions of model2vec, and people who copy its three files, leave it. */
async function withoutModules(name: string): Promise<string> {
  const folder = join(await temporaryFolder(), 'bare');
  await cp(join(golden, name), folder, { recursive: true });
  await rm(join(folder, 'modules.json'));
  return folder;
}

const lengthOf = (vector: readonly number[]) => Math.hypot(...vector);
const unit = (vector: readonly number[]) => vector.map((value) => value / (lengthOf(vector) || 1));

describe('a folder of model2vec', () => {
  it('gives the vectors of the library, unknown tokens passed over and texts cut where its config says', async () => {
    for (const [i, vector] of (await encoded(join(golden, 'plain'))).entries()) {
      vectors.plain[i]!.forEach((value, at) => {
        expect(vector[at], texts[i]).toBeCloseTo(value, 6);
      });
    }
  });

  it('follows the mapping and the weights of tokens, and leaves lengths as they are', async () => {
    const found = await encoded(join(golden, 'shared'));
    expect(lengthOf(found[0]!)).toBeCloseTo(lengthOf(vectors.shared[0]!), 3);
    for (const [i, vector] of found.entries()) {
      const wanted = unit(vectors.shared[i]!);
      // The library computes in float16 here.
      wanted.forEach((value, at) => {
        expect(unit(vector)[at], texts[i]).toBeCloseTo(value, 2);
      });
    }
  });

  it.each(['plain', 'shared'])('gives the same vectors without modules.json: %s', async (name) => {
    const folder = await withoutModules(name);
    expect(await encoded(folder)).toEqual(await encoded(join(golden, name)));
    expect(await findBundle('bare', [join(folder, '..')])).toBe(folder);
  });

  it('says what is missing where config.json is of another kind of model', async () => {
    const folder = await withoutModules('plain');
    await writeFiles(folder, { 'config.json': { model_type: 'bert' } });
    const missing = { code: 'BUNDLE_INVALID', message: expect.stringMatching(/modules\.json is missing/) };
    await expect(readBundle(folder)).rejects.toMatchObject(missing);
    await expect(findBundle('bare', [join(folder, '..')])).rejects.toMatchObject({
      code: 'BUNDLE_NOT_FOUND',
    });
    await rm(join(folder, 'config.json'));
    await expect(readBundle(folder)).rejects.toMatchObject(missing);
    await writeFiles(folder, { 'config.json': new TextEncoder().encode('{') });
    await expect(findBundle('bare', [join(folder, '..')])).rejects.toMatchObject({
      code: 'BUNDLE_NOT_FOUND',
    });
  });

  it('is of unit length where its config says so and no Normalize follows', async () => {
    const folder = await temporaryFolder();
    await cp(join(golden, 'plain'), folder, { recursive: true });
    const modules = JSON.parse(readFileSync(join(golden, 'plain', 'modules.json'), 'utf8')) as unknown[];
    await writeFiles(folder, { 'modules.json': modules.slice(0, 1) });
    expect((await encoded(folder))[0]![0]).toBeCloseTo(vectors.plain[0]![0]!, 6);
  });

  it('is cut at 512 tokens where its config does not say, and never where it says null', async () => {
    const files = {
      ...staticFiles(),
      'model.safetensors': serializeSafetensors([
        { key: 'embeddings', shape: [tokens.length, dim], values: table, dtype: 'F32' },
      ]),
    };
    const maxTokens = async (config: object) => {
      const folder = await writeFiles(await temporaryFolder(), { ...files, 'config.json': config });
      return (await readBundle(folder)).preprocessing.maxTokens;
    };
    expect(await maxTokens({ model_type: 'model2vec' })).toBe(512);
    expect(await maxTokens({ max_length: null })).toBe(null);
    expect(await maxTokens({ max_length: 7 })).toBe(7);
  });

  it.each([
    ['with', join(golden, 'shared')],
    ['without', undefined],
  ])('stands before an adapter, which has unit length at its end: %s modules.json', async (_, given) => {
    const base = await readBundle(given ?? (await withoutModules('shared')));
    const path = join(await temporaryFolder(), 'adapter');
    const weight = Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0));
    await writeDenseBundle({ base, weight, path });
    const found = await encoded(path);
    unit(vectors.shared[0]!).forEach((value, at) => {
      expect(found[0]![at]).toBeCloseTo(value, 2);
    });
  });

  it('refuses a mapping to a row that is not there', async () => {
    const folder = await temporaryFolder();
    await cp(join(golden, 'shared'), folder, { recursive: true });
    const bytes = new Uint8Array(readFileSync(join(folder, 'model.safetensors')));
    const header = new TextDecoder().decode(bytes.subarray(8));
    const { mapping } = JSON.parse(header.slice(0, header.indexOf('}}') + 2)) as {
      mapping: { data_offsets: [number, number] };
    };
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    bytes[8 + length + mapping.data_offsets[0]] = 9;
    await writeFiles(folder, { 'model.safetensors': bytes });
    await expect(readBundle(folder)).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      message: expect.stringMatching(/"mapping" gives token 0 the row 9/),
    });
  });
});
