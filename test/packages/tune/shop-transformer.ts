/** A transformer of random weights for the small shop: two layers, and the words of its table. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serializeSafetensors } from '../../../packages/encode/src/files/safetensors.js';
import { tensorShapes } from '../../../packages/encode/src/sentence-transformers/transformer.js';
import { randomNumbers } from '../../random.js';
import { tokenizer as tiny } from '../encode/tiny-models.js';
import { tokenizerJson } from './small-shop.js';

const hidden = 32;
const tokenizer = JSON.parse(tokenizerJson) as { model: { vocab: Record<string, number> } };
const config = {
  model_type: 'bert',
  torch_dtype: 'float16',
  hidden_size: hidden,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 64,
  max_position_embeddings: 16,
  vocab_size: Object.keys(tokenizer.model.vocab).length,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  hidden_act: 'gelu',
  pad_token_id: 0,
};

/** Weights as BERT begins: normal with a deviation of 0.02, here larger because the model is small; norms at 1 and 0, biases at 0. */
function tensor(name: string, size: number, random: () => number): Float32Array {
  if (/LayerNorm.weight$/.test(name)) return new Float32Array(size).fill(1);
  if (/bias$/.test(name)) return new Float32Array(size);
  return Float32Array.from({ length: size }, () => (random() + random() + random() - 1.5) * 0.4);
}

/** Writes the untuned model, with a prefix and a pooler as Hugging Face saves them, and gives its path. */
export function writeShopTransformer(path: string, seed = 1): string {
  const random = randomNumbers(seed);
  const shapes = tensorShapes({
    hiddenSize: hidden,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    intermediateSize: config.intermediate_size,
    maxPositions: config.max_position_embeddings,
    vocabSize: config.vocab_size,
    typeVocabSize: config.type_vocab_size,
    layerNormEps: config.layer_norm_eps,
    activation: 'gelu',
    positionOffset: 0,
  });
  const all = [...shapes, ['pooler.dense.weight', [hidden, hidden]] as const];
  const tensors = all.map(([name, shape]) => ({
    key: `bert.${name}`,
    shape,
    values: tensor(
      name,
      shape.reduce((product, size) => product * size, 1),
      random,
    ),
    dtype: 'F32' as const,
  }));
  const type = (name: string) => `sentence_transformers.models.${name}`;
  const files: Record<string, unknown> = {
    'modules.json': [
      { idx: 0, name: '0', path: '', type: type('Transformer') },
      { idx: 1, name: '1', path: '1_Pooling', type: type('Pooling') },
      { idx: 2, name: '2', path: '2_Normalize', type: type('Normalize') },
    ],
    'config.json': config,
    'sentence_bert_config.json': { max_seq_length: 12, do_lower_case: false },
    'tokenizer.json': { ...tokenizer, post_processor: tiny.post_processor },
    '1_Pooling/config.json': { word_embedding_dimension: hidden, pooling_mode_mean_tokens: true },
  };
  mkdirSync(join(path, '1_Pooling'), { recursive: true });
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(path, name), JSON.stringify(content));
  writeFileSync(join(path, 'model.safetensors'), serializeSafetensors(tensors, { format: 'pt' }));
  return path;
}
