/** Distillation: what a slow model knows of single texts, put into a table of token vectors. */
import { addon, runWork, type WorkOptions } from '@attune/binding';
import type { TokenizedTexts } from '@attune/encode';
import { type Encoder, Tokenizer } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { applyMap } from './apply-map.js';
import { addOuterProducts, multiply, nearestOrthogonal } from './orthogonal-map.js';
import { principalComponents, project } from './principal-components.js';
import type { Recipe } from './recipe/recipe.js';
import { distillStatic } from './static.js';
import { staticTokenizer } from './static-tokenizer.js';
import { textVectors, tokenVectors } from './teacher-vectors.js';

/** What distillation does, in this order. */
export type DistillPhase = 'tokens' | 'texts' | 'targets' | 'regression';

export interface DistillOptions {
  /** The model to learn from. It is read with its own limit of tokens: load it with a smaller one to be quicker. */
  teacher: Encoder;
  /** Texts of the kind that the table is for, each different one once. Without any, the table is what its tokens say. */
  texts?: Iterable<string> | AsyncIterable<string> | undefined;
  /** Numbers in a vector: at most the teacher's. */
  dim: number;
  /** Which of the teacher's tokens the table has; all of them unless set. WordPiece only. */
  keepToken?: ((token: string) => boolean) | undefined;
  /** A tokeniser of the table's own, instead of the teacher's, of whose tokens `keepToken` is asked. */
  vocabulary?: DistillVocabulary | undefined;
  /** How the table learns from the texts, where it differs from `distillRecipe`. */
  recipe?: Partial<Recipe> | undefined;
  /** Decides the order of the texts and nothing else. A whole number from 0 to 2^32 - 1; 0 unless set. */
  seed?: number | undefined;
  /** Gives the teacher's vectors of texts, float32, [texts, teacher.dim]: for callers who keep them. */
  encodeTexts?: ((texts: readonly string[]) => Promise<Float32Array>) | undefined;
  signal?: AbortSignal | undefined;
  /** Counts tokens, texts, steps. */
  onProgress?: ((progress: { phase: DistillPhase; done: number; total: number }) => void) | undefined;
}

/** A tokeniser that is not the teacher's: what each row says is learned from a text. */
export interface DistillVocabulary {
  /** Content of tokenizer.json. It adds no special tokens. */
  json: string;
  /** What the teacher reads for each row, in the order of the ids: the most frequent first. */
  texts: readonly string[];
}

export interface DistillResult {
  /** float32, [rows, dim]; a text is the mean of its tokens' rows, at unit length */
  table: Float32Array;
  dim: number;
  /** Content of tokenizer.json, for this table. */
  tokenizerJson: string;
  /** Mean of 1 - cosine to the teacher over the texts: of each epoch. Empty without texts. */
  losses: number[];
  /** The same before the first epoch, over the texts that the rotation is found from; undefined without texts. */
  initialLoss: number | undefined;
  /** As it was used; undefined without texts. */
  recipe: Recipe | undefined;
}

/** Chosen on Home Depot's dev queries and on icons (2026-11), for three hundred thousand short texts. */
export const distillRecipe: Readonly<Recipe> = {
  tier: 'static',
  // Of contrastive training; a regression has none.
  temperature: 1,
  learningRate: 0.03,
  learningRateUnit: 'meanEntry',
  batch: 1024,
  epochs: 3,
  warmup: 0.05,
  pull: 0,
  adam: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
  crops: { perDocument: 0, weight: 0 },
  patience: 3,
};

/**
 * Axes, a mean and a rotation have at most a hundred thousand numbers each: that many texts decide them to well below
 * what the regression moves, in a fraction of the time of all.
 */
const sampledTexts = 65_536;

/**
 * Makes a static token table of another model.
 *
 * 1. Each token alone, as the teacher sees it, or the text of each row of an own vocabulary; less the mean, along the axes of
 *    largest variance, times log(1 + id): in vocabularies sorted by frequency the rare tokens are the telling ones. Without texts the table stays so, which is
 *    weaker by far: words that the teacher reads in context are no sums of what it says of them alone.
 * 2. Targets: the teacher's vector of each text, less the mean of all, at unit length, along their main axes, at unit
 *    length again. The mean is what all texts share, which ranks nothing.
 * 3. The table is rotated to where its texts lie nearest to the targets (orthogonal Procrustes).
 * 4. Each text's vector is moved towards its target: distillStatic, 1 - cosine.
 *
 * The same input and seed give the same bits on one level of the CPU, whatever the number of threads.
 *
 * @throws {AttuneError} INVALID_ARGUMENT when dim is above the teacher's, or `keepToken` does not suit the tokeniser;
 *   DATA_EMPTY when texts are given but there is none; CANCELLED
 * @see Schönemann 1966, https://doi.org/10.1007/BF02289451, for the rotation
 */
