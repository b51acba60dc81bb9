// From how many pairs a second a whole MiniLM-L6 learns, AdamW included. A token costs 63.7 MFLOP in matrix products, so two Zen 4
// cores of 113 GFLOP/s end at 3,550 tokens a second, 137 pairs of 26 tokens. The model is the real one, and the pairs are Home
// Depot's, where they lie beside the checkout. The rival, sentence-transformers (transformer_st.py), takes turns with ours where
// ATTUNE_PYTHON names a Python that has it: in float32 and bfloat16, with batches as they come and sorted by length. Texts are
// tokenised outside of our time, as a run does once, and within the rival's, as its collator does for every batch.
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addon, type Trainer } from '@attune/binding';
import { readBundle, Tokenizer } from '@attune/encode';
import { report, rounded } from '../lib/report.js';
import { Rival } from '../lib/rival.js';

const toy = process.env['ATTUNE_BENCH_TOY'] === '1';
const shared = process.env['ATTUNE_SHARED'] ?? join('..', 'shared');
const modelFolder = join(shared, 'models/all-MiniLM-L6-v2');
const pairsFile = join(shared, 'data/products/homedepot/train.jsonl');
const batch = toy ? 8 : 64;
const steps = toy ? 2 : 8;
const rounds = toy ? 1 : 3;

if (!existsSync(modelFolder) || !existsSync(pairsFile)) {
  report({
    benchmark: 'transformer-train',
    name: 'minilm',
    skipped: `${modelFolder} or ${pairsFile} is not there`,
  });
  process.exit(0);
}

const pairs = readFileSync(pairsFile, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as { query: string; title: string })
  .filter((_, i) => i % 37 === 0) // of many queries: neighbours in the file share theirs
  .slice(0, batch * steps)
  .map(({ query, title }) => [query, title] as const);

const { model, tokenizer: settings } = await readBundle(modelFolder);
if (model.kind !== 'transformer') throw new Error(`${modelFolder} is no transformer`);
const { config, tensors, pooling } = model;
const tokenizer = new Tokenizer(settings);
const texts = await tokenizer.tokenize(pairs.flat());
const rows = Uint32Array.from(pairs, (_, i) => i);

function trainerIn(precision: 'f32' | 'bf16'): Trainer {
  const trainer = new addon.TransformerTrainer(config, tensors, pooling, texts, {
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.01,
    maxGradientNorm: 1,
    chunkTokens: 4096,
    precision,
  });
  trainer.usePairs(
    {
      queryTexts: rows.map((i) => 2 * i),
      documentTexts: rows.map((i) => 2 * i + 1),
      weights: new Float32Array(pairs.length).fill(1),
      queryKeys: Int32Array.from(rows),
      documentKeys: Int32Array.from(rows),
      knownOffsets: new Uint32Array(),
      knownDocumentKeys: new Int32Array(),
      negativeOffsets: new Uint32Array(),
      negativeTexts: new Uint32Array(),
      negativeDocumentKeys: new Int32Array(),
    },
    0.05,
  );
  return trainer;
}

interface Round {
  pairsPerSecond: number;
  loss: number;
  peakMiB: number;
}

async function roundOf(trainer: Trainer): Promise<Round> {
  const begin = performance.now();
  const losses = await trainer.train(rows, batch, new Float32Array(pairs.length / batch).fill(1e-5), 0);
  return {
    pairsPerSecond: pairs.length / ((performance.now() - begin) / 1000),
    loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

const folder = await mkdtemp(join(tmpdir(), 'attune-bench-'));
const pairsPath = join(folder, 'pairs.jsonl');
await writeFile(pairsPath, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
const python = process.env['ATTUNE_PYTHON'];
const script = join('benchmarks', 'train', 'transformer_st.py');
const rival =
  python === undefined ? undefined : new Rival([python, script, modelFolder, pairsPath, String(batch)]);
const trainers = new Map((['f32', 'bf16'] as const).map((precision) => [precision, trainerIn(precision)]));
const contestants = [...trainers].map(([precision, trainer]): [string, () => Promise<Round>] => [
  `attune ${precision}`,
  () => roundOf(trainer),
]);
if (rival) {
  for (const precision of ['f32', 'bf16']) {
    for (const order of ['as-it-comes', 'sorted']) {
      contestants.push([
        `sentence-transformers ${precision} ${order}`,
        () => rival.ask<Round>(`${precision} ${order}`),
      ]);
    }
  }
}
const seen = new Map<string, Round[]>(contestants.map(([name]) => [name, []]));
for (let round = 0; round <= rounds; ++round) {
  for (const [name, run] of contestants) {
    const result = await run();
    if (round > 0) seen.get(name)!.push(result); // the first is a warm-up
  }
}
rival?.end();
await rm(folder, { recursive: true });

const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const tokens = texts.ids.length / pairs.length;
for (const [name, results] of seen) {
  report({
    benchmark: 'transformer-train',
    name,
    pairsPerSecond: rounded(middle(results.map(({ pairsPerSecond }) => pairsPerSecond))),
    slowest: rounded(Math.min(...results.map(({ pairsPerSecond }) => pairsPerSecond))),
    peakMiB: Math.max(...results.map(({ peakMiB }) => peakMiB)),
    batch,
    tokensPerPair: rounded(tokens),
  });
}
