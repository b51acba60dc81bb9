import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Bundle,
  Encoder,
  readBundle,
  SafetensorsFile,
  type TransformerModel,
  writeTransformerBundle,
} from '@attune/encode';
import { AttuneError } from '@attune/errors';
import {
  chooseRecipe,
  interpolate,
  type Recipe,
  type TransformerTensors,
  trainTransformer,
} from '@attune/train';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeShopTransformer } from '../tune/shop-transformer.js';
import { things } from '../tune/small-shop.js';
import { cosine } from './synthetic.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-train-'));
});
afterEach(() => rm(folder, { recursive: true }));

type TransformerBundle = Bundle & { model: TransformerModel };

/** 200 pairs of buyers' and sellers' words of two things each, and the texts of a tiny transformer of random weights. */
async function task() {
  const bundle = (await readBundle(writeShopTransformer(join(folder, 'base')))) as TransformerBundle;
  const both = things.flatMap((a, i) => things.slice(0, i).map((b) => [a, b] as const));
  const queries = both.map(([[, a], [, b]]) => `${a} ${b}`);
  const documents = both.map(([[a], [b]]) => `${a} and ${b}`);
  const encoder = Encoder.fromBundle(bundle);
  const texts = await encoder.tokenizer.tokenize([...queries, ...documents]);
  const queryTexts = Uint32Array.from({ length: 200 }, (_, i) => i % queries.length);
  const documentTexts = queryTexts.map((query) => queries.length + query);
  return {
    bundle,
    count: queries.length,
    common: {
      model: bundle.model,
      texts,
      seed: 5,
      pairs: {
        queryTexts,
        documentTexts,
        weights: new Float32Array(200).fill(1),
        queryKeys: Int32Array.from(queryTexts),
        documentKeys: Int32Array.from(documentTexts),
      },
    },
  };
}

const recipe = (changes: Partial<Recipe> = {}): Recipe => ({
  ...chooseRecipe({ tier: 'transformer', pairs: 200, queries: 120, documents: 120 }).recipe,
  learningRate: 0.003,
  batch: 40,
  epochs: 6,
  ...changes,
});

/** The share of queries whose own document is the nearest. */
async function accuracy(
  { bundle, count, common }: Awaited<ReturnType<typeof task>>,
  tensors: TransformerTensors,
) {
  const encoder = Encoder.fromBundle({ ...bundle, model: { ...bundle.model, tensors } });
  const vectors = await encoder.encodeTokens(common.texts);
  const row = (i: number) => [...vectors.subarray(i * encoder.dim, (i + 1) * encoder.dim)];
  const rows = Array.from({ length: 2 * count }, (_, i) => row(i));
  let right = 0;
  for (let query = 0; query < count; ++query) {
    const scores = rows.slice(count).map((document) => cosine(rows[query]!, document));
    if (scores.indexOf(Math.max(...scores)) === query) right++;
  }
  return right / count;
}

