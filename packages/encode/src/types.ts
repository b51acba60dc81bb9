import type { NativeHead, Pooling, TransformerConfig } from '@attune/binding';

/** Which side of a search a text is on. Queries and documents may have different prompts. */
export type Role = 'query' | 'document';

/**
 * What happens to a text before the tokeniser sees it, and how many of its tokens are kept. Trainer, indexer and
 * server take it from the bundle, so that they cannot differ.
 */
export interface Preprocessing {
  /** Put before every text of that role, exactly as written: a space that belongs there is part of the prompt. */
  prompts: Record<Role, string>;
  /** Tokens kept of a text, special tokens included; null keeps all. */
  maxTokens: number | null;
  /** The fields of a document, in the order in which their texts are joined by one space. Blank ones are left out. */
  documentFields: string[];
}

/** Texts as token ids, packed: text i is ids[offsets[i]] up to, not including, ids[offsets[i + 1]]. */
export interface TokenizedTexts {
  ids: Int32Array;
  /** texts + 1 entries, the first 0, never falling. */
  offsets: Uint32Array;
}

/** A table of token vectors; a text is the mean of its tokens' rows. */
export interface StaticModel {
  kind: 'static';
  /** float32, [rows, dim] */
  table: Float32Array;
  rows: number;
  dim: number;
}

/** A transformer of the BERT family. */
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

/** Where a bundle comes from. Everything is optional, because a bundle of other tools says nothing of it. */
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
  fingerprint: string;
  digests: Digests;
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
  digests: Digests;
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

/** What a Tokenizer is made of. */
export interface TokenizerSettings {
  /** Content of tokenizer.json. Its own truncation and padding are not used. */
  json: string;
  /** [CLS] and [SEP] and the like: wanted by transformers, not by static tables. */
  addSpecialTokens: boolean;
  maxTokens: number | null;
  /** The end of a long text that is cut off. */
  truncationSide: 'left' | 'right';
  /** Lower-case every text first, as do_lower_case of sentence-transformers does. */
  lowercase: boolean;
  /** Rows of the model's token table: an id must be below it. */
  rows: number;
}
