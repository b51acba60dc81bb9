// How many pairs a second the static tier learns from, AdamW included, tokenising not.
// One step of batch B and width D makes 8 B² D operations in matrix products: 2.1 GFLOP at 1,024 and 256, so two cores
// of 227 GFLOP/s together end at about 110,000 pairs/s. The rival, PyTorch, is static_torch.py, on the same texts.
import { addon } from '@attune/binding';
import { randomNumbers } from '../lib/random.js';
import { report } from '../lib/report.js';

const toy = process.env['ATTUNE_BENCH_TOY'] === '1';
const scenarios = toy
  ? [{ name: 'static-32x16', vocabulary: 500, dim: 16, batch: 32, steps: 8, rounds: 1, texts: 300 }]
  : [
      {
        name: 'static-1024x256',
        vocabulary: 30_522,
        dim: 256,
        batch: 1_024,
        steps: 40,
        rounds: 3,
        texts: 20_000,
      },
    ];

/** Texts of `least` to `most` tokens, token ids by Zipf's law. */
function zipfTexts(
  count: number,
  least: number,
  most: number,
  vocabulary: number,
  next: () => number,
): number[][] {
  return Array.from({ length: count }, () =>
    Array.from({ length: least + Math.floor(next() * (most - least + 1)) }, () =>
      Math.floor(vocabulary ** next() - 1e-9),
    ),
  );
}

for (const { name, vocabulary, dim, batch, steps, rounds, texts: queryCount } of scenarios) {
  const next = randomNumbers(1);
  const documentCount = queryCount * 1.5;
  const texts = [
    ...zipfTexts(queryCount, 2, 8, vocabulary, next),
    ...zipfTexts(documentCount, 10, 40, vocabulary, next),
  ];
  const offsets = new Uint32Array(texts.length + 1);
  texts.forEach((text, i) => {
    offsets[i + 1] = offsets[i]! + text.length;
  });
  const ids = Int32Array.from(texts.flat());
  const table = Float32Array.from({ length: vocabulary * dim }, () => next() + next() - 1);
  const trainer = new addon.StaticTrainer(
    table,
    dim,
    { ids, offsets },
    { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  );
  const pairCount = batch * steps;
  const queryTexts = Uint32Array.from({ length: pairCount }, () => Math.floor(next() * queryCount));
  const documentTexts = Uint32Array.from(
    { length: pairCount },
    () => queryCount + Math.floor(next() * documentCount),
  );
  trainer.usePairs(
    {
      queryTexts,
      documentTexts,
      weights: new Float32Array(pairCount).fill(1),
      queryKeys: Int32Array.from(queryTexts),
      documentKeys: Int32Array.from(documentTexts),
      knownOffsets: new Uint32Array(),
      knownDocumentKeys: new Int32Array(),
      negativeOffsets: new Uint32Array(),
      negativeTexts: new Uint32Array(),
      negativeDocumentKeys: new Int32Array(),
    },
    0.05,
  );
  const order = Uint32Array.from({ length: pairCount }, (_, i) => i);
  const rates = new Float32Array(steps).fill(0.01);
  const tokens =
    documentTexts.reduce((sum, text) => sum + offsets[text + 1]! - offsets[text]!, 0) / pairCount;
  await trainer.train(order.subarray(0, batch * 5), batch, rates.subarray(0, 5), 0);
  const seconds: number[] = [];
  const cpuBefore = process.cpuUsage();
  for (let round = 0; round < rounds; ++round) {
    const start = performance.now();
    await trainer.train(order, batch, rates, 0);
    seconds.push((performance.now() - start) / 1000);
  }
  const cpu = process.cpuUsage(cpuBefore);
  const pairsPerCpuSecond = Math.round((rounds * pairCount) / ((cpu.user + cpu.system) / 1e6));
  seconds.sort((a, b) => a - b);
  report({
    benchmark: 'static',
    name,
    pairsPerSecond: Math.round(pairCount / seconds[rounds >> 1]!),
    slowest: Math.round(pairCount / seconds.at(-1)!),
    pairsPerCpuSecond,
    batch,
    dim,
    vocabulary,
    tokensPerDocument: tokens,
  });
}
