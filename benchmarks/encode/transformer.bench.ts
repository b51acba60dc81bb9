// How many texts a second the native encoders take, tokenising not included.
// A token of MiniLM-L6 costs 21.2 MFLOP in matrix products, and attention at 32 tokens 1 % more, so two Zen 4 cores of
// 113 GFLOP/s each end at 334 texts of 32 tokens a second. A static text costs the reading of its rows.
// Weights are random: the speed does not depend on them. The rivals, PyTorch (transformer_torch.py) and ONNX Runtime
// (transformer_onnx.py), take turns with ours where ATTUNE_PYTHON names a Python that has them. `titles` are texts as long as Home
// Depot's titles, where they lie beside the checkout: ours in one call, the rivals' in batches of 64 of like length.
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addon, type NativeEncoder, type Precision, type TransformerConfig } from '@attune/binding';
import { readBundle, Tokenizer } from '@attune/encode';
import { randomNumbers } from '../lib/random.js';
import { report } from '../lib/report.js';
import { Rival } from '../lib/rival.js';

const miniLm: TransformerConfig = {
  hiddenSize: 384,
  layers: 6,
  heads: 12,
  intermediateSize: 1536,
  maxPositions: 512,
  vocabSize: 30_522,
  typeVocabSize: 2,
  layerNormEps: 1e-12,
  activation: 'gelu',
  positionOffset: 0,
};

interface Scenario {
  name: 'minilm' | 'static';
  /** Tokens of each text. */
  lengths: readonly number[];
  rounds: number;
  /** How often in a row each takes its turn: what is small finds the caches as it left them. */
  inARow: number;
  texts: string;
}

const toy = process.env['ATTUNE_BENCH_TOY'] === '1';
const config = toy ? { ...miniLm, layers: 1, vocabSize: 500 } : miniLm;
const shared = process.env['ATTUNE_SHARED'] ?? join('..', 'shared');
const modelFolder = join(shared, 'models/all-MiniLM-L6-v2');
const corpusFile = join(shared, 'data/products/homedepot/corpus.jsonl');

const equal = (
  name: Scenario['name'],
  tokens: number,
  { texts, rounds, inARow = 1 }: { texts: number; rounds: number; inARow?: number },
): Scenario => ({
  name,
  lengths: new Array<number>(toy ? 2 : texts).fill(tokens),
  rounds: toy ? 2 : rounds,
  inARow,
  texts: `${tokens} tokens`,
});

/** As long as every hundredth title, special tokens included. */
async function titleLengths(): Promise<number[]> {
  const { tokenizer } = await readBundle(modelFolder);
  const titles = readFileSync(corpusFile, 'utf8')
    .split('\n')
    .filter((line, i) => line !== '' && i % (toy ? 10_000 : 100) === 0)
    .map((line) => (JSON.parse(line) as { title: string }).title);
  const { offsets } = await new Tokenizer(tokenizer).tokenize(titles);
  return titles.map((_, i) => offsets[i + 1]! - offsets[i]!);
}

const scenarios = [
  equal('minilm', 32, { texts: 64, rounds: 15 }),
  equal('minilm', 256, { texts: 32, rounds: 5 }),
  equal('minilm', 8, { texts: 1, rounds: 10, inARow: 20 }),
  equal('static', 32, { texts: 20_000, rounds: 7 }),
];
if (existsSync(modelFolder) && existsSync(corpusFile))
  scenarios.push({
    name: 'minilm',
    lengths: await titleLengths(),
    rounds: toy ? 2 : 7,
    inARow: 1,
    texts: 'titles',
  });

const next = randomNumbers(1);
const random = (count: number, range: number) =>
  Float32Array.from({ length: count }, () => 2 * range * (next() - 0.5));

