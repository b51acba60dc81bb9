// How many texts a second the native encoders take, tokenising not included.
// A token of MiniLM-L6 costs 21.2 MFLOP in matrix products, and attention at 32 tokens 1 % more, so two Zen 4 cores of
// 113 GFLOP/s each end at 334 texts of 32 tokens a second. A static text costs the reading of its rows.
// Weights are random: the speed does not depend on them. The rivals are PyTorch, transformer_torch.py,
// and ONNX Runtime, transformer_onnx.py.
import { addon, type NativeEncoder, type Precision, type TransformerConfig } from '@attune/binding';
import { randomNumbers } from '../lib/random.js';
import { report } from '../lib/report.js';

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

const full = [
  { name: 'minilm', tokens: 32, texts: 64, rounds: 15 },
  { name: 'minilm', tokens: 256, texts: 32, rounds: 5 },
  { name: 'minilm', tokens: 8, texts: 1, rounds: 200 },
  { name: 'static', tokens: 32, texts: 20_000, rounds: 7 },
];
const toy = process.env['ATTUNE_BENCH_TOY'] === '1';
const scenarios = toy ? full.map((scenario) => ({ ...scenario, texts: 2, rounds: 2 })) : full;
const config = toy ? { ...miniLm, layers: 1, vocabSize: 500 } : miniLm;

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
const encoders: Record<string, [Precision, NativeEncoder][]> = {
  minilm: [
    ['f32', miniLmIn('f32')],
    ['bf16', miniLmIn('bf16')],
    ['int8', miniLmIn('int8')],
  ],
  static: [['f32', new addon.StaticEncoder(random(config.vocabSize * 256, 1), 256, head)]],
};
const cases = scenarios.flatMap((scenario) =>
  encoders[scenario.name]!.map(([precision, encoder]) => ({ ...scenario, precision, encoder })),
);

for (const { name, precision, encoder, tokens, texts, rounds } of cases) {
  const ids = Int32Array.from({ length: texts * tokens }, () => Math.floor(next() * config.vocabSize));
  const offsets = Uint32Array.from({ length: texts + 1 }, (_, i) => i * tokens);
  await encoder.encode(ids, offsets);
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const cpuBefore = process.cpuUsage();
    const begin = performance.now();
    await encoder.encode(ids, offsets);
    wall.push((performance.now() - begin) / 1000);
    const used = process.cpuUsage(cpuBefore);
    cpu.push((used.user + used.system) / 1e6);
  }
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  report({
    benchmark: 'transformer',
    name,
    precision,
    tokens,
    textsPerSecond: Math.round(texts / median(wall)),
    textsPerSecondBest: Math.round(texts / Math.min(...wall)),
    // What one core does, other programs on the machine notwithstanding.
    textsPerCpuSecond: Math.round(texts / Math.min(...cpu)),
  });
}
