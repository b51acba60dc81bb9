import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { NativeHead, Precision } from '@attune/binding';
import { AttuneError, checkFilledText } from '@attune/errors';
import { canonicalJson } from '@attune/files';
import { BundleFiles } from '../files/bundle-files.js';
import { JsonFields } from '../files/json-fields.js';
import { headDim, readHead } from '../sentence-transformers/head.js';
import { type Module, moduleFile, readModules, readPooling } from '../sentence-transformers/modules.js';
import { readStaticTable } from '../sentence-transformers/static-table.js';
import { readPrompts, readTransformerText } from '../sentence-transformers/text-settings.js';
import { readTransformerConfig, readTransformerTensors } from '../sentence-transformers/transformer.js';
import { readWeights } from '../sentence-transformers/weights.js';
import type { Preprocessing, TokenizerSettings } from '../text/types.js';
import {
  checkFingerprint,
  fingerprintOf,
  preprocessingDigest,
  sha256,
  weightsDigest,
} from './fingerprint.js';
import { checkAgreement, checkSeal, manifestFile, parseManifest } from './manifest.js';
import { withPrecision } from './precision.js';
import type { Bundle, Manifest, StaticModel, TransformerModel } from './types.js';

export interface ReadBundleOptions {
  /** Compare the fingerprint with the one in attune.json; true unless you set it. */
  check?: boolean | undefined;
  /** Tokens kept of a text instead of the bundle's own number, as `model.max_seq_length = n` in Python. */
  maxTokens?: number | undefined;
  /** Of a transformer's products, instead of the bundle's own: what attune.json states, else 'f32'. */
  precision?: Precision | undefined;
}

/**
 * Reads a bundle: a folder of sentence-transformers, with or without attune.json. Every file is checked before it is
 * used, and nothing in it is ever run.
 *
 * @throws {AttuneError} BUNDLE_INVALID, BUNDLE_UNSUPPORTED or BUNDLE_MISMATCH, naming file and key; BUNDLE_NOT_FOUND when there
 *   is no such folder
 */
export async function readBundle(folder: string, options: ReadBundleOptions = {}): Promise<Bundle> {
  checkFilledText('path', folder, 'the folder of a model');
  const path = resolve(folder);
  const isFolder = await stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new AttuneError('BUNDLE_NOT_FOUND', `${path}: there is no such folder.`);
  const files = new BundleFiles(path);
  const modules = await readModules(files);
  const manifest = await readManifest(files);
  const prompts = await readPrompts(files);
  const parts =
    modules[0]!.type === 'Transformer'
      ? await readTransformer(files, modules)
      : await readStatic(files, modules);
  const { maxTokens } = parts.tokenizer;
  const documentFields = manifest?.preprocessing.documentFields ?? [];
  const preprocessing: Preprocessing = { prompts, maxTokens, documentFields };
  if (parts.includePrompt === false && (prompts.query !== '' || prompts.document !== '')) {
    throw new AttuneError(
      'BUNDLE_UNSUPPORTED',
      `${files.path(moduleFile(modules[1]!, 'config.json'))}: "include_prompt" is false while the model has prompts; ` +
        'Attune always pools over the prompt.',
    );
  }
  const digests = {
    weights: weightsDigest(hashes(files)),
    tokenizer: files.sha256(moduleFile(modules[0]!, tokenizerFile)),
    modules: modulesDigest(parts.model, parts.head, parts.tokenizer),
    preprocessing: preprocessingDigest(preprocessing),
  };
  const plain: Bundle = {
    path,
    name: basename(path),
    kind: parts.model.kind,
    dim: headDim(parts.head, parts.model.dim),
    preprocessing,
    precision: 'f32',
    digests,
    fingerprint: fingerprintOf(digests, 'f32'),
    manifest,
    model: parts.model,
    head: parts.head,
    tokenizer: parts.tokenizer,
    files: files.names(),
  };
  const bundle = withPrecision(plain, manifest?.precision ?? 'f32');
  if (manifest && options.check !== false) {
    checkAgreement(files.path(manifestFile), manifest.preprocessing, preprocessing);
    checkFingerprint(path, manifest, bundle);
    checkSeal(await files.text(manifestFile, 'the manifest'), files.path(manifestFile));
  }
  const asked = options.precision === undefined ? bundle : withPrecision(bundle, options.precision);
  return options.maxTokens === undefined ? asked : withMaxTokens(asked, options.maxTokens);
}