export async function distillEncoder(options: DistillOptions): Promise<DistillResult> {
  const { teacher, dim, signal } = options;
  if (!Number.isSafeInteger(dim) || dim < 1 || dim > teacher.dim) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected dim to be a whole number from 1 to ${teacher.dim}, the dim of ${teacher.bundle.name}, but received ${dim}.`,
    );
  }
  const work = (phase: DistillPhase): WorkOptions => ({
    signal,
    onProgress: ({ done, total }) => options.onProgress?.({ phase, done, total }),
  });
  const { json, ranks, tokens } = options.vocabulary
    ? await ownRows(teacher, options.vocabulary, work('tokens'))
    : await teacherRows(teacher, options.keepToken, work('tokens'));
  const initial = initialTable(tokens, teacher.dim, ranks, dim);
  if (options.texts === undefined) {
    return {
      table: initial,
      dim,
      tokenizerJson: json,
      losses: [],
      initialLoss: undefined,
      recipe: undefined,
    };
  }
  const tokenizer = new Tokenizer({
    json,
    addSpecialTokens: false,
    maxTokens: teacher.tokenizer.settings.maxTokens,
    truncationSide: teacher.tokenizer.settings.truncationSide,
    lowercase: false,
    rows: ranks.length,
  });
  const texts = await readTexts(options.texts);
  const encodeTexts = options.encodeTexts ?? ((all) => textVectors(teacher, all, work('texts')));
  const vectors = await encodeTexts(texts);
  if (vectors.length !== texts.length * teacher.dim) {
    throw new AttuneError(
      'SHAPE_MISMATCH',
      `Expected encodeTexts to give ${texts.length} x ${teacher.dim} numbers, but received ${vectors.length}.`,
    );
  }
  const tokenized = await tokenizer.tokenize(texts, { signal });
  const targets = await targetsOf(vectors, teacher.dim, dim, work('targets'));
  const { table, loss } = await rotated(initial, tokenized, targets, dim, signal);
  const recipe: Recipe = {
    ...distillRecipe,
    // At least four batches an epoch.
    batch: Math.max(1, Math.min(distillRecipe.batch, Math.ceil(texts.length / 4))),
    ...options.recipe,
  };
  const trained = await distillStatic({
    table,
    dim,
    texts: tokenized,
    targets,
    recipe,
    seed: options.seed ?? 0,
    signal,
    onProgress: ({ step, steps }) => options.onProgress?.({ phase: 'regression', done: step, total: steps }),
  });
  return {
    table: trained.model,
    dim,
    tokenizerJson: json,
    losses: trained.losses,
    initialLoss: loss,
    recipe,
  };
}

/** What a table begins with. */
interface TableRows {
  /** Content of tokenizer.json. */
  json: string;
  /** Of each row: how many tokens are more frequent, about. */
  ranks: Int32Array;
  /** float32, [rows, teacher.dim] */
  tokens: Float32Array;
}

async function teacherRows(
  teacher: Encoder,
  keepToken: DistillOptions['keepToken'],
  work: WorkOptions,
): Promise<TableRows> {
  const { json, teacherIds } = staticTokenizer(teacher.tokenizer, keepToken);
  return { json, ranks: teacherIds, tokens: await tokenVectors(teacher, teacherIds, work) };
}

async function ownRows(
  teacher: Encoder,
  { json, texts }: DistillVocabulary,
  work: WorkOptions,
): Promise<TableRows> {
  const ranks = Int32Array.from(texts.keys());
  return { json, ranks, tokens: await textVectors(teacher, texts, work) };
}

async function readTexts(source: Iterable<string> | AsyncIterable<string>): Promise<string[]> {
  const texts: string[] = [];
  for await (const text of source) texts.push(text);
  if (texts.length === 0) {
    throw new AttuneError(
      'DATA_EMPTY',
      'Expected texts to distil with, but there is none. Leave them out to use tokens alone.',
    );
  }
  return texts;
}

/**
 * @param vectors  float32, [rows, teacherDim]: each token alone
 * @returns float32, [rows, dim]
 */
function initialTable(
  vectors: Float32Array,
  teacherDim: number,
  ranks: Int32Array,
  dim: number,
): Float32Array {
  const table = project(vectors, teacherDim, principalComponents(vectors, teacherDim, dim));
  for (const [row, rank] of ranks.entries()) {
    const weight = Math.log1p(rank);
    for (let i = row * dim; i < (row + 1) * dim; i++) table[i]! *= weight;
  }
  return table;
}

/** Rows of every k-th text, so that there are at most `sampledTexts`: whichever way texts are sorted, all kinds are in it. */
function sample(vectors: Float32Array, dim: number): Float32Array {
  const rows = vectors.length / dim;
  const stride = Math.ceil(rows / sampledTexts);
  if (stride <= 1) return vectors;
  const result = new Float32Array(Math.ceil(rows / stride) * dim);
  for (let row = 0, to = 0; row < rows; row += stride, to++) {
    result.set(vectors.subarray(row * dim, (row + 1) * dim), to * dim);
  }
  return result;
}

/**
 * @param vectors  float32, [texts, teacherDim]; overwritten
 * @returns float32, [texts, dim], rows of unit length
 */
async function targetsOf(
  vectors: Float32Array,
  teacherDim: number,
  dim: number,
  work: WorkOptions,
): Promise<Float32Array> {
  centreAtUnitLength(vectors, teacherDim);
  const { axes } = principalComponents(sample(vectors, teacherDim), teacherDim, dim);
  // The mean of unit vectors without their mean is nearly zero; it is not taken out again.
  return applyMap(vectors, Float32Array.from(axes), teacherDim, work);
}

/** Each row at unit length, less the mean of all, and at unit length again; a zero row stays zero. */
function centreAtUnitLength(vectors: Float32Array, dim: number): void {
  const rows = vectors.length / dim;
  normalizeRows(vectors, dim);
  const mean = new Float64Array(dim);
  for (let i = 0; i < vectors.length; i += dim)
    for (let j = 0; j < dim; j++) mean[j]! += vectors[i + j]! / rows;
  // One text alone would be nothing less its mean.
  if (rows > 1) {
    for (let i = 0; i < vectors.length; i += dim) for (let j = 0; j < dim; j++) vectors[i + j]! -= mean[j]!;
  }
  normalizeRows(vectors, dim);
}

function normalizeRows(vectors: Float32Array, dim: number): void {
  for (let begin = 0; begin < vectors.length; begin += dim) {
    let squares = 0;
    for (let i = begin; i < begin + dim; i++) squares += vectors[i]! * vectors[i]!;
    const scale = 1 / Math.max(Math.sqrt(squares), 1e-12);
    for (let i = begin; i < begin + dim; i++) vectors[i]! *= scale;
  }
}

/** The table rotated so that texts lie nearest to their targets, and how near: the mean of 1 - cosine. */
async function rotated(
  table: Float32Array,
  texts: TokenizedTexts,
  targets: Float32Array,
  dim: number,
  signal: AbortSignal | undefined,
): Promise<{ table: Float32Array; loss: number }> {
  const own = sample(await tableVectors(table, texts, dim, signal), dim);
  const wanted = sample(targets, dim);
  const cross = new Float64Array(dim * dim);
  addOuterProducts(cross, own, wanted, dim);
  // A trace of the identity decides the directions of which the texts say nothing, when they are fewer than dim.
  const scale = 1e-6 * Math.sqrt(cross.reduce((sum, value) => sum + value * value, 0));
  for (let i = 0; i < dim; i++) cross[i * dim + i]! += scale;
  const rotation = nearestOrthogonal(cross, dim);
  const turned = multiply(own, rotation, dim);
  let cosines = 0;
  for (const [i, value] of turned.entries()) cosines += value * wanted[i]!;
  return { table: multiply(table, rotation, dim), loss: 1 - cosines / (own.length / dim) };
}

/** Vectors of texts by a table: the mean of their tokens' rows, at unit length. float32, [texts, dim] */
function tableVectors(
  table: Float32Array,
  { ids, offsets }: TokenizedTexts,
  dim: number,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const encoder = new addon.StaticEncoder(table, dim, { dense: [], normalize: true });
  return runWork(addon, { signal }, (task) => encoder.encode(ids, offsets, task));
}