function randomTensors(config: TransformerConfig): Record<string, Float32Array> {
  const { hiddenSize: dim, intermediateSize: wide } = config;
  const tensors: Record<string, Float32Array> = {
    'embeddings.word_embeddings.weight': random(config.vocabSize * dim, 0.1),
    'embeddings.position_embeddings.weight': random(config.maxPositions * dim, 0.1),
    'embeddings.token_type_embeddings.weight': random(config.typeVocabSize * dim, 0.1),
  };
  const norm = (name: string) => {
    tensors[`${name}.weight`] = new Float32Array(dim).fill(1);
    tensors[`${name}.bias`] = new Float32Array(dim);
  };
  const linear = (name: string, out: number, size: number) => {
    tensors[`${name}.weight`] = random(out * size, 0.07);
    tensors[`${name}.bias`] = random(out, 0.07);
  };
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value']) linear(`${prefix}.attention.self.${part}`, dim, dim);
    linear(`${prefix}.attention.output.dense`, dim, dim);
    norm(`${prefix}.attention.output.LayerNorm`);
    linear(`${prefix}.intermediate.dense`, wide, dim);
    linear(`${prefix}.output.dense`, dim, wide);
    norm(`${prefix}.output.LayerNorm`);
  }
  return tensors;
}

const head = { dense: [], normalize: true };
const tensors = randomTensors(config);
const miniLmIn = (precision: Precision): NativeEncoder =>
  new addon.TransformerEncoder(config, tensors, 'mean', head, precision);
const encoders: Record<Scenario['name'], [Precision, NativeEncoder][]> = {
  minilm: [
    ['f32', miniLmIn('f32')],
    ['bf16', miniLmIn('bf16')],
    ['int8', miniLmIn('int8')],
  ],
  static: [['f32', new addon.StaticEncoder(random(config.vocabSize * 256, 1), 256, head)]],
};

const folder = await mkdtemp(join(tmpdir(), 'attune-bench-'));
const lengthsPath = join(folder, 'lengths.json');
const ofTransformer = scenarios.filter(({ name }) => name === 'minilm');
await writeFile(
  lengthsPath,
  JSON.stringify(Object.fromEntries(ofTransformer.map(({ texts, lengths }) => [texts, lengths]))),
);
const python = process.env['ATTUNE_PYTHON'];
const rivals =
  python === undefined
    ? []
    : [
        { name: 'PyTorch', precisions: ['f32', 'bf16'], script: 'transformer_torch.py' },
        { name: 'ONNX Runtime', precisions: ['f32', 'int8'], script: 'transformer_onnx.py' },
      ].map((rival) => ({
        ...rival,
        program: new Rival([python, join('benchmarks', 'encode', rival.script), lengthsPath]),
      }));

interface Pass {
  seconds: number;
  cpuSeconds: number;
}

for (const { name, texts, lengths, rounds, inARow } of scenarios) {
  const offsets = new Uint32Array(lengths.length + 1);
  for (const [i, length] of lengths.entries()) offsets[i + 1] = offsets[i]! + length;
  const ids = Int32Array.from({ length: offsets.at(-1)! }, () => Math.floor(next() * config.vocabSize));
  const pass = async (encoder: NativeEncoder): Promise<Pass> => {
    const cpuBefore = process.cpuUsage();
    const begin = performance.now();
    await encoder.encode(ids, offsets);
    const seconds = (performance.now() - begin) / 1000;
    const used = process.cpuUsage(cpuBefore);
    return { seconds, cpuSeconds: (used.user + used.system) / 1e6 };
  };
  const contestants = encoders[name].map(([precision, encoder]) => ({
    by: 'Attune',
    precision: precision as string,
    pass: () => pass(encoder),
    passes: [] as Pass[],
  }));
  if (name === 'minilm') {
    for (const { name: by, precisions, program } of rivals) {
      for (const precision of precisions)
        contestants.push({
          by,
          precision,
          pass: () => program.ask<Pass>(`${precision} ${texts}`),
          passes: [],
        });
    }
  }
  for (let round = 0; round <= rounds; ++round) {
    for (const { pass, passes } of contestants) {
      for (let turn = 0; turn < inARow; ++turn) {
        const taken = await pass();
        if (round > 0) passes.push(taken); // the first is a warm-up
      }
    }
  }
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  for (const { by, precision, passes } of contestants) {
    const seconds = passes.map((taken) => taken.seconds);
    report({
      benchmark: 'transformer',
      name,
      by,
      precision,
      texts,
      textsPerSecond: Math.round(lengths.length / median(seconds)),
      textsPerSecondBest: Math.round(lengths.length / Math.min(...seconds)),
      // What one core does, other programs on the machine notwithstanding.
      textsPerCpuSecond: Math.round(lengths.length / Math.min(...passes.map((taken) => taken.cpuSeconds))),
    });
  }
}
for (const { program } of rivals) program.end();
await rm(folder, { recursive: true });