describe('training a transformer', () => {
  it('learns which document answers which query, and leaves the base as it was', async () => {
    const learning = await task();
    const before = structuredClone(learning.bundle.model.tensors);
    expect(await accuracy(learning, before)).toBeLessThan(0.3);
    const rates: number[] = [];
    const result = await trainTransformer({
      ...learning.common,
      recipe: recipe({ epochs: 15 }),
      onProgress: ({ learningRate, secondsLeft }) => {
        rates.push(learningRate);
        expect(secondsLeft).toBeGreaterThanOrEqual(0);
      },
    });
    expect(await accuracy(learning, result.model)).toBeGreaterThan(0.9);
    expect(result.losses.at(-1)).toBeLessThan(result.losses[0]! / 2);
    expect(result.last).toEqual(result.model);
    expect(Object.keys(result.model).sort()).toEqual(Object.keys(before).sort());
    expect(learning.bundle.model.tensors).toEqual(before);
    expect(Math.max(...rates)).toBeCloseTo(0.003, 6);
    expect(rates.at(-1)).toBeLessThan(0.0005);
  });

  it('gives a bundle that loads, with the vectors of the trained tensors to the bit', async () => {
    const { bundle, common } = await task();
    const { model } = await trainTransformer({ ...common, recipe: recipe({ epochs: 1 }) });
    const path = join(folder, 'tuned');
    await writeTransformerBundle({ path, base: bundle, tensors: model });
    const loaded = await Encoder.load(path);
    const inMemory = Encoder.fromBundle({ ...bundle, model: { ...bundle.model, tensors: model } });
    const texts = ['light couch', 'lamp and sofa', ''];
    expect(await loaded.encodeTexts(texts)).toEqual(await inMemory.encodeTexts(texts));
    expect(await loaded.encodeTexts(texts)).not.toEqual(await Encoder.fromBundle(bundle).encodeTexts(texts));
  });

  it('continues to the bit, and its checkpoint names every tensor', async () => {
    const { common } = await task();
    const straight = await trainTransformer({ ...common, recipe: recipe({ epochs: 2 }) });
    const stop = new AbortController();
    const checkpoint = { folder: join(folder, 'run'), everySteps: 3 };
    const stopped = trainTransformer({
      ...common,
      recipe: recipe({ epochs: 2 }),
      checkpoint,
      signal: stop.signal,
      onProgress: ({ step }) => step >= 4 && stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    const path = join(checkpoint.folder, 'trainer.safetensors');
    const names = new SafetensorsFile(await readFile(path), path).keys();
    expect(names).toContain('first_moments.encoder.layer.1.output.dense.weight');
    const resumed = await trainTransformer({ ...common, recipe: recipe({ epochs: 2 }), checkpoint });
    expect(resumed).toEqual(straight);
  });

  it('judges again what was cancelled while it was judged', async () => {
    const { common } = await task();
    const stop = new AbortController();
    const checkpoint = { folder: join(folder, 'run') };
    let judged = 0;
    const evaluate = async () => {
      if (++judged !== 2) return judged;
      stop.abort();
      throw new AttuneError('CANCELLED', 'Cancelled by the test.');
    };
    const options = { ...common, recipe: recipe({ epochs: 2 }), checkpoint, evaluate };
    await expect(trainTransformer({ ...options, signal: stop.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    const steps: number[] = [];
    const result = await trainTransformer({ ...options, onProgress: ({ step }) => steps.push(step) });
    expect(steps[0]).toBeGreaterThan(5);
    expect(result.scores).toEqual([1, 3, 4]);
  });

  it('keeps the plan of its minutes when it goes on', async () => {
    const { common } = await task();
    const stop = new AbortController();
    const checkpoint = { folder: join(folder, 'run'), everySteps: 1 };
    const planned = recipe({ minutes: 10, epochs: 3 });
    const seen = new Set<number>();
    const run = (signal?: AbortSignal) =>
      trainTransformer({
        ...common,
        recipe: planned,
        checkpoint,
        signal,
        onProgress: ({ steps }) => {
          seen.add(steps);
          stop.abort();
        },
      });
    await expect(run(stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    const resumed = await run();
    expect([...seen]).toEqual([15]);
    expect(resumed.model).toEqual((await trainTransformer({ ...common, recipe: planned })).model);
  });

  it('says where it diverged, and keeps the last good state', async () => {
    const { common } = await task();
    const checkpoint = { folder: join(folder, 'run'), everySteps: 1 };
    const training = trainTransformer({
      ...common,
      recipe: recipe({ learningRate: 1e30, warmup: 0 }),
      checkpoint,
    });
    await expect(training).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
      message: expect.stringMatching(
        /after step \d+ of 30.*lower learning rate.*last good state, of step \d+, is in/s,
      ),
    });
    const path = join(checkpoint.folder, 'trainer.safetensors');
    const file = new SafetensorsFile(await readFile(path), path);
    for (const key of file.keys()) expect(file.floats(key).every(Number.isFinite)).toBe(true);
  });

  it('mixes two models tensor by tensor, and gives each of them to the bit', async () => {
    const base = { a: Float32Array.of(1, 2), b: Float32Array.of(0.1) };
    const tuned = { a: Float32Array.of(3, -2) };
    expect(interpolate(base, tuned, 0)).toEqual(base);
    expect(interpolate(base, tuned, 1)).toEqual({ ...base, ...tuned });
    expect(interpolate(base, tuned, 0.5)).toEqual({ a: Float32Array.of(2, 0), b: base.b });
  });
});
