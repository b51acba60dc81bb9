/** What models are made of: safetensors, .npy, the manifest and the files of modules of a bundle. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Encoder,
  readBundle,
  readNpy,
  recordSearch,
  SafetensorsFile,
  serializeSafetensors,
  type TensorToWrite,
  writeStaticBundle,
} from '@attune/encode';
import { canonicalJson, parseJson } from '@attune/files';
import { root } from '../../end-to-end/harness/repository.js';
import { randomNumbers } from '../../random.js';
import type { Target } from '../fuzz.js';
import { scratchFile, scratchFolder } from './scratch.js';
import { resealed } from './seals.js';

const next = randomNumbers(1);
const numbers = (count: number) => Float32Array.from({ length: count }, () => 2 * next() - 1);
const tensor = (key: string, shape: number[], dtype: 'F32' | 'F16' = 'F32'): TensorToWrite => ({
  key,
  shape,
  dtype,
  values: numbers(shape.reduce((product, size) => product * size, 1)),
});

const headerOf = (bytes: Buffer) => {
  const length = bytes.length < 8 ? 0 : Number(bytes.readBigUInt64LE(0));
  return length <= bytes.length - 8 ? length : 0;
};
const framed = (json: Buffer, data: Buffer) => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
};

export const models: readonly Target[] = [
  {
    name: 'safetensors',
    words: [
      'dtype',
      'shape',
      'data_offsets',
      '__metadata__',
      'F32',
      'F16',
      'BF16',
      'F64',
      'I8',
      'I64',
      'C64',
    ],
    seeds: () =>
      [
        serializeSafetensors([tensor('a', [2, 3]), tensor('b', [4], 'F16'), tensor('none', [0, 3])], {
          format: 'pt',
        }),
        serializeSafetensors([]),
        framed(
          Buffer.from(
            '{"i":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[16,18]}}',
          ),
          Buffer.alloc(18, 1),
        ),
      ].map((bytes) => Buffer.from(bytes)),
    json: {
      of: (bytes) => bytes.toString('utf8', 8, 8 + headerOf(bytes)),
      within: (bytes, json) => framed(Buffer.from(json), bytes.subarray(8 + headerOf(bytes))),
    },
    read: readTensors,
  },
  { name: 'npy', words: ["'descr': '<f4'", "'shape': (2, 3)", "'fortran_order': False"], read: readMatrix },
  {
    name: 'bundle-files',
    words: [
      ...[
        'modules.json',
        'config.json',
        'files',
        'tensors',
        'type',
        'path',
        'idx',
        'hidden_size',
        'vocab_size',
      ],
      ...['num_attention_heads', 'max_seq_length', 'in_features', 'pooling_mode_cls_token', 'relu', 'bert'],
    ],
    read: readModel,
  },
  {
    name: 'bundle-manifest',
    words: [
      'format',
      'preprocessing',
      'fingerprint',
      'digests',
      'golden',
      'lineage',
      'sha256',
      'precision',
      'search',
    ],
    seeds: async () => [readFileSync(join(await soundModel(), 'attune.json'))],
    repaired: resealed,
    read: readManifest,
  },
];

function readTensors(input: Buffer): string {
  const file = new SafetensorsFile(input, 'model.safetensors');
  const tensors: TensorToWrite[] = [];
  for (const key of file.keys()) {
    const shape = file.shape(key);
    if (file.dtype(key).startsWith('I') && shape.length === 1 && file.dtype(key) !== 'I8') file.integers(key);
    else tensors.push({ key, shape, values: file.floats(key, shape), dtype: 'F32' });
  }
  const again = new SafetensorsFile(serializeSafetensors(tensors, file.metadata), 'again');
  deepStrictEqual(again.metadata, file.metadata);
  for (const { key, shape, values } of tensors) deepStrictEqual(again.floats(key, shape), values, key);
  return file
    .keys()
    .map((key) => `${file.dtype(key)}${file.shape(key).length}`)
    .sort()
    .join()
    .slice(0, 60);
}

async function readMatrix(input: Buffer): Promise<string> {
  const { values, shape } = await readNpy(scratchFile('matrix.npy', input));
  strictEqual(values.length, shape[0] * shape[1]);
  return `${Math.min(shape[0], 2)}`;
}

interface ModelFiles {
  /** JSON of a file, or its text, by name. */
  files: Record<string, unknown>;
  /** Shapes by name, of which model.safetensors is made. */
  tensors: Record<string, number[]>;
}

