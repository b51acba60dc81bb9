import { describe, expect, it } from 'vitest';
import {
  availableMemory,
  checkMemory,
  trainingMemory,
} from '../../../packages/train/src/transformer/memory.js';

/** all-MiniLM-L6-v2. */
const config = {
  hiddenSize: 384,
  layers: 6,
  heads: 12,
  intermediateSize: 1536,
  maxPositions: 512,
  vocabSize: 30_522,
  typeVocabSize: 2,
  layerNormEps: 1e-12,
  activation: 'gelu' as const,
  positionOffset: 0,
};
const texts = (lengths: readonly number[]) => ({
  ids: new Int32Array(lengths.reduce((sum, length) => sum + length, 0)),
  offsets: Uint32Array.from([
    0,
    ...lengths.map((_, i) => lengths.slice(0, i + 1).reduce((a, b) => a + b, 0)),
  ]),
});
const parameters = 22_565_376;

describe('the memory of a training', () => {
  it('grows with the model, and with a batch up to the tokens that go through together', () => {
    const of = (batch: number, chunkTokens = 4096) =>
      trainingMemory(config, parameters, texts([20, 30, 10]), { batch, chunkTokens });
    expect(of(64).parameters).toBe(64 * parameters);
    expect(of(8).activations).toBeLessThan(of(16).activations);
    expect(of(1024).activations).toBe(of(4096).activations);
    expect(of(4096).activations).toBe(4 * 4096 * (6 * (8 * 384 + 1536) + 8 * 384 + 2 * 1536));
    expect(of(4096).vectors).toBe(4 * of(1024).vectors);
    expect(of(4096).total).toBeLessThan(2 * 2 ** 30);
  });

  it('is at least that of the longest text', () => {
    const small = trainingMemory(config, parameters, texts([20, 500]), { batch: 2, chunkTokens: 64 });
    expect(small.activations).toBe(4 * 500 * (6 * (8 * 384 + 1536) + 8 * 384 + 2 * 1536));
  });

  it('is refused before it begins where it is not there, with what takes how much', () => {
    const needed = trainingMemory(config, parameters, texts([20]), { batch: 64, chunkTokens: 4096 });
    expect(() => checkMemory(needed, needed.total)).not.toThrow();
    expect(() => checkMemory(needed, needed.total - 1)).toThrow(
      expect.objectContaining({
        code: 'OUT_OF_MEMORY',
        message: expect.stringMatching(
          /about 1\.\d GiB of memory \(1\.3 GiB for weights.*can be had.*adapter tier/s,
        ),
      }),
    );
  });

  it('looks at what the machine has', () => {
    expect(availableMemory()).toBeGreaterThan(2 ** 20);
  });
});
