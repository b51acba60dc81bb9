import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addon, type NativeEncoder, type TransformerConfig } from '@attune/binding';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasShared, sharedDir } from '../../shared-data.js';

const modelDir = join(sharedDir, 'models', 'all-MiniLM-L6-v2');
const golden = (name: string) => readFileSync(new URL(`../../golden/minilm/${name}`, import.meta.url));

const miniLm: TransformerConfig = {
  hiddenSize: 384,
  layers: 6,
  heads: 12,
  intermediateSize: 1536,
  maxPositions: 512,
  vocabSize: 30522,
  typeVocabSize: 2,
  layerNormEps: 1e-12,
  activation: 'gelu',
  positionOffset: 0,
};

/** The float32 tensors of a safetensors file that is known to be sound: a length, a header, the numbers. */
function readTensors(path: string): Record<string, Float32Array> {
  const file = readFileSync(path);
  const headerBytes = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + headerBytes)) as Record<
    string,
    { dtype: string; data_offsets: [number, number] }
  >;
  const tensors: Record<string, Float32Array> = {};
  for (const [name, { dtype, data_offsets }] of Object.entries(header)) {
    if (dtype !== 'F32') continue;
    const bytes = file.subarray(8 + headerBytes + data_offsets[0], 8 + headerBytes + data_offsets[1]);
    tensors[name] = new Float32Array(new Uint8Array(bytes).buffer);
  }
  return tensors;
}

function packed(texts: readonly number[][]): [Int32Array, Uint32Array] {
  const offsets = new Uint32Array(texts.length + 1);
  texts.forEach((ids, i) => {
    offsets[i + 1] = offsets[i]! + ids.length;
  });
  return [Int32Array.from(texts.flat()), offsets];
}

const withModel = describe.skipIf(!hasShared);
withModel(
  `TransformerEncoder with MiniLM${hasShared ? '' : ' (skipped: no ../shared with the model)'}`,
  () => {
    const ids = JSON.parse(golden('ids.json').toString()) as number[][];
    const expected = new Float32Array(new Uint8Array(golden('vectors.f32')).buffer);
    let encoder: NativeEncoder;
    let tensors: Record<string, Float32Array>;

    beforeAll(() => {
      tensors = readTensors(join(modelDir, 'model.safetensors'));
      encoder = new addon.TransformerEncoder(miniLm, tensors, 'mean', { dense: [], normalize: true }, 'f32');
    });

    it('gives the vectors of sentence-transformers', async () => {
      const vectors = await encoder.encode(...packed(ids));
      expect(encoder.dim).toBe(384);
      expect(vectors.length).toBe(expected.length);
      let worst = 0;
      for (let text = 0; text < ids.length; text++) {
        let dot = 0;
        for (let i = text * 384; i < (text + 1) * 384; i++) {
          dot += vectors[i]! * expected[i]!;
          worst = Math.max(worst, Math.abs(vectors[i]! - expected[i]!));
        }
        expect(dot, `cosine of text ${text}`).toBeGreaterThanOrEqual(0.99999);
      }
      expect(worst).toBeLessThanOrEqual(1e-6);
    });

    it('gives a text the same vector, bit for bit, alone and among others', async () => {
      const together = await encoder.encode(...packed(ids));
      for (const text of [0, 5, 24, 33, 37, 42]) {
        const alone = await encoder.encode(...packed([ids[text]!]));
        expect(alone).toEqual(together.slice(text * 384, (text + 1) * 384));
      }
    });

    it('reports progress, and stops when it is cancelled', async () => {
      const task = new addon.Task();
      await encoder.encode(...packed(ids), task);
      expect(task.progress()).toEqual({ done: ids.length, total: ids.length });
      const stopped = new addon.Task();
      const work = encoder.encode(...packed(Array.from({ length: 50 }, () => ids).flat()), stopped);
      stopped.cancel();
      await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
    });

    it('refuses ids and lengths that the model cannot take, with the number of the text', async () => {
      const refusal = (text: string) => ({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(text),
      });
      await expect(encoder.encode(...packed([[101], [30522]]))).rejects.toMatchObject(refusal('text 1'));
      const long = Array.from({ length: 513 }, () => 101);
      await expect(encoder.encode(...packed([[101], [101], long]))).rejects.toMatchObject(refusal('text 2'));
    });

    it('names a tensor that is missing or of another size', () => {
      const head = { dense: [], normalize: true };
      const name = 'encoder.layer.3.output.dense.weight';
      const { [name]: _, ...without } = tensors;
      expect(() => new addon.TransformerEncoder(miniLm, without, 'mean', head, 'f32')).toThrow(name);
      const wrong = { ...tensors, [name]: new Float32Array(7) };
      try {
        new addon.TransformerEncoder(miniLm, wrong, 'mean', head, 'f32');
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: 'BUNDLE_INVALID', message: expect.stringContaining(name) });
      }
      const config = { ...miniLm, heads: 7 };
      expect(() => new addon.TransformerEncoder(config, tensors, 'mean', head, 'f32')).toThrow(/heads/);
    });
  },
);
