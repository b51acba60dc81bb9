import { chmod, copyFile, lstat, mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AttuneError } from '@attune/errors';
import { placeFolder } from '@attune/files';
import { readBundle, tokenizerFile } from './bundle.js';
import { BundleFiles } from './bundle-files.js';
import { Encoder } from './encoder.js';
import { fingerprintOf, preprocessingDigest } from './fingerprint.js';
import { goldenInputs } from './golden.js';
import { JsonFields } from './json-fields.js';
import { manifestFile, manifestFormat, serializeManifest } from './manifest.js';
import { type ModelCard, modelCard } from './model-card.js';
import { type Module, type ModuleType, modulesFile, readModules } from './modules.js';
import { defaultDocumentFields, sentenceTransformersConfig } from './preprocessing.js';
import { serializeSafetensors } from './safetensors.js';
import type { Bundle, BundleInfo, Lineage, Manifest, Preprocessing } from './types.js';
import { weightsFile } from './weights.js';

export interface WriteOptions {
  /** The folder to make. */
  path: string;
  lineage?: Lineage | undefined;
  card?: ModelCard | undefined;
  /** Replace a bundle that is there. */
  force?: boolean | undefined;
}

export interface StaticBundleOptions extends WriteOptions {
  /** float32, [rows, dim] */
  table: Float32Array;
  dim: number;
  /** Content of tokenizer.json. Its truncation is set to `maxTokens`, its padding is taken out. */
  tokenizerJson: string;
  /** What the table is stored as; `f16` halves the file and rounds each number to the nearest. f32 unless told. */
  dtype?: 'f16' | 'f32' | undefined;
  preprocessing?: Partial<Preprocessing> | undefined;
  /** Unit length at the end; true unless told. */
  normalize?: boolean | undefined;
}

export interface DenseBundleOptions extends WriteOptions {
  /** The bundle that stands before the layer, as readBundle gave it. */
  base: Bundle;
  /** float32, [outFeatures, dim of the base]: y = weight · x */
  weight: Float32Array;
  outFeatures?: number | undefined;
  /** Fields of a document, where they are to differ from the base's. */
  documentFields?: readonly string[] | undefined;
}

/**
 * Writes a static bundle: a token table, its tokeniser, and unit length.
 *
 * The folder appears whole or not at all: it is written beside, read back, its golden vectors are computed with what
 * was read, and then it is renamed.
 *
 * @returns the bundle as a reader sees it
 * @throws {AttuneError} FILE_EXISTS; NOT_FINITE when a number of the table is not, or too large for f16; SHAPE_MISMATCH;
 *   BUNDLE_INVALID when the tokeniser is damaged or names ids beyond the table
 */
export async function writeStaticBundle(options: StaticBundleOptions): Promise<BundleInfo> {
  const { table, dim, dtype = 'f32', normalize = true } = options;
  const rows = table.length / dim;
  if (!Number.isSafeInteger(rows) || rows === 0) {
    throw new AttuneError(
      'SHAPE_MISMATCH',
      `Expected table to hold rows of ${dim} numbers, but received ${table.length} numbers.`,
    );
  }
  const prompts = options.preprocessing?.prompts ?? { query: '', document: '' };
  const maxTokens = options.preprocessing?.maxTokens ?? null;
  const modules: Module[] = [{ type: 'StaticEmbedding', path: '' }];
  if (normalize) modules.push({ type: 'Normalize', path: '1_Normalize' });
  const stored = dtype === 'f16' ? ('F16' as const) : ('F32' as const);
  const tensor = { key: 'embedding.weight', shape: [rows, dim], values: table, dtype: stored };
  return writeBundle(options, options.preprocessing?.documentFields, async (folder) => {
    await writeModules(folder, modules);
    await writeText(folder, tokenizerFile, tokenizerWith(options.tokenizerJson, maxTokens));
    await writeText(folder, sentenceTransformersConfig, json(sentenceTransformers(prompts)));
    await writeFile(join(folder, weightsFile), serializeSafetensors([tensor], { format: 'pt' }));
  });
}

/**
 * Writes the `adapter` tier: the base's files, a linear layer without bias, and unit length.
 *
 * A Normalize at the base's end is left out: before a linear layer with unit length behind it, it changes nothing.
 *
 * @returns the bundle as a reader sees it
 * @throws {AttuneError} as writeStaticBundle; SHAPE_MISMATCH when the weight does not fit the base
 */
export async function writeDenseBundle(options: DenseBundleOptions): Promise<BundleInfo> {
  const { base, weight } = options;
  const outFeatures = options.outFeatures ?? base.dim;
  if (weight.length !== outFeatures * base.dim) {
    throw new AttuneError(
      'SHAPE_MISMATCH',
      `Expected weight to hold ${outFeatures} x ${base.dim} numbers (outFeatures x the dim of ${base.name}), but ` +
        `received ${weight.length}.`,
    );
  }
  const before = await readModules(new BundleFiles(base.path));
  if (before.at(-1)?.type === 'Normalize') before.pop();
  const dense: Module = { type: 'Dense', path: `${before.length}_Dense` };
  const normalize: Module = { type: 'Normalize', path: `${before.length + 1}_Normalize` };
  const tensor = {
    key: 'linear.weight',
    shape: [outFeatures, base.dim],
    values: weight,
    dtype: 'F32' as const,
  };
  const documentFields = options.documentFields ?? base.preprocessing.documentFields;
  return writeBundle(options, documentFields, async (folder) => {
    await copyModel(base, folder, before);
    await writeModules(folder, [...before, dense, normalize]);
    await writeText(folder, `${dense.path}/config.json`, json(denseConfig(base.dim, outFeatures)));
    await writeFile(join(folder, dense.path, weightsFile), serializeSafetensors([tensor], { format: 'pt' }));
  });
}

