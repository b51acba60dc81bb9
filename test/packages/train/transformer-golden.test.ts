// The native trainer of whole transformers against PyTorch in float64: test/golden/transformer-training/make.py.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addon, type Trainer, type TransformerConfig } from '@attune/binding';
import { SafetensorsFile } from '@attune/encode';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../golden/transformer-training');
interface Golden {
  texts: number[][];
  queryTexts: number[];
  documentTexts: number[];
  weights: number[];
  queryKeys: number[];
  documentKeys: number[];
  known: number[][];
  temperature: number;
  rate: number;
  decay: number;
  /** Before each of five steps. */
  losses: number[];
  config: TransformerConfig;
}
const golden = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as Golden;
const file = new SafetensorsFile(readFileSync(join(folder, 'golden.safetensors')), 'golden.safetensors');
const count = golden.weights.length;

function tensors(part: 'begin' | 'gradient' | 'end'): Record<string, Float32Array> {
  const names = file.keys().filter((name) => name.startsWith(`${part}.`));
  return Object.fromEntries(names.map((name) => [name.slice(part.length + 1), file.floats(name)]));
}

/** All known positives and their ends, as the trainer takes lists of lists. */
function flat(lists: readonly number[][]): { ids: Int32Array; offsets: Uint32Array } {
  const offsets = new Uint32Array(lists.length + 1);
  for (const [i, list] of lists.entries()) offsets[i + 1] = offsets[i]! + list.length;
  return { ids: Int32Array.from(lists.flat()), offsets };
}

function trainerWith(training: { beta1: number; weightDecay: number; maxGradientNorm: number }): Trainer {
  const trainer = new addon.TransformerTrainer(golden.config, tensors('begin'), 'mean', flat(golden.texts), {
    beta2: 0.999,
    epsilon: 1e-8,
    chunkTokens: 30,
    precision: 'f32',
    ...training,
  });
  const known = flat(golden.known);
  trainer.usePairs(
    {
      queryTexts: Uint32Array.from(golden.queryTexts),
      documentTexts: Uint32Array.from(golden.documentTexts),
      weights: Float32Array.from(golden.weights),
      queryKeys: Int32Array.from(golden.queryKeys),
      documentKeys: Int32Array.from(golden.documentKeys),
      knownOffsets: known.offsets,
      knownDocumentKeys: known.ids,
      negativeOffsets: new Uint32Array(),
      negativeTexts: new Uint32Array(),
      negativeDocumentKeys: new Int32Array(),
    },
    golden.temperature,
  );
  return trainer;
}

const order = (steps: number) => Uint32Array.from({ length: steps * count }, (_, i) => i % count);

function named(trainer: Trainer, flatValues: Float32Array): Record<string, Float32Array> {
  return Object.fromEntries(
    trainer.parameters().map(({ name, shape, offset }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [name, flatValues.subarray(offset, offset + size)];
    }),
  );
}

const length = (values: Iterable<number>) =>
  Math.sqrt([...values].reduce((sum, value) => sum + value * value, 0));
const apart = (a: Float32Array, b: Float32Array) => length(a.map((value, i) => value - b[i]!));

it('has the loss and every gradient of PyTorch', async () => {
  // A first moment that forgets everything is the gradient itself.
  const trainer = trainerWith({ beta1: 0, weightDecay: 0, maxGradientNorm: 0 });
  const [loss] = await trainer.train(order(1), count, new Float32Array(1), 0);
  expect(Math.abs(loss! - golden.losses[0]!)).toBeLessThan(1e-6);
  const { firstMoments } = await trainer.state();
  const expected = tensors('gradient');
  const got = named(trainer, firstMoments);
  expect(Object.keys(got).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, gradient] of Object.entries(got)) {
    // Softmax gives a bias of the keys the gradient 0, so that is measured against the bias of the queries.
    const size = length(expected[name.replace('key.bias', 'query.bias')]!);
    expect(apart(gradient, expected[name]!) / size, name).toBeLessThan(1e-5);
  }
});

it('is where PyTorch is after five steps of AdamW with decay and clipping', async () => {
  const trainer = trainerWith({ beta1: 0.9, weightDecay: golden.decay, maxGradientNorm: 1 });
  const losses = await trainer.train(order(5), count, new Float32Array(5).fill(golden.rate), 0);
  for (const [step, loss] of losses.entries())
    expect(Math.abs(loss - golden.losses[step]!)).toBeLessThan(1e-4);
  const { weights } = await trainer.state();
  const [begin, end] = [tensors('begin'), tensors('end')];
  for (const [name, values] of Object.entries(named(trainer, weights))) {
    // Rounding is all that the gradient of such a bias has, and Adam makes steps of it.
    if (name.endsWith('key.bias')) continue;
    const moved = apart(end[name]!, begin[name]!);
    expect(moved, name).toBeGreaterThan(0);
    expect(apart(values, end[name]!) / moved, name).toBeLessThan(1e-3);
  }
});
