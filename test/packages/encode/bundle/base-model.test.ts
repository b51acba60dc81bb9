import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Encoder, readBundle } from '@attune/encode';
import { beforeAll, describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../../../npm/base-en/attune-base-en', import.meta.url));

describe('the shipped model attune-base-en', () => {
  let encoder: Encoder;
  beforeAll(async () => {
    // Loading compares fingerprint and golden vectors.
    encoder = await Encoder.load('attune-base-en');
  });

  it('loads by its name, with golden vectors', async () => {
    expect(encoder.bundle).toMatchObject({ path: folder, kind: 'static', dim: 256 });
    expect(encoder.bundle.manifest!.golden).toHaveLength(16);
    expect((await readBundle(folder)).preprocessing).toEqual({
      prompts: { query: '', document: '' },
      maxTokens: 256,
      documentFields: ['title', 'description'],
    });
  });

  it.each([
    ['trash can', 'rubbish bin', 'floppy disk'],
    ['sofa', 'couch', 'hammer'],
    ['picture', 'photograph', 'faucet'],
    ['car', 'automobile', 'calendar'],
  ])('puts %s nearer to %s than to %s', async (query, near, far) => {
    const [q, n, f] = await Promise.all([query, near, far].map((text) => encoder.encodeQueries([text])));
    const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(cosine(q!, n!)).toBeGreaterThan(cosine(q!, f!) + 0.1);
  });

  it('says what it was made from, keeps the notice of WordNet, and is small', () => {
    const { lineage } = encoder.bundle.manifest!;
    expect(lineage.baseName).toBe('sentence-transformers/all-MiniLM-L6-v2');
    expect(lineage.base).toMatch(/^[0-9a-f]{64}$/);
    expect(lineage.dataset).toMatch(/^[0-9a-f]{64}$/);
    expect(readFileSync(join(folder, 'WORDNET-LICENSE.txt'), 'utf8')).toMatch(/Princeton University/);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toMatch(/all-MiniLM-L6-v2[\s\S]*WordNet/);
    const bytes = ['model.safetensors', 'tokenizer.json'].map((name) => statSync(join(folder, name)).size);
    expect(bytes[0]! + bytes[1]!).toBeLessThan(20e6);
  });
});