async function writeBundle(
  options: WriteOptions,
  documentFields: readonly string[] = defaultDocumentFields,
  writeModel: (folder: string) => Promise<void>,
): Promise<BundleInfo> {
  const { lineage = {}, card = {}, force = false } = options;
  const path = resolve(options.path);
  let manifest: Manifest | undefined;
  const fill = async (folder: string) => {
    await writeModel(folder);
    const plain = await readBundle(folder);
    manifest = await manifestOf(plain, [...documentFields], lineage);
    await writeText(folder, manifestFile, serializeManifest(manifest));
    const info = { ...plain, ...manifest };
    await writeText(folder, 'README.md', modelCard(info, card.title ?? basename(path), card, lineage));
  };
  await checkTarget(path, force);
  await placeFolder(path, fill, { force });
  const { model, head, tokenizer, files, ...info } = await readBundle(path);
  return info;
}

/** The bundle's own digests with these document fields, and what its encoder gives for the golden inputs. */
async function manifestOf(bundle: Bundle, documentFields: string[], lineage: Lineage): Promise<Manifest> {
  const preprocessing = { ...bundle.preprocessing, documentFields };
  const digests = { ...bundle.digests, preprocessing: preprocessingDigest(preprocessing) };
  const vectors = await Encoder.fromBundle(bundle).encodeByRole(goldenInputs);
  const golden = goldenInputs.map((input, i) => ({
    ...input,
    vector: vectors.slice(i * bundle.dim, (i + 1) * bundle.dim),
  }));
  return {
    format: manifestFormat,
    preprocessing,
    fingerprint: fingerprintOf(digests),
    digests,
    golden,
    lineage,
  };
}

/** @throws {AttuneError} FILE_EXISTS when there is something already, but for a bundle with `force` */
async function checkTarget(path: string, force: boolean): Promise<void> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  if (!force) {
    throw new AttuneError('FILE_EXISTS', `${path} exists already and is not overwritten without force.`);
  }
  if (await isBundle(path)) return;
  throw new AttuneError(
    'FILE_EXISTS',
    `${path} exists and is no bundle: it is not replaced, even with force.`,
  );
}

async function isBundle(path: string): Promise<boolean> {
  return stat(join(path, modulesFile)).then(
    (info) => info.isFile(),
    () => false,
  );
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function writeText(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Type names of before 5.4, which sentence-transformers 6 reads too. */
const typeNames: Record<ModuleType, string> = {
  Transformer: 'sentence_transformers.models.Transformer',
  StaticEmbedding: 'sentence_transformers.models.StaticEmbedding',
  Pooling: 'sentence_transformers.models.Pooling',
  Dense: 'sentence_transformers.models.Dense',
  Normalize: 'sentence_transformers.models.Normalize',
};

async function writeModules(folder: string, modules: readonly Module[]): Promise<void> {
  const list = modules.map(({ type, path }, idx) => ({
    idx,
    name: String(idx),
    path,
    type: typeNames[type],
  }));
  await writeText(folder, modulesFile, json(list));
  for (const { type, path } of modules) {
    // Not empty, because git and zip drop empty folders.
    if (type === 'Normalize') await writeText(folder, `${path}/config.json`, json(featureNames));
  }
}

const featureNames = { module_input_name: 'sentence_embedding', module_output_name: 'sentence_embedding' };

function denseConfig(inFeatures: number, outFeatures: number) {
  return {
    in_features: inFeatures,
    out_features: outFeatures,
    bias: false,
    activation_function: 'torch.nn.modules.linear.Identity',
  };
}

function sentenceTransformers(prompts: Preprocessing['prompts']) {
  return {
    model_type: 'SentenceTransformer',
    prompts,
    default_prompt_name: null,
    similarity_fn_name: 'cosine',
  };
}

/** For static tables sentence-transformers follows the truncation in tokenizer.json, so it is set there. */
function tokenizerWith(tokenizerJson: string, maxTokens: number | null): string {
  const { value } = JsonFields.parse(tokenizerJson, tokenizerFile);
  const truncation =
    maxTokens === null
      ? null
      : { direction: 'Right', max_length: maxTokens, strategy: 'LongestFirst', stride: 0 };
  return JSON.stringify({ ...value, truncation, padding: null });
}

/** Files that Python wants beside those that Attune reads. */
const companions = [
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'sentencepiece.bpe.model',
];

/** The base's files, but for those that are written anew. */
async function copyModel(base: Bundle, folder: string, modules: readonly Module[]): Promise<void> {
  const kept = (name: string) =>
    modules.some(({ type, path }) => type !== 'Normalize' && path !== '' && name.startsWith(`${path}/`));
  const read = base.files.filter((name) => !name.includes('/') || kept(name));
  const names = new Set([...read, ...companions, sentenceTransformersConfig]);
  for (const anew of [modulesFile, manifestFile]) names.delete(anew);
  for (const name of names)
    await copyBaseFile(join(base.path, name), join(folder, name), base.files.includes(name));
}

async function copyBaseFile(from: string, to: string, isNeeded: boolean): Promise<void> {
  const isFile = await stat(from).then(
    (info) => info.isFile(),
    () => false,
  );
  if (!isFile) {
    if (isNeeded)
      throw new AttuneError('FILE_NOT_FOUND', `${from} was there when the base was read, and is gone.`);
    return;
  }
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, 0o644); // the copy of a read-only model can be replaced
}
