/** Models small enough to be written by a test: a vocabulary of 16 tokens, static or with one transformer layer. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll } from 'vitest';
import { serializeSafetensors } from '../../../packages/encode/src/files/safetensors.js';
import { tensorShapes } from '../../../packages/encode/src/sentence-transformers/transformer.js';
import { randomNumbers } from '../../random.js';

export const tokens = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  'desk',
  'lamp',
  'oak',
  'table',
  'red',
  'blue',
  '##s',
  '4',
  '2',
  '-',
  'search',
  ':',
];

const special = (id: number) => ({
  id,
  content: tokens[id],
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

export const tokenizer = {
  version: '1.0',
  truncation: { max_length: 3, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
  padding: {
    strategy: { Fixed: 9 },
    direction: 'Right',
    pad_to_multiple_of: null,
    pad_id: 0,
    pad_type_id: 0,
    pad_token: '[PAD]',
  },
  added_tokens: [0, 1, 2, 3].map(special),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
      { Sequence: { id: 'B', type_id: 1 } },
      { SpecialToken: { id: '[SEP]', type_id: 1 } },
    ],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
  },
};

export const tokenizerJson = JSON.stringify(tokenizer);
export const dim = 8;

/** Numbers from -1 to 1 that are the same in every run. */
export function randomWeights(count: number, seed: number): Float32Array {
  const next = randomNumbers(seed);
  return Float32Array.from({ length: count }, () => 2 * next() - 1);
}

export const table = randomWeights(tokens.length * dim, 1);

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** An empty folder, removed when the tests of the file that asked for it have run. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-encode-'));
  folders.push(folder);
  return folder;
}

/** Files of a folder by name: text, bytes, or what becomes JSON. */
export type Files = Record<string, unknown>;

export async function writeFiles(folder: string, files: Files): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(join(folder, name), isRaw ? content : JSON.stringify(content));
  }
  return folder;
}

/** The files below a folder, sorted, as names relative to it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

export const embedding = (values = table) =>
  serializeSafetensors([
    { key: 'embedding.weight', shape: [values.length / dim, dim], values, dtype: 'F32' },
  ]);

export function staticFiles(): Files {
  return {
    'modules.json': [
      { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.StaticEmbedding' },
      { idx: 1, name: '1', path: '1_Normalize', type: 'sentence_transformers.models.Normalize' },
    ],
    'tokenizer.json': { ...tokenizer, truncation: null, padding: null },
    'model.safetensors': embedding(),
  };
}

export const transformerConfig = {
  model_type: 'bert',
  hidden_size: dim,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 16,
  max_position_embeddings: 32,
  vocab_size: tokens.length,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  hidden_act: 'gelu',
  pad_token_id: 0,
};

const shapes = tensorShapes({
  hiddenSize: dim,
  layers: 1,
  heads: 2,
  intermediateSize: 16,
  maxPositions: 32,
  vocabSize: tokens.length,
  typeVocabSize: 2,
  layerNormEps: 1e-12,
  activation: 'gelu',
  positionOffset: 0,
});

export const transformerWeights = (prefix = '', rename = (name: string) => name) =>
  serializeSafetensors(
    [...shapes].map(([name, shape], i) => ({
      key: prefix + rename(name),
      shape,
      values: randomWeights(
        shape.reduce((product, size) => product * size, 1),
        i + 2,
      ),
      dtype: 'F32' as const,
    })),
  );

/** As sentence-transformers before 5.4 wrote them. */
export function transformerFiles(): Files {
  return {
    'modules.json': [
      { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
      { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
      { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' },
    ],
    'config.json': transformerConfig,
    'sentence_bert_config.json': { max_seq_length: 12, do_lower_case: false },
    'tokenizer_config.json': { model_max_length: 31 },
    '1_Pooling/config.json': {
      word_embedding_dimension: dim,
      pooling_mode_cls_token: false,
      pooling_mode_mean_tokens: true,
      pooling_mode_max_tokens: false,
      pooling_mode_mean_sqrt_len_tokens: false,
    },
    'tokenizer.json': tokenizer,
    'model.safetensors': transformerWeights(),
  };
}

/** As sentence-transformers 6 writes them. */
export function newTransformerFiles(): Files {
  return {
    ...transformerFiles(),
    'modules.json': [
      { idx: 0, name: '0', path: '', type: 'sentence_transformers.base.modules.transformer.Transformer' },
      {
        idx: 1,
        name: '1',
        path: '1_Pooling',
        type: 'sentence_transformers.sentence_transformer.modules.pooling.Pooling',
      },
      {
        idx: 2,
        name: '2',
        path: '2_Normalize',
        type: 'sentence_transformers.base.modules.normalize.Normalize',
      },
    ],
    'sentence_bert_config.json': {
      transformer_task: 'feature-extraction',
      modality_config: { text: { method: 'forward', method_output_name: 'last_hidden_state' } },
      module_output_name: 'token_embeddings',
    },
    'tokenizer_config.json': { model_max_length: 12 },
    '1_Pooling/config.json': { embedding_dimension: dim, pooling_mode: 'mean', include_prompt: true },
    '2_Normalize/config.json': {
      module_input_name: 'sentence_embedding',
      module_output_name: 'sentence_embedding',
    },
  };
}
