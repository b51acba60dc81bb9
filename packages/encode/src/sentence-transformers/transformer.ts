/** config.json and model.safetensors of a transformer: what the native encoder needs of them. */
import type { TransformerConfig } from '@attune/binding';
import type { BundleFiles } from '../files/bundle-files.js';
import { JsonFields } from '../files/json-fields.js';
import type { SafetensorsFile } from '../files/safetensors.js';
import { activationOf } from './activation.js';
import { modernPrefix, modernShapes, readModernConfig } from './modernbert.js';
import { type Module, moduleFile } from './modules.js';

interface Family {
  /** Before the names of its tensors where the model was saved with a task's head. */
  prefix: string;
  /** 0: its tokens have no types. */
  typeVocabSize: number;
  padTokenId: number;
  /** RoBERTa counts positions from the padding id + 1. */
  positionsFromPadding: boolean;
  /** Keys of config.json that have other names than BERT's. */
  keys?: Readonly<Record<string, string>>;
  /** What it calls a tensor instead of BERT's name; the first that fits is put in its place. */
  names?: readonly (readonly [bert: string, own: string])[];
  /** Attention counts how far a token is from another, in so many classes. */
  relativeBuckets?: number;
}

const roberta: Family = { prefix: 'roberta.', typeVocabSize: 2, padTokenId: 1, positionsFromPadding: true };

/** Model types with BERT's layers; the figures are Hugging Face's defaults for what a config leaves out. */
const families: Record<string, Family> = {
  bert: { prefix: 'bert.', typeVocabSize: 2, padTokenId: 0, positionsFromPadding: false },
  roberta,
  'xlm-roberta': roberta,
  camembert: roberta,
  mpnet: {
    prefix: 'mpnet.',
    typeVocabSize: 0,
    padTokenId: 1,
    positionsFromPadding: true,
    relativeBuckets: 32,
    names: [
      ['attention.self.query', 'attention.attn.q'],
      ['attention.self.key', 'attention.attn.k'],
      ['attention.self.value', 'attention.attn.v'],
      ['attention.output.dense', 'attention.attn.o'],
      ['attention.output.LayerNorm', 'attention.LayerNorm'],
    ],
  },
  distilbert: {
    prefix: 'distilbert.',
    typeVocabSize: 0,
    padTokenId: 0,
    positionsFromPadding: false,
    keys: {
      hidden_size: 'dim',
      num_hidden_layers: 'n_layers',
      num_attention_heads: 'n_heads',
      intermediate_size: 'hidden_dim',
      hidden_act: 'activation',
    },
    names: [
      ['encoder.layer', 'transformer.layer'],
      ['attention.self.query', 'attention.q_lin'],
      ['attention.self.key', 'attention.k_lin'],
      ['attention.self.value', 'attention.v_lin'],
      ['attention.output.dense', 'attention.out_lin'],
      ['attention.output.LayerNorm', 'sa_layer_norm'],
      ['intermediate.dense', 'ffn.lin1'],
      ['output.dense', 'ffn.lin2'],
      ['output.LayerNorm', 'output_layer_norm'],
    ],
  },
};

export interface TransformerDescription {
  config: TransformerConfig;
  /** Where a file may have a tensor of BERT's or ModernBERT's name: its keys, the usual one first. */
  keysOf: (name: string) => string[];
  /** Tokens that have a position of their own. */
  positions: number;
}

/** @throws {AttuneError} BUNDLE_UNSUPPORTED, naming the key, for what is neither of the BERT family nor ModernBERT */
export async function readTransformerConfig(
  files: BundleFiles,
  module: Module,
): Promise<TransformerDescription> {
  const name = moduleFile(module, 'config.json');
  const text = await files.text(name, 'the architecture of the transformer');
  const fields = JsonFields.parse(text, files.path(name));
  const type = fields.string('model_type');
  if (type !== 'modernbert' && !Object.hasOwn(families, type)) {
    throw fields.unsupported(
      `"model_type" is ${JSON.stringify(type)}; Attune runs ${Object.keys(families).join(', ')}, modernbert`,
    );
  }
  if (fields.boolean('is_decoder', false))
    throw fields.unsupported('"is_decoder" is true: it attends backwards only');
  const family = families[type];
  const config = family ? readBertConfig(fields, family) : readModernConfig(fields);
  if (config.hiddenSize % config.heads !== 0) {
    const key = (name: string) => family?.keys?.[name] ?? name;
    throw fields.invalid(
      `"${key('hidden_size')}" ${config.hiddenSize} is not divisible by "${key('num_attention_heads')}" ${config.heads}`,
    );
  }
  if (config.layerNormEps < 0) {
    throw fields.invalid(`"${family ? 'layer_norm_eps' : 'norm_eps'}" is ${config.layerNormEps}, below zero`);
  }
  const positions = config.maxPositions - config.positionOffset;
  if (positions < 3) throw fields.invalid(`"max_position_embeddings" leaves ${positions} positions`);
  const keysOf = (name: string) => (family ? bertKeysOf(family, name) : [name, modernPrefix + name]);
  return { config, keysOf, positions };
}

