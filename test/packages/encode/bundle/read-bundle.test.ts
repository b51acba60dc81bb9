import { rm } from 'node:fs/promises';
import { type Bundle, readBundle, serializeSafetensors } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import {
  dim,
  embedding,
  type Files,
  newTransformerFiles,
  randomWeights,
  staticFiles,
  table,
  temporaryFolder,
  tokenizer,
  tokens,
  transformerConfig,
  transformerFiles,
  transformerWeights,
  writeFiles,
} from '../tiny-models.js';

async function read(files: Files): Promise<Bundle> {
  return readBundle(await writeFiles(await temporaryFolder(), files));
}

const refusal = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message) });
const module = (type: string, path: string) => ({ path, type: `sentence_transformers.models.${type}` });
const denseConfig = {
  in_features: dim,
  out_features: 4,
  bias: true,
  activation_function: 'torch.nn.modules.activation.Tanh',
};
const denseWeights = (rows = 4, bias = true) =>
  serializeSafetensors([
    { key: 'linear.weight', shape: [rows, dim], values: randomWeights(rows * dim, 9), dtype: 'F32' },
    ...(bias
      ? [{ key: 'linear.bias', shape: [rows], values: randomWeights(rows, 8), dtype: 'F32' as const }]
      : []),
  ]);

