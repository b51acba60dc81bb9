// RoBERTa, XLM-RoBERTa, MPNet, DistilBERT and ModernBERT against sentence-transformers: tiny random models,
// test/golden/families/make.py. No real weights of any have been run.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../golden/families');
const golden = JSON.parse(readFileSync(join(folder, 'vectors.json'), 'utf8')) as Record<
  string,
  { texts: string[]; ids: number[][]; vectors: number[][] }
>;

describe.each(Object.entries(golden))('%s', (name, { texts, ids, vectors }) => {
  it('has the tokens of sentence-transformers', async () => {
    const encoder = await Encoder.load(join(folder, name));
    const got = await encoder.tokenizer.tokenize(texts);
    for (const [i, text] of texts.entries())
      expect([...got.ids.subarray(got.offsets[i], got.offsets[i + 1])], JSON.stringify(text)).toEqual(ids[i]);
  });

  it('has its vectors', async () => {
    const encoder = await Encoder.load(join(folder, name));
    const got = await encoder.encodeTexts(texts);
    for (const [i, text] of texts.entries()) {
      const row = got.subarray(i * encoder.dim, (i + 1) * encoder.dim);
      const apart = Math.max(...vectors[i]!.map((value, at) => Math.abs(value - row[at]!)));
      expect(apart, JSON.stringify(text)).toBeLessThan(1e-6);
    }
  });
});
