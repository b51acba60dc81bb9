import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Bundle,
  Encoder,
  readBundle,
  SafetensorsFile,
  serializeSafetensors,
  type TransformerModel,
  writeTransformerBundle,
} from '@attune/encode';
import { describe, expect, it } from 'vitest';
import {
  type Files,
  filesBelow,
  staticFiles,
  temporaryFolder,
  transformerConfig,
  transformerFiles,
  transformerWeights,
  writeFiles,
} from '../tiny-models.js';

const texts = ['desk lamp', 'Oak tables', ''];
const word = 'embeddings.word_embeddings.weight';

type TransformerBundle = Bundle & { model: TransformerModel };
const readTiny = async (changes: Files = {}) =>
  (await readBundle(
    await writeFiles(await temporaryFolder(), { ...transformerFiles(), ...changes }),
  )) as TransformerBundle;

describe('writeTransformerBundle', () => {
  it('has the files of its base with other weights, and their vectors', async () => {
    const base = await readTiny({ 'attune-notes.txt': 'kept' });
    const tensors = { [word]: base.model.tensors[word]!.map((value) => -value) };
    const path = join(await temporaryFolder(), 'tuned');
    const info = await writeTransformerBundle({ path, base, tensors, lineage: { base: base.fingerprint } });
    expect(info).toMatchObject({ kind: 'transformer', manifest: { lineage: { base: base.fingerprint } } });
    expect(info.fingerprint).not.toBe(base.fingerprint);
    const [before, after] = [await filesBelow(base.path), await filesBelow(path)];
    expect(after).toEqual([...new Set([...before, 'README.md', 'attune.json'])].sort());

    const model = { ...base.model, tensors: { ...base.model.tensors, ...tensors } };
    const expected = await Encoder.fromBundle({ ...base, model }).encodeTexts(texts);
    expect(await (await Encoder.load(path)).encodeTexts(texts)).toEqual(expected);
  });

  it('keeps the names of its base, and says that its weights are float32', async () => {
    const old = (name: string) =>
      name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta');
    const plain = new SafetensorsFile(transformerWeights('bert.', old), 'plain');
    const half = plain.keys().map((key) => ({
      key,
      shape: plain.shape(key),
      values: plain.floats(key),
      dtype: 'F16' as const,
    }));
    const base = await readTiny({
      'model.safetensors': serializeSafetensors(half),
      'config.json': { ...transformerConfig, torch_dtype: 'float16' },
    });
    const path = join(await temporaryFolder(), 'tuned');
    const norm = 'embeddings.LayerNorm.weight';
    const tensors = { [norm]: base.model.tensors[norm]!.map((value) => value / 3) };
    await writeTransformerBundle({ path, base, tensors });
    const written = new SafetensorsFile(await readFile(join(path, 'model.safetensors')), 'written');
    expect(written.keys()).toEqual(plain.keys());
    expect(written.keys()).toContain('bert.embeddings.LayerNorm.gamma');
    expect(new Set(written.keys().map((key) => written.dtype(key)))).toEqual(new Set(['F32']));
    expect(written.floats('bert.embeddings.LayerNorm.gamma')).toEqual(tensors[norm]);
    expect(JSON.parse(await readFile(join(path, 'config.json'), 'utf8'))).toEqual({
      ...transformerConfig,
      torch_dtype: 'float32',
    });
  });

  it('refuses tensors that its base has not, or in another size, and a base that is no transformer', async () => {
    const base = await readTiny();
    const write = async (bundle: Bundle, tensors: Record<string, Float32Array>) =>
      writeTransformerBundle({ path: join(await temporaryFolder(), 'x'), base: bundle, tensors });
    await expect(write(base, { [word]: new Float32Array(3) })).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
      message: expect.stringContaining(`"${word}"`),
    });
    await expect(write(base, { 'no.such.tensor': new Float32Array(3) })).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
    });
    const table = await readBundle(await writeFiles(await temporaryFolder(), staticFiles()));
    await expect(write(table, {})).rejects.toMatchObject({ code: 'BUNDLE_UNSUPPORTED' });
  });
});