const mostNumbers = 100_000;

/** A model of which any number in any file may be another: it is refused, or its vectors are finite and of its dim. */
async function readModel(input: Buffer): Promise<string> {
  const model = parsed(input) as Partial<ModelFiles> | null | undefined;
  const isShape = (shape: unknown): shape is number[] =>
    Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0);
  const shapes = Object.entries(model?.tensors ?? {}).filter(([, shape]) => isShape(shape));
  const sizes = shapes.map(([, shape]) => shape.reduce((product, size) => product * size, 1));
  if (!model || sizes.some((size) => size > mostNumbers)) return 'no model';
  const path = join(scratchFolder(), 'model');
  rmSync(path, { recursive: true, force: true });
  scratchFile(
    'model/model.safetensors',
    serializeSafetensors(shapes.map(([key, shape]) => tensor(key, shape))),
  );
  for (const [name, content] of Object.entries(model.files ?? {})) {
    if (!/^[\w.]+(\/[\w.]+)?$/.test(name) || name.includes('..') || name.endsWith('.'))
      return 'no name of a file';
    if (existsSync(join(path, name))) return 'one file within another';
    scratchFile(`model/${name}`, typeof content === 'string' ? content : JSON.stringify(content));
  }
  const encoder = Encoder.fromBundle(await readBundle(path, { check: false }));
  const vectors = await encoder.encodeDocuments(['red desk lamp', '', '桌灯 2x4', 'oak '.repeat(40)]);
  strictEqual(vectors.length, 4 * encoder.dim);
  ok(vectors.every(Number.isFinite), 'a vector that is not finite');
  return `${encoder.dim}`;
}

/** A manifest is believed only as it was written: whatever is accepted says what the sound one says. */
async function readManifest(input: Buffer): Promise<string> {
  const folder = await soundModel();
  const file = join(folder, 'attune.json');
  const sound = readFileSync(file);
  try {
    writeFileSync(file, input);
    const { fingerprint } = await readBundle(folder);
    const { sha256, ...found } = parsed(input) as Record<string, unknown>;
    if (sha256 === undefined) return `${fingerprint} without a seal`;
    strictEqual(sha256, createHash('sha256').update(canonicalJson(found)).digest('hex'));
    return fingerprint;
  } finally {
    writeFileSync(file, sound);
  }
}

let sound: Promise<string> | undefined;

/** A model with all that a manifest can hold. */
function soundModel(): Promise<string> {
  sound ??= (async () => {
    const path = join(scratchFolder(), 'sound-model');
    const { tokenizerJson, words } = smallTokenizer();
    await writeStaticBundle({
      path,
      table: numbers(words * 8),
      dim: 8,
      tokenizerJson,
      preprocessing: {
        prompts: { query: 'search: ', document: '' },
        maxTokens: 12,
        documentFields: ['title', '标题'],
      },
      lineage: { recipe: { name: 'none' } },
    });
    const tried = [
      { name: '0.7', value: 0.5 },
      { name: '1', value: Number.NaN },
    ];
    const choice = {
      what: 'weight',
      chosen: '0.7',
      metric: 'nDCG@10',
      on: 'validation',
      queryCount: 9,
      tried,
    };
    await recordSearch(path, { settings: { analyser: 'english', k1: 1.2 }, choices: [choice] });
    return path;
  })();
  return sound;
}

function smallTokenizer(): { tokenizerJson: string; words: number } {
  const { files } = parsed(
    readFileSync(join(root, 'test/fuzz/corpus/bundle-files/static.json')),
  ) as ModelFiles;
  const tokenizer = files['tokenizer.json'] as { model: { vocab: Record<string, number> } };
  return { tokenizerJson: JSON.stringify(tokenizer), words: Object.keys(tokenizer.model.vocab).length };
}

/** Undefined for what is no JSON, or could not be written again. */
function parsed(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