describe('readBundle, of a transformer', () => {
  it('reads old and new layouts as the same model', async () => {
    const [old, recent] = [await read(transformerFiles()), await read(newTransformerFiles())];
    expect(old.kind).toBe('transformer');
    expect(old.dim).toBe(dim);
    expect(old.preprocessing).toEqual({
      prompts: { query: '', document: '' },
      maxTokens: 12,
      documentFields: [], // a plain folder of sentence-transformers names none
    });
    expect(old.model).toMatchObject({
      pooling: 'mean',
      config: { layers: 1, heads: 2, activation: 'gelu', positionOffset: 0 },
    });
    expect(old.head).toEqual({ dense: [], normalize: true });
    expect(recent.fingerprint).toBe(old.fingerprint);
    expect(recent.digests).toEqual(old.digests);
  });

  it('reads each pooling in its old and its new spelling', async () => {
    const modes = {
      cls: 'cls',
      max: 'max',
      mean: 'mean',
      lasttoken: 'lasttoken',
      mean_sqrt_len_tokens: 'mean_sqrt_len',
    };
    const oldKeys: Record<string, string> = { cls: 'cls_token', max: 'max_tokens', mean: 'mean_tokens' };
    for (const [mode, pooling] of Object.entries(modes)) {
      const old = { word_embedding_dimension: dim, [`pooling_mode_${oldKeys[mode] ?? mode}`]: true };
      for (const config of [
        old,
        { embedding_dimension: dim, pooling_mode: mode },
        { embedding_dimension: dim, pooling_mode: [mode] },
      ]) {
        const bundle = await read({ ...transformerFiles(), '1_Pooling/config.json': config });
        expect(bundle.model).toMatchObject({ pooling });
      }
    }
  });

  it('takes the length from sentence_bert_config, its siblings, the tokenizer, and the positions, in that order', async () => {
    const length = async (changes: Files) =>
      (await read({ ...transformerFiles(), ...changes })).preprocessing.maxTokens;
    const none = { 'sentence_bert_config.json': undefined };
    expect(await length({ 'sentence_bert_config.json': { max_seq_length: 20 } })).toBe(20);
    expect(await length({ ...none, 'sentence_roberta_config.json': { max_seq_length: 21 } })).toBe(21);
    expect(await length(none)).toBe(31);
    expect(await length({ ...none, 'tokenizer_config.json': { model_max_length: 1e30 } })).toBe(32);
    expect(await length({ 'sentence_bert_config.json': { max_seq_length: 4000 } })).toBe(32);
  });

  it('reads RoBERTa, tensors with a prefix, and the old names of LayerNorm', async () => {
    const config = { ...transformerConfig, model_type: 'roberta', pad_token_id: 1 };
    const weights = transformerWeights('roberta.', (name) =>
      name.replace('Norm.weight', 'Norm.gamma').replace('Norm.bias', 'Norm.beta'),
    );
    const bundle = await read({
      ...transformerFiles(),
      'config.json': config,
      'model.safetensors': weights,
      'sentence_bert_config.json': undefined,
    });
    const plain = await read(transformerFiles());
    expect(bundle.model).toMatchObject({ config: { positionOffset: 2, maxPositions: 32 } });
    expect(bundle.preprocessing.maxTokens).toBe(30);
    expect('tensors' in bundle.model && 'tensors' in plain.model && bundle.model.tensors).toEqual(
      'tensors' in plain.model ? plain.model.tensors : undefined,
    );
  });

  it('reads prompts as sentence-transformers chooses them', async () => {
    const prompts = { query: 'query: ', document: 'passage: ', other: 'x' };
    const bundle = await read({
      ...transformerFiles(),
      'config_sentence_transformers.json': { prompts, default_prompt_name: 'other' },
    });
    expect(bundle.preprocessing.prompts).toEqual({ query: 'query: ', document: 'passage: ' });
  });

  it.each<[string, Files, string, RegExp]>([
    ['no modules.json', { 'modules.json': undefined }, 'BUNDLE_INVALID', /modules\.json is missing/],
    [
      'modules.json that is no list',
      { 'modules.json': {} },
      'BUNDLE_INVALID',
      /modules\.json: expected a list/,
    ],
    [
      'no Pooling',
      { 'modules.json': [module('Transformer', '')] },
      'BUNDLE_INVALID',
      /modules\.json: .*followed by a Pooling/,
    ],
    [
      'no first module',
      { 'modules.json': [module('Pooling', '1_Pooling')] },
      'BUNDLE_INVALID',
      /first module/,
    ],
    [
      'an unknown module',
      { 'modules.json': [module('Transformer', ''), module('LSTM', '1')] },
      'BUNDLE_UNSUPPORTED',
      /models\.LSTM/,
    ],
    [
      'code of others',
      { 'modules.json': [{ path: '', type: 'evil.Transformer' }] },
      'BUNDLE_UNSUPPORTED',
      /"evil\.Transformer"/,
    ],
    [
      'a path that leaves the folder',
      { 'modules.json': [module('Transformer', '../x')] },
      'BUNDLE_INVALID',
      /"path".*\.\.\/x/,
    ],
    [
      'no pooling config',
      { '1_Pooling/config.json': undefined },
      'BUNDLE_INVALID',
      /1_Pooling.config\.json is missing/,
    ],
    [
      'an unknown pooling',
      { '1_Pooling/config.json': { embedding_dimension: dim, pooling_mode: 'median' } },
      'BUNDLE_INVALID',
      /"pooling_mode" is median/,
    ],
    [
      'a pooling that is not run',
      { '1_Pooling/config.json': { embedding_dimension: dim, pooling_mode: ['mean', 'max'] } },
      'BUNDLE_UNSUPPORTED',
      /mean \+ max/,
    ],
    [
      'a pooling of another size',
      { '1_Pooling/config.json': { word_embedding_dimension: 9 } },
      'BUNDLE_INVALID',
      /"word_embedding_dimension" is 9/,
    ],
    [
      'another architecture',
      { 'config.json': { ...transformerConfig, model_type: 'gpt2' } },
      'BUNDLE_UNSUPPORTED',
      /"model_type" is "gpt2"/,
    ],
    [
      'another activation',
      { 'config.json': { ...transformerConfig, hidden_act: 'silu' } },
      'BUNDLE_UNSUPPORTED',
      /"hidden_act" is "silu"/,
    ],
    [
      'relative positions',
      { 'config.json': { ...transformerConfig, position_embedding_type: 'relative_key' } },
      'BUNDLE_UNSUPPORTED',
      /position_embedding_type/,
    ],
    [
      'a size that is no number',
      { 'config.json': { ...transformerConfig, hidden_size: '8' } },
      'BUNDLE_INVALID',
      /config\.json: "hidden_size" should be/,
    ],
    [
      'more layers than weights',
      { 'config.json': { ...transformerConfig, num_hidden_layers: 1e9 } },
      'BUNDLE_INVALID',
      /"encoder\.layer\.1\.attention\.self\.query\.weight" is missing/,
    ],
    [
      'a table of another size',
      { 'config.json': { ...transformerConfig, vocab_size: 20 } },
      'BUNDLE_INVALID',
      /"embeddings\.word_embeddings\.weight" should have shape \[20,8\]/,
    ],
    [
      'pickled weights only',
      { 'model.safetensors': undefined, 'pytorch_model.bin': 'x' },
      'BUNDLE_UNSUPPORTED',
      /pytorch_model\.bin: .*safe_serialization/,
    ],
    [
      'weights in several files',
      { 'model.safetensors': undefined, 'model.safetensors.index.json': {} },
      'BUNDLE_UNSUPPORTED',
      /index\.json: .*several files/,
    ],
    ['no weights', { 'model.safetensors': undefined }, 'BUNDLE_INVALID', /model\.safetensors is missing/],
    [
      'no tokenizer.json',
      { 'tokenizer.json': undefined, 'vocab.txt': 'a' },
      'BUNDLE_UNSUPPORTED',
      /tokenizer\.json is missing/,
    ],
    [
      'bytes that are no UTF-8',
      { 'config.json': Uint8Array.of(0x7b, 0xff, 0x7d) },
      'BUNDLE_INVALID',
      /config\.json: expected UTF-8/,
    ],
  ])('refuses %s, naming file and key', async (_, changes, code, message) => {
    await expect(read({ ...transformerFiles(), ...changes })).rejects.toMatchObject(refusal(code, message));
  });
});

