import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SafetensorsFile, serializeSafetensors } from '@attune/encode';
import {
  chooseRecipe,
  distillStatic,
  type NamedNegatives,
  type Recipe,
  type TrainingPairs,
  trainAdapter,
  trainStatic,
} from '@attune/train';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accuracy, cosine, dim, encode, syntheticTask, uniform } from './synthetic.js';

function recipe(changes: Partial<Recipe> = {}): Recipe {
  const chosen = chooseRecipe({ tier: 'static', pairs: 120, queries: 40, documents: 40 }).recipe;
  return { ...chosen, batch: 12, epochs: 30, patience: 100, pull: 0, ...changes };
}

/** For each of the synthetic task's queries the documents of the next so many queries. */
function negativesOf(count: number): NamedNegatives {
  const keys = Array.from({ length: 40 * count }, (_, i) => {
    const query = Math.floor(i / count);
    return 40 + ((query + 1 + (i % count)) % 40);
  });
  return {
    offsets: Uint32Array.from({ length: 41 }, (_, query) => query * count),
    texts: Uint32Array.from(keys),
    documentKeys: Int32Array.from(keys),
  };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-train-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('static training', () => {
  it('learns which document answers which query', async () => {
    const task = syntheticTask();
    const before = Float32Array.from(task.table);
    expect(accuracy(encode(task.table, task.texts))).toBeLessThan(0.3);
    const progress: number[] = [];
    const result = await trainStatic({
      ...task,
      dim,
      recipe: recipe(),
      seed: 1,
      onProgress: ({ step, steps, loss, pairsPerSecond }) => {
        progress.push(step);
        expect(steps).toBe(300);
        expect(loss).toBeGreaterThanOrEqual(0);
        expect(pairsPerSecond).toBeGreaterThan(0);
      },
    });
    expect(accuracy(encode(result.model, task.texts))).toBe(1);
    expect(result.losses).toHaveLength(30);
    expect(result.losses.at(-1)).toBeLessThan(result.losses[0]! / 4);
    expect(result.steps).toBe(300);
    expect(progress.at(-1)).toBe(300);
    expect(task.table).toEqual(before);
  });

  it('gives the same bits for the same seed, and others for another', async () => {
    const task = syntheticTask();
    const train = (seed: number) => trainStatic({ ...task, dim, recipe: recipe({ epochs: 2 }), seed });
    const [one, again, other] = [await train(1), await train(1), await train(2)];
    expect(again.model).toEqual(one.model);
    expect(again.losses).toEqual(one.losses);
    expect(other.model).not.toEqual(one.model);
  });

  it('follows the weights: a contradiction is settled by the heavier pair', async () => {
    const task = syntheticTask();
    // Query 0 is given document 40 and, in as many pairs, document 41.
    const queryTexts = Uint32Array.from({ length: 80 }, (_, i) => (i < 40 ? i : 0));
    const documentTexts = Uint32Array.from({ length: 80 }, (_, i) => (i < 40 ? 40 + i : 41));
    const train = async (weight: number) => {
      const weights = Float32Array.from({ length: 80 }, (_, i) => (i < 40 ? 1 : weight));
      const keys = { queryKeys: Int32Array.from(queryTexts), documentKeys: Int32Array.from(documentTexts) };
      const pairs = { queryTexts, documentTexts, weights, ...keys };
      const { model } = await trainStatic({ ...task, pairs, dim, recipe: recipe(), seed: 1 });
      const vectors = encode(model, task.texts);
      return cosine(vectors[0]!, vectors[41]!) - cosine(vectors[0]!, vectors[40]!);
    };
    const light = await train(0.001);
    const heavy = await train(1);
    expect(heavy).toBeGreaterThan(light + 0.1);
  });

  it('keeps the best epoch, and stops when no better one comes', async () => {
    const task = syntheticTask();
    const scores = [0.1, 0.3, 0.5, 0.4, 0.2, 0.9];
    const seen: Float32Array[] = [];
    const result = await trainStatic({
      ...task,
      dim,
      recipe: recipe({ patience: 2 }),
      seed: 1,
      evaluate: async (table) => scores[seen.push(table) - 1]!,
    });
    expect(result).toMatchObject({ bestEpoch: 2, stoppedEarly: true, scores: [0.1, 0.3, 0.5, 0.4, 0.2] });
    expect(result.model).toEqual(seen[2]);
    expect(seen[0]).toEqual(task.table);
    expect(result.steps).toBe(40);
  });

  it('is held back by a pull to the model as it came', async () => {
    const task = syntheticTask();
    const moved = async (pull: number) => {
      const { model } = await trainStatic({ ...task, dim, recipe: recipe({ pull }), seed: 1 });
      return Math.hypot(...model.map((value, i) => value - task.table[i]!));
    };
    expect(await moved(0.1)).toBeLessThan(0.7 * (await moved(0)));
  });

  it('uses hard negatives', async () => {
    const task = syntheticTask();
    const run = (pairs = task.pairs) =>
      trainStatic({ ...task, pairs, dim, recipe: recipe({ epochs: 1 }), seed: 1 });
    const [without, withThem] = [await run(), await run({ ...task.pairs, negatives: negativesOf(1) })];
    expect(withThem.losses[0]).toBeGreaterThan(without.losses[0]!);
  });

  it('goes through more than four negatives of a query in turn, epoch by epoch', async () => {
    // Text i is token i: a query, its answer, and eight negatives.
    const count = 10;
    const next = uniform(1);
    const table = Float32Array.from({ length: count * dim }, () => next() - 0.5);
    const texts = {
      ids: Int32Array.from({ length: count }, (_, i) => i),
      offsets: Uint32Array.from({ length: count + 1 }, (_, i) => i),
    };
    const rows = Uint32Array.from({ length: 8 }, (_, i) => 2 + i);
    const pairs = {
      queryTexts: Uint32Array.of(0),
      documentTexts: Uint32Array.of(1),
      weights: Float32Array.of(1),
      queryKeys: Int32Array.of(0),
      documentKeys: Int32Array.of(1),
      negatives: { offsets: Uint32Array.of(0, 8), texts: rows, documentKeys: Int32Array.from(rows) },
    };
    const moved = async (epochs: number) => {
      const { model } = await trainStatic({ table, texts, pairs, dim, recipe: recipe({ epochs }), seed: 1 });
      return [...rows].filter((row) =>
        model.subarray(row * dim, (row + 1) * dim).some((value, i) => value !== table[row * dim + i]),
      );
    };
    expect(await moved(1)).toEqual([2, 3, 4, 5]);
    expect(await moved(2)).toEqual([...rows]);
  });

  it('does not look at the negatives of a query without a pair', async () => {
    const task = syntheticTask();
    const few = (values: Uint32Array | Int32Array | Float32Array) => values.slice(0, 30);
    const pairs = Object.fromEntries(
      Object.entries(task.pairs).map(([name, values]) => [name, few(values as Int32Array)]),
    ) as unknown as TrainingPairs;
    const others = negativesOf(1);
    others.offsets = others.offsets.map((offset) => Math.max(0, offset - 30));
    others.texts = others.texts.subarray(30);
    others.documentKeys = others.documentKeys.subarray(30);
    const run = (negatives: NamedNegatives | undefined) =>
      trainStatic({ ...task, pairs: { ...pairs, negatives }, dim, recipe: recipe({ epochs: 1 }), seed: 1 });
    expect((await run(others)).model).toEqual((await run(undefined)).model);
  });

  it('says when it diverged, and what to do', async () => {
    const task = syntheticTask();
    const table = task.table.map(() => Number.NaN);
    const training = trainStatic({
      ...task,
      table,
      dim,
      recipe: recipe({ learningRateUnit: 'absolute' }),
      seed: 1,
    });
    await expect(training).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
      message: expect.stringContaining('lower learning rate'),
    });
  });

  it('refuses no pairs, and tokens beyond the table', async () => {
    const task = syntheticTask();
    const none = {
      queryTexts: new Uint32Array(),
      documentTexts: new Uint32Array(),
      weights: new Float32Array(),
    };
    const pairs = { ...none, queryKeys: new Int32Array(), documentKeys: new Int32Array() };
    const options = { ...task, dim, recipe: recipe(), seed: 1 };
    await expect(trainStatic({ ...options, pairs })).rejects.toMatchObject({ code: 'DATA_EMPTY' });
    const texts = { ...task.texts, ids: task.texts.ids.map((id) => id + 50) };
    await expect(trainStatic({ ...options, texts })).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe('a checkpoint', () => {
  const evaluate = (texts: Parameters<typeof encode>[1]) => async (table: Float32Array) =>
    accuracy(encode(table, texts));

  it('continues to the bit: ten steps, a stop, and ten more are twenty', async () => {
    const task = syntheticTask();
    const common = { ...task, dim, recipe: recipe({ epochs: 2 }), seed: 3 };
    const straight = await trainStatic(common);
    expect(straight.steps).toBe(20);

    const stop = new AbortController();
    const checkpoint = { folder, everySteps: 5 };
    const stopped = trainStatic({
      ...common,
      checkpoint,
      signal: stop.signal,
      onProgress: ({ step }) => {
        if (step === 10) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    const steps: number[] = [];
    const resumed = await trainStatic({ ...common, checkpoint, onProgress: ({ step }) => steps.push(step) });
    expect(steps).toEqual([15, 20]);
    expect(Buffer.from(resumed.model.buffer).equals(Buffer.from(straight.model.buffer))).toBe(true);
    expect(resumed.losses).toEqual(straight.losses);

    // A training that has ended is not done again.
    const again = await trainStatic({ ...common, checkpoint, onProgress: () => expect.fail('it trained') });
    expect(again.model).toEqual(straight.model);
  });

  it('continues in the middle of an epoch, with the best model so far', async () => {
    const task = syntheticTask();
    // More negatives than a pair brings into a batch: whose turn it is must not depend on the stop.
    const pairs = { ...task.pairs, negatives: negativesOf(7) };
    const rest = { dim, recipe: recipe({ epochs: 4 }), seed: 3, evaluate: evaluate(task.texts) };
    const common = { ...task, pairs, ...rest };
    const straight = await trainStatic(common);
    const stop = new AbortController();
    const checkpoint = { folder, everySteps: 3 };
    const onProgress = ({ step }: { step: number }) => step >= 17 && stop.abort();
    await expect(trainStatic({ ...common, checkpoint, signal: stop.signal, onProgress })).rejects.toThrow();
    const resumed = await trainStatic({ ...common, checkpoint });
    expect(resumed).toEqual(straight);
  });

  it('is refused when anything but the machine is different', async () => {
    const task = syntheticTask();
    const common = { ...task, dim, recipe: recipe({ epochs: 1 }), seed: 3, checkpoint: { folder } };
    await trainStatic(common);
    const heavier = { ...task.pairs, weights: task.pairs.weights.map((weight, i) => weight + i) };
    const cases: [string, Partial<typeof common>][] = [
      ['recipe', { recipe: recipe({ epochs: 1, temperature: 0.1 }) }],
      ['seed', { seed: 4 }],
      ['training data', { pairs: heavier }],
      ['training data', { pairs: { ...task.pairs, negatives: negativesOf(1) } }],
      ['base model', { table: task.table.map((value) => value * 2) }],
    ];
    for (const [what, change] of cases) {
      await expect(trainStatic({ ...common, ...change })).rejects.toMatchObject({
        code: 'CHECKPOINT_MISMATCH',
        message: expect.stringContaining(`another ${what}`),
      });
    }
    await expect(trainStatic({ ...common, evaluate: async () => 1 })).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
    });
  });

  it('is refused when it is damaged, wherever the damage is', async () => {
    const task = syntheticTask();
    const common = { ...task, dim, recipe: recipe({ epochs: 1 }), seed: 3, checkpoint: { folder } };
    await trainStatic(common);
    const path = join(folder, 'trainer.safetensors');
    const whole = await readFile(path);
    for (const damaged of [
      whole.subarray(0, 4),
      whole.subarray(0, 300),
      whole.subarray(0, whole.length - 1),
    ]) {
      await writeFile(path, damaged);
      await expect(trainStatic(common)).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
    }
    const flipped = Buffer.from(whole);
    flipped[whole.length - 10]! ^= 1;
    await writeFile(path, flipped);
    await expect(trainStatic(common)).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
  });

  it('holds named tensors, which any reader of safetensors finds', async () => {
    const task = syntheticTask();
    const evaluate = async () => 1;
    await trainStatic({
      ...task,
      dim,
      recipe: recipe({ epochs: 1 }),
      seed: 3,
      evaluate,
      checkpoint: { folder },
    });
    const path = join(folder, 'trainer.safetensors');
    const file = new SafetensorsFile(await readFile(path), path);
    const arrays = ['weights', 'first_moments', 'second_moments', 'best'];
    expect(file.keys()).toEqual(arrays.map((array) => `${array}.table`));
    expect(file.floats('best.table', [80, dim])).toEqual(task.table);
  });

  it('of an earlier form is refused, with what to do', async () => {
    const path = join(folder, 'trainer.safetensors');
    const metadata = { format: 'attune-trainer', version: '2', identity: '{}', run: '{}', sha256: '' };
    await writeFile(path, serializeSafetensors([], metadata));
    const task = syntheticTask();
    const training = trainStatic({ ...task, dim, recipe: recipe(), seed: 3, checkpoint: { folder } });
    await expect(training).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringMatching(/version 2, but this Attune reads 3. Delete it/),
    });
  });

  it('cancels before anything is done', async () => {
    const task = syntheticTask();
    const training = trainStatic({ ...task, dim, recipe: recipe(), seed: 1, signal: AbortSignal.abort() });
    await expect(training).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('distillation', () => {
  it('brings texts near the vectors that they are given', async () => {
    const task = syntheticTask();
    const teacher = syntheticTask(9);
    const targets = Float32Array.from(encode(teacher.table, task.texts).flat());
    const result = await distillStatic({ ...task, dim, targets, recipe: recipe({ epochs: 60 }), seed: 1 });
    const vectors = encode(result.model, task.texts);
    const mean =
      vectors.reduce((sum, row, i) => sum + cosine(row, [...targets.subarray(i * dim, (i + 1) * dim)]), 0) /
      80;
    expect(mean).toBeGreaterThan(0.9);
    expect(result.losses[0]).toBeGreaterThan(0.5);
  });
});

describe('adapter training', () => {
  const next = uniform(5);
  // Queries are the documents with half of their dimensions mirrored: a linear map can undo that by leaving them out.
  const documents = Array.from({ length: 40 }, () => Array.from({ length: dim }, () => next() - 0.5));
  const queries = documents.map((row) => row.map((value, i) => (i < dim / 2 ? -value : value)));
  const unit = (row: number[]) => row.map((value) => value / Math.hypot(...row));
  const rows = [...queries, ...documents].map(unit);
  const apply = (map: Float32Array) =>
    rows.map((row) =>
      unit(
        Array.from({ length: map.length / dim }, (_, o) =>
          cosine([...map.subarray(o * dim, o * dim + dim)], row),
        ),
      ),
    );
  const adapterRecipe = recipe({ tier: 'adapter', learningRate: 0.02, learningRateUnit: 'absolute' });
  const { pairs } = syntheticTask();
  const common = {
    vectors: Float32Array.from(rows.flat()),
    dimIn: dim,
    pairs,
    recipe: adapterRecipe,
    seed: 1,
  };

  it('begins at the identity and learns a map', async () => {
    const maps: Float32Array[] = [];
    const result = await trainAdapter({
      ...common,
      evaluate: async (map) => {
        maps.push(map);
        return accuracy(apply(map));
      },
    });
    expect([...maps[0]!]).toEqual(Array.from({ length: dim * dim }, (_, i) => (i % (dim + 1) === 0 ? 1 : 0)));
    expect(accuracy(apply(maps[0]!))).toBeLessThan(0.5);
    expect(accuracy(apply(result.model))).toBeGreaterThan(0.9);
    expect(result.scores[0]).toBeLessThan(0.5);
  });

  it('may have fewer outputs, and continues to the bit', async () => {
    const straight = await trainAdapter({ ...common, dimOut: 6 });
    expect(straight.model).toHaveLength(6 * dim);
    const stop = new AbortController();
    const checkpoint = { folder, everySteps: 7 };
    const onProgress = ({ step }: { step: number }) => step >= 20 && stop.abort();
    await expect(
      trainAdapter({ ...common, dimOut: 6, checkpoint, signal: stop.signal, onProgress }),
    ).rejects.toThrow();
    expect(await trainAdapter({ ...common, dimOut: 6, checkpoint })).toEqual(straight);
  });
});
