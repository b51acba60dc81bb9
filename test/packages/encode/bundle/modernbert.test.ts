import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder, readBundle } from '@attune/encode';
import { tierFor } from '@attune/tune';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../tiny-models.js';

const golden = join(import.meta.dirname, '../../../golden/families/modernbert');
type Config = Record<string, unknown>;

/** The golden model with another config.json: keys that are undefined are left out. */
async function withConfig(change: (config: Config) => Config): Promise<string> {
  const folder = await temporaryFolder();
  cpSync(golden, folder, { recursive: true });
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Config)));
  return folder;
}

const asOfTransformers4 = (config: Config) => ({
  ...config,
  rope_parameters: undefined,
  layer_types: undefined,
  global_rope_theta: 160_000,
  local_rope_theta: 10_000,
  global_attn_every_n_layers: 3,
});

describe('a ModernBERT', () => {
  it('is read alike from the config of transformers 4 and of 5', async () => {
    const texts = ['oak desk', '橡木书桌', 'lamp '.repeat(40)];
    const recent = await Encoder.load(golden);
    const folder = await withConfig(asOfTransformers4);
    const { model } = await readBundle(folder);
    expect(model).toMatchObject({ config: { rotary: { localWindow: 4, globalEvery: 3 } } });
    const old = await Encoder.load(folder);
    expect(await old.encodeTexts(texts)).toEqual(await recent.encodeTexts(texts));
  });

  it('has other vectors where the window or a base is another: each of them counts', async () => {
    const texts = ['lamp desk sofa chair '.repeat(4)];
    const usual = await (await Encoder.load(golden)).encodeTexts(texts);
    for (const change of [{ local_attention: 4 }, { global_rope_theta: 1000 }, { local_rope_theta: 100 }]) {
      const folder = await withConfig((config) => ({ ...asOfTransformers4(config), ...change }));
      expect(await (await Encoder.load(folder)).encodeTexts(texts), JSON.stringify(change)).not.toEqual(
        usual,
      );
    }
  });

  it('encodes in each precision', async () => {
    const texts = ['oak desk', 'red sofa for two'];
    const exact = await (await Encoder.load(golden)).encodeTexts(texts);
    for (const precision of ['bf16', 'int8'] as const) {
      const encoder = await Encoder.load(golden, { precision });
      const vectors = await encoder.encodeTexts(texts);
      for (const text of texts.keys()) {
        const row = (of: Float32Array) => of.subarray(text * encoder.dim, (text + 1) * encoder.dim);
        const cosine = row(exact).reduce((sum, value, i) => sum + value * row(vectors)[i]!, 0);
        expect(cosine, precision).toBeGreaterThan(0.98);
        expect(cosine, precision).not.toBe(1);
      }
    }
  });

  it('is served, and tuned by a map alone', async () => {
    expect(tierFor(await readBundle(golden))).toBe('adapter');
  });

  it.each([
    ['biases', { attention_bias: true }, 'BUNDLE_UNSUPPORTED', /"attention_bias" is true/],
    [
      'another kind of rotation',
      { rope_parameters: { full_attention: { rope_type: 'yarn' } } },
      'BUNDLE_UNSUPPORTED',
      /"rope_type" is "yarn"/,
    ],
    [
      'a base of zero',
      { rope_parameters: { sliding_attention: { rope_theta: 0 } } },
      'BUNDLE_INVALID',
      /"rope_theta" is 0/,
    ],
    [
      'another order of layers',
      { layer_types: ['full_attention', 'full_attention', 'sliding_attention', 'sliding_attention'] },
      'BUNDLE_UNSUPPORTED',
      /"layer_types" is not full_attention in every 1 of 4 layers/,
    ],
    [
      'another activation',
      { hidden_activation: 'silu' },
      'BUNDLE_UNSUPPORTED',
      /"hidden_activation" is "silu"/,
    ],
    [
      'more layers than weights',
      { num_hidden_layers: 1e9, layer_types: undefined },
      'BUNDLE_INVALID',
      /"layers\.4\.attn_norm\.weight" is missing/,
    ],
  ])('with %s is refused by name', async (_, change, code, message) => {
    const folder = await withConfig((config) => ({ ...config, ...change }));
    await expect(readBundle(folder)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
