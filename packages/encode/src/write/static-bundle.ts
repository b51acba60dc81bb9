import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { tokenizerFile } from '../bundle/read-bundle.js';
import type { BundleInfo } from '../bundle/types.js';
import { JsonFields } from '../files/json-fields.js';
import { serializeSafetensors } from '../files/safetensors.js';
import type { Module } from '../sentence-transformers/modules.js';
import { sentenceTransformersConfig } from '../sentence-transformers/text-settings.js';
import { weightsFile } from '../sentence-transformers/weights.js';
import type { Preprocessing } from '../text/types.js';
import { json, writeModules, writeText } from './layout.js';
import { type WriteOptions, writeBundle } from './write-bundle.js';

export interface StaticBundleOptions extends WriteOptions {
  /** float32, [rows, dim] */
  table: Float32Array;
  dim: number;
  /** Content of tokenizer.json. Its truncation is set to `maxTokens`, its padding is taken out. */
  tokenizerJson: string;
  /** What the table is stored as; `f16` halves the file and rounds each number to the nearest. f32 unless you set it. */
  dtype?: 'f16' | 'f32' | undefined;
  preprocessing?: Partial<Preprocessing> | undefined;
  /** Unit length at the end; true unless you set it. */
  normalize?: boolean | undefined;
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
  return writeBundle(options, options.preprocessing?.documentFields ?? [], async (folder) => {
    await writeModules(folder, modules);
    await writeText(folder, tokenizerFile, tokenizerWith(options.tokenizerJson, maxTokens));
    await writeText(folder, sentenceTransformersConfig, json(sentenceTransformers(prompts)));
    await writeFile(join(folder, weightsFile), serializeSafetensors([tensor], { format: 'pt' }));
  });
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