function readBertConfig(fields: JsonFields, family: Family): TransformerConfig {
  const key = (name: string) => family.keys?.[name] ?? name;
  if (fields.string('position_embedding_type', 'absolute') !== 'absolute') {
    throw fields.unsupported(
      `"position_embedding_type" is ${fields.get('position_embedding_type')}, not absolute`,
    );
  }
  const padTokenId = fields.integer('pad_token_id', 0, family.padTokenId);
  return {
    hiddenSize: fields.integer(key('hidden_size'), 1),
    layers: fields.integer(key('num_hidden_layers'), 1),
    heads: fields.integer(key('num_attention_heads'), 1),
    intermediateSize: fields.integer(key('intermediate_size'), 1),
    maxPositions: fields.integer('max_position_embeddings', 1),
    vocabSize: fields.integer('vocab_size', 1),
    typeVocabSize:
      family.typeVocabSize === 0 ? 0 : fields.integer('type_vocab_size', 1, family.typeVocabSize),
    layerNormEps: fields.number('layer_norm_eps', 1e-12),
    activation: activationOf(fields, key('hidden_act')),
    positionOffset: family.positionsFromPadding ? padTokenId + 1 : 0,
    ...(family.relativeBuckets && { relativeBuckets: bucketsOf(fields, family.relativeBuckets) }),
  };
}

/** Classes of distance: half of them for each direction, and half of those for single steps. */
function bucketsOf(fields: JsonFields, usual: number): number {
  const buckets = fields.integer('relative_attention_num_buckets', 4, usual);
  if (buckets % 4 === 0) return buckets;
  throw fields.invalid(`"relative_attention_num_buckets" is ${buckets}, which is not divisible by 4`);
}

/** A model saved with a task's head has a prefix, and one converted from TensorFlow calls LayerNorm's parts otherwise. */
function bertKeysOf({ names = [], prefix }: Family, bertName: string): string[] {
  const name = names.reduce((own, [bert, other]) => own.replace(bert, other), bertName);
  const old = name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta');
  return [name, prefix + name, old, prefix + old];
}

/** Every tensor that the forward pass needs, by name, with its shape. */
export function tensorShapes(config: TransformerConfig): Map<string, number[]> {
  return config.rotary ? modernShapes(config) : bertShapes(config);
}

function bertShapes(config: TransformerConfig): Map<string, number[]> {
  const { hiddenSize: hidden, intermediateSize: inner } = config;
  const shapes = new Map<string, number[]>();
  const linear = (name: string, outputs: number, inputs: number) => {
    shapes.set(`${name}.weight`, [outputs, inputs]).set(`${name}.bias`, [outputs]);
  };
  const layerNorm = (name: string) => {
    shapes.set(`${name}.LayerNorm.weight`, [hidden]).set(`${name}.LayerNorm.bias`, [hidden]);
  };
  shapes.set('embeddings.word_embeddings.weight', [config.vocabSize, hidden]);
  shapes.set('embeddings.position_embeddings.weight', [config.maxPositions, hidden]);
  if (config.typeVocabSize > 0)
    shapes.set('embeddings.token_type_embeddings.weight', [config.typeVocabSize, hidden]);
  if (config.relativeBuckets !== undefined)
    shapes.set('encoder.relative_attention_bias.weight', [config.relativeBuckets, config.heads]);
  layerNorm('embeddings');
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value']) linear(`${at}.attention.self.${part}`, hidden, hidden);
    linear(`${at}.attention.output.dense`, hidden, hidden);
    layerNorm(`${at}.attention.output`);
    linear(`${at}.intermediate.dense`, inner, hidden);
    linear(`${at}.output.dense`, hidden, inner);
    layerNorm(`${at}.output`);
  }
  return shapes;
}

/** @throws {AttuneError} BUNDLE_INVALID, naming the tensor that is missing or of a wrong shape */
export function readTransformerTensors(
  weights: SafetensorsFile,
  { config, keysOf }: TransformerDescription,
): Record<string, Float32Array> {
  // Before shapes are listed: a config that claims a million layers would list for minutes.
  const most = weights.keys().length;
  const layers = Math.min(config.layers, most + 1);
  const tensors: Record<string, Float32Array> = {};
  for (const [name, shape] of tensorShapes({ ...config, layers })) {
    tensors[name] = weights.floats(storedName(weights, keysOf, name), shape);
  }
  return tensors;
}

/** Where a file has each tensor of the forward pass: its key by its name. */
export function storedNames(
  weights: SafetensorsFile,
  { config, keysOf }: TransformerDescription,
): Map<string, string> {
  return new Map([...tensorShapes(config).keys()].map((name) => [name, storedName(weights, keysOf, name)]));
}

function storedName(
  weights: SafetensorsFile,
  keysOf: TransformerDescription['keysOf'],
  name: string,
): string {
  const keys = keysOf(name);
  return keys.find((key) => weights.has(key)) ?? keys[0]!;
}
