import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../packages/encode/src/bundle/golden.js';
import { hasShared, sharedDir } from '../../shared-data.js';

const model = join(sharedDir, 'models', 'bge-small-zh-v1.5');
const golden = (name: string) => readFileSync(new URL(`../../golden/bge-zh/${name}`, import.meta.url));
const dim = 512;

describe.skipIf(!hasShared)('bge-small-zh-v1.5 (needs ../shared beside the checkout)', () => {
  it('tokenises and encodes as ONNX Runtime does with the file that it was made of', async () => {
    const encoder = await Encoder.load(model);
    const texts = JSON.parse(golden('texts.json').toString()) as string[];
    const { ids, offsets } = await encoder.tokenizer.tokenize(texts);
    expect(texts.map((_, i) => [...ids.subarray(offsets[i], offsets[i + 1])])).toEqual(
      JSON.parse(golden('ids.json').toString()),
    );
    const expected = new Float32Array(Uint8Array.from(golden('vectors.f32')).buffer);
    expect(expected).toHaveLength(texts.length * dim);
    const vectors = await encoder.encodeDocuments(texts);
    const cosines = texts.map((_, i) => {
      const at = i * dim;
      return compare(vectors.subarray(at, at + dim), expected.subarray(at, at + dim)).cosine;
    });
    expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.99999);
  });
});
