import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder, readBundle, Tokenizer, writeDenseBundle } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../packages/encode/src/bundle/golden.js';
import { hasShared, sharedDir } from '../../shared-data.js';
import { randomWeights, temporaryFolder } from './tiny-models.js';

const model = join(sharedDir, 'models', 'all-MiniLM-L6-v2');
const fiori = join(sharedDir, 'data', 'vectors', 'minilm-fiori-778');
const golden = (name: string) => readFileSync(new URL(`../../golden/minilm/${name}`, import.meta.url));
const floats = (bytes: Buffer) => new Float32Array(Uint8Array.from(bytes).buffer);
const dim = 384;

/** The lowest cosine between rows of two matrices. */
function lowestCosine(a: Float32Array, b: Float32Array): number {
  expect(a).toHaveLength(b.length);
  const rows = Array.from({ length: a.length / dim }, (_, i) => i * dim);
  return Math.min(...rows.map((at) => compare(a.subarray(at, at + dim), b.subarray(at, at + dim)).cosine));
}

describe.skipIf(!hasShared)('all-MiniLM-L6-v2 (needs ../shared beside the checkout)', () => {
  it('tokenises and encodes as Python sentence-transformers', async () => {
    const encoder = await Encoder.load(model);
    const texts = JSON.parse(golden('texts.json').toString()) as string[];
    const { ids, offsets } = await encoder.tokenizer.tokenize(texts);
    const found = texts.map((_, i) => [...ids.subarray(offsets[i], offsets[i + 1])]);
    expect(found).toEqual(JSON.parse(golden('ids.json').toString()));
    expect(encoder.bundle.preprocessing.maxTokens).toBe(256);
    const vectors = await encoder.encodeDocuments(texts);
    expect(lowestCosine(vectors, floats(golden('vectors.f32')))).toBeGreaterThanOrEqual(0.99999);
  });

  it('gives the published vectors of the long texts, with 512 tokens kept', async () => {
    const encoder = await Encoder.load(model, { maxTokens: 512 });
    const lines = readFileSync(join(fiori, 'records.jsonl'), 'utf8').trim().split('\n');
    const texts = lines.map((line) => (JSON.parse(line) as { content: string }).content);
    const published = floats(readFileSync(join(fiori, 'embeddings.bin')));
    const uncut = new Tokenizer({ ...encoder.tokenizer.settings, maxTokens: null });
    const { offsets } = await uncut.tokenize(texts);
    const whole = texts.map((_, i) => i).filter((i) => offsets[i + 1]! - offsets[i]! <= 512);
    expect(whole).toHaveLength(80);
    const expected = new Float32Array(whole.length * dim);
    for (const [at, i] of whole.entries()) expected.set(published.subarray(i * dim, (i + 1) * dim), at * dim);
    const vectors = await encoder.encodeDocuments(whole.map((i) => texts[i]!));
    expect(lowestCosine(vectors, expected)).toBeGreaterThanOrEqual(0.99999);
  });

  it('behind an adapter, read back, gives the same vectors to the bit', async () => {
    const path = join(await temporaryFolder(), 'adapter');
    const base = await readBundle(model);
    await writeDenseBundle({ path, base, weight: randomWeights(64 * dim, 4), outFeatures: 64 });
    const texts = ['desk lamp', 'oak table', ''];
    const [first, second] = [await Encoder.load(path), Encoder.fromBundle(await readBundle(path))];
    expect(await second.encodeQueries(texts)).toEqual(await first.encodeQueries(texts));
    expect(first.dim).toBe(64);
    expect(first.bundle.manifest!.golden).toHaveLength(16);
  });
});
