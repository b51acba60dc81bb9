import type { NativeHead, Pooling, Precision, TransformerConfig } from '@attune/binding';
import type { Preprocessing, Role, TokenizerSettings } from '../text/types.js';

/** A table of token vectors; a text is the mean of its tokens' rows. */
export interface StaticModel {
  kind: 'static';
  /** float32, [rows, dim] */
  table: Float32Array;
  rows: number;
  dim: number;
}

/** A transformer of the BERT family, or a ModernBERT. */
export interface TransformerModel {
  kind: 'transformer';
  config: TransformerConfig;
  /** By Hugging Face's names without the prefix of the architecture, such as `encoder.layer.0.output.dense.weight`. */
  tensors: Record<string, Float32Array>;
  pooling: Pooling;
  dim: number;
}

/** SHA-256 of each part of a bundle that decides its vectors, in hex; how each is made is said in fingerprint.ts. */
export interface Digests {
  weights: string;
  tokenizer: string;
  modules: string;
  preprocessing: string;
}

/** How words count beside a model, and what that was chosen by. No vector depends on it, so no fingerprint covers it. */
export interface ChosenSearch {
  /** As LexicalSettings of @attune/search; opaque here. */
  settings: object;
  /** As Choice of @attune/evaluate. */
  choices: SearchChoice[];
}

export interface SearchChoice {
  what: string;
  chosen: string;
  metric: string;
  /** On which queries. */
  on: string;
  queryCount: number;
  tried: { name: string; value: number }[];
}

/** Where a bundle comes from. Everything is optional, because other tools do not record it. */
export interface Lineage {
  /** Fingerprint of the bundle that this one was trained or distilled from. */
  base?: string | undefined;
  /** The base as a person would name it. */
  baseName?: string | undefined;
  /** SHA-256 of the dataset. */
  dataset?: string | undefined;
  /** The recipe that was chosen and its settings, as the trainer describes it. */
  recipe?: unknown;
  seed?: number | undefined;
  /** Version of the code that made the bundle. */
  code?: string | undefined;
  /** Figures, as the evaluation describes them. */
  evaluation?: unknown;
  /** Settings that an index or a collection takes over with the model. */
  search?: ChosenSearch | undefined;
}

/** An input whose vector was kept when the bundle was written. */
export interface GoldenVector {
  role: Role;
  text: string;
  /** float32, [dim] */
  vector: Float32Array;
}

/** What Attune adds to a sentence-transformers folder: the content of attune.json. */
export interface Manifest {
  format: 1;
  preprocessing: Preprocessing;
  /** In which the bundle is loaded unless a load says otherwise; 'f32' where nothing is stated. */
  precision?: Precision | undefined;
  fingerprint: string;
  digests: Digests;
  /** Those of 'f32', whatever the precision. */
  golden: GoldenVector[];
  lineage: Lineage;
}

/** A bundle without its weights. */
export interface BundleInfo {
  /** Absolute path of the folder; '' when the encoder was made in memory. */
  path: string;
  name: string;
  kind: 'static' | 'transformer';
  /** Numbers in a vector. */
  dim: number;
  preprocessing: Preprocessing;
  precision: Precision;
  digests: Digests;
  /** Of the digests and the precision. */
  fingerprint: string;
  /** Undefined for a plain sentence-transformers folder. */
  manifest: Manifest | undefined;
}

/** A bundle as read from its folder, weights included. */
export interface Bundle extends BundleInfo {
  model: StaticModel | TransformerModel;
  head: NativeHead;
  tokenizer: TokenizerSettings;
  /** Every file that was read, relative to the folder, with `/`. */
  files: string[];
}