describe('readBundle, of a static table', () => {
  it('reads the table, in a folder of its own too, and under the name of model2vec', async () => {
    const files = staticFiles();
    const plain = await read(files);
    expect(plain).toMatchObject({
      kind: 'static',
      dim,
      model: { rows: tokens.length },
      head: { dense: [], normalize: true },
    });
    expect(plain.tokenizer).toMatchObject({ addSpecialTokens: false, maxTokens: null });
    const inFolder = await read({
      'modules.json': [module('StaticEmbedding', '0_StaticEmbedding')],
      '0_StaticEmbedding/tokenizer.json': files['tokenizer.json'],
      '0_StaticEmbedding/model.safetensors': serializeSafetensors([
        { key: 'embeddings', shape: [tokens.length, dim], values: table, dtype: 'F16' },
      ]),
    });
    expect(inFolder.head.normalize).toBe(false);
    expect(inFolder.files).toContain('0_StaticEmbedding/model.safetensors');
  });

  it('follows the truncation of tokenizer.json, as sentence-transformers does for tables', async () => {
    const bundle = await read({ ...staticFiles(), 'tokenizer.json': tokenizer });
    expect(bundle.preprocessing.maxTokens).toBe(3);
  });

  it('reads Dense layers in their order, with or without bias', async () => {
    const bundle = await read({
      ...staticFiles(),
      'modules.json': [
        module('StaticEmbedding', ''),
        module('Dense', '1_Dense'),
        module('Normalize', 'lost'),
      ],
      '1_Dense/config.json': denseConfig,
      '1_Dense/model.safetensors': denseWeights(),
    });
    expect(bundle.dim).toBe(4);
    expect(bundle.head).toMatchObject({
      normalize: true,
      dense: [{ inFeatures: dim, outFeatures: 4, activation: 'tanh', residual: false }],
    });
    expect(bundle.head.dense[0]!.bias).toEqual(randomWeights(4, 8));
  });

  it.each<[string, Files, Uint8Array, string, RegExp]>([
    [
      'another activation',
      { activation_function: 'torch.nn.modules.activation.SELU' },
      denseWeights(),
      'BUNDLE_UNSUPPORTED',
      /1_Dense.config\.json: "activation_function" is/,
    ],
    [
      'a size that does not follow',
      { in_features: 9 },
      denseWeights(),
      'BUNDLE_INVALID',
      /"in_features" is 9/,
    ],
    [
      'a residual of another size',
      { use_residual: true },
      denseWeights(),
      'BUNDLE_UNSUPPORTED',
      /use_residual/,
    ],
    ['no bias', {}, denseWeights(4, false), 'BUNDLE_INVALID', /"linear\.bias" is missing/],
    [
      'a weight of another shape',
      {},
      denseWeights(5),
      'BUNDLE_INVALID',
      /"linear\.weight" should have shape \[4,8\]/,
    ],
    [
      'token vectors',
      { module_input_name: 'token_embeddings' },
      denseWeights(),
      'BUNDLE_UNSUPPORTED',
      /module_input_name/,
    ],
  ])('refuses a Dense with %s', async (_, changes, weights, code, message) => {
    const files = {
      ...staticFiles(),
      'modules.json': [module('StaticEmbedding', ''), module('Dense', '1_Dense')],
      '1_Dense/config.json': { ...denseConfig, ...changes },
      '1_Dense/model.safetensors': weights,
    };
    await expect(read(files)).rejects.toMatchObject(refusal(code, message));
  });

  it('refuses a Normalize whose place matters', async () => {
    const modules = ['StaticEmbedding', 'Normalize', 'Dense', 'Normalize'].map((type, i) =>
      module(type, i === 0 ? '' : `${i}_${type}`),
    );
    const files = {
      ...staticFiles(),
      'modules.json': modules,
      '2_Dense/config.json': denseConfig,
      '2_Dense/model.safetensors': denseWeights(),
    };
    await expect(read(files)).rejects.toMatchObject(refusal('BUNDLE_UNSUPPORTED', /1_Normalize/));
    const linear = { ...denseConfig, bias: false, activation_function: 'torch.nn.modules.linear.Identity' };
    expect((await read({ ...files, '2_Dense/config.json': linear })).head.dense).toHaveLength(1);
  });

  it('refuses a table that is no matrix or has fewer rows than the tokenizer has ids', async () => {
    const flat = serializeSafetensors([
      { key: 'embedding.weight', shape: [8], values: randomWeights(8, 1), dtype: 'F32' },
    ]);
    await expect(read({ ...staticFiles(), 'model.safetensors': flat })).rejects.toMatchObject(
      refusal('BUNDLE_INVALID', /\[rows, dim\]/),
    );
    const small = embedding(table.subarray(0, 10 * dim));
    const bundle = await read({ ...staticFiles(), 'model.safetensors': small });
    expect(bundle.tokenizer.rows).toBe(10); // refused by the tokenizer that is built with it
  });

  it('says that a folder is not there', async () => {
    const folder = await temporaryFolder();
    await rm(folder, { recursive: true });
    await expect(readBundle(folder)).rejects.toMatchObject(refusal('BUNDLE_NOT_FOUND', /no such folder/));
  });
});