export const tokenizerFile = 'tokenizer.json';

interface ModelParts {
  model: StaticModel | TransformerModel;
  head: NativeHead;
  tokenizer: TokenizerSettings;
  includePrompt?: boolean;
}

async function readManifest(files: BundleFiles): Promise<Manifest | undefined> {
  if (!(await files.exists(manifestFile))) return undefined;
  return parseManifest(await files.text(manifestFile, 'the manifest'), files.path(manifestFile));
}

async function readTokenizerJson(files: BundleFiles, module: Module): Promise<string> {
  const name = moduleFile(module, tokenizerFile);
  if (!(await files.exists(name)) && (await files.exists(moduleFile(module, 'vocab.txt')))) {
    throw new AttuneError(
      'BUNDLE_UNSUPPORTED',
      `${files.path(name)} is missing; vocab.txt alone does not say how texts are split. Make it in Python: ` +
        "AutoTokenizer.from_pretrained('MODEL').save_pretrained('MODEL')",
    );
  }
  return files.text(name, 'the tokeniser');
}

async function readTransformer(files: BundleFiles, modules: Module[]): Promise<ModelParts> {
  const [module, poolingModule, ...rest] = modules as [Module, Module, ...Module[]];
  const description = await readTransformerConfig(files, module);
  const { config } = description;
  const dim = config.hiddenSize;
  const { pooling, includePrompt } = await readPooling(files, poolingModule, dim);
  const text = await readTransformerText(files, module, description.positions);
  const json = await readTokenizerJson(files, module);
  const head = await readHead(files, rest, dim);
  const tensors = readTransformerTensors(await readWeights(files, module, 'the transformer'), description);
  const tokenizer = { json, addSpecialTokens: true, rows: config.vocabSize, ...text };
  return { model: { kind: 'transformer', config, tensors, pooling, dim }, head, tokenizer, includePrompt };
}

async function readStatic(files: BundleFiles, modules: Module[]): Promise<ModelParts> {
  const [module, ...rest] = modules as [Module, ...Module[]];
  const json = await readTokenizerJson(files, module);
  const fields = JsonFields.parse(json, files.path(moduleFile(module, tokenizerFile)));
  const { model, text, normalize } = await readStaticTable(files, module, fields);
  const { rows, dim } = model;
  const head = await readHead(files, rest, dim);
  if (rest.length === 0) head.normalize = normalize;
  return { model, head, tokenizer: { json, addSpecialTokens: false, lowercase: false, rows, ...text } };
}

function hashes(files: BundleFiles): Map<string, string> {
  const weights = files.names().filter((name) => name.endsWith('.safetensors'));
  return new Map(weights.map((name) => [name, files.sha256(name)]));
}

function modulesDigest(model: Bundle['model'], head: NativeHead, tokenizer: TokenizerSettings): string {
  const dense = head.dense.map(({ inFeatures, outFeatures, activation, residual, bias }) => ({
    inFeatures,
    outFeatures,
    activation,
    residual,
    bias: bias !== undefined,
  }));
  const { addSpecialTokens, lowercase, truncationSide } = tokenizer;
  const { kind, dim } = model;
  const encoder = kind === 'static' ? { rows: model.rows } : { config: model.config, pooling: model.pooling };
  const text = { addSpecialTokens, lowercase, truncationSide };
  return sha256(canonicalJson({ kind, dim, ...encoder, text, dense, normalize: head.normalize }));
}

/** The bundle with another number of tokens, and so with another fingerprint. */
export function withMaxTokens(bundle: Bundle, maxTokens: number): Bundle {
  const { model } = bundle;
  const most = model.kind === 'static' ? Infinity : model.config.maxPositions - model.config.positionOffset;
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 3 || maxTokens > most) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected maxTokens to be a number from 3 to ${most} (the positions of ${bundle.name}), but received ${maxTokens}.`,
    );
  }
  const preprocessing = { ...bundle.preprocessing, maxTokens };
  const digests = { ...bundle.digests, preprocessing: preprocessingDigest(preprocessing) };
  const tokenizer = { ...bundle.tokenizer, maxTokens };
  return {
    ...bundle,
    preprocessing,
    digests,
    tokenizer,
    fingerprint: fingerprintOf(digests, bundle.precision),
  };
}
