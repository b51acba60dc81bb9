/**
 * Model bundles in sentence-transformers' layout: texts in, vectors out.
 *
 * @example
 * import { Encoder } from '@attune/encode';
 * const encoder = await Encoder.load('path/to/bundle');
 * const queries = await encoder.encodeQueries(['desk lamp']);                       // Float32Array, [1, dim]
 * const documents = await encoder.encodeDocuments([{ title: 'Desk lamp, black' }]);  // Float32Array, [1, dim]
 */

// Bundles: model folders in sentence-transformers' layout.
export { type ReadBundleOptions, readBundle, withMaxTokens } from './bundle.js';
// A loaded bundle.
export { Encoder, type LoadOptions, promptedText, type TableOptions } from './encoder.js';
export { findBundle, shippedModels } from './lookup.js';
export type { ModelCard } from './model-card.js';
// Matrices for NumPy.
export { readNpy, writeNpy } from './npy.js';

// Texts to tokens.
export { type DocumentInput, defaultDocumentFields, documentText } from './preprocessing.js';
export { SafetensorsFile, serializeSafetensors, type TensorToWrite } from './safetensors.js';
export { Tokenizer } from './tokenizer.js';
export { withSingularWords } from './word-forms.js';
export type {
  Bundle,
  BundleInfo,
  Digests,
  GoldenVector,
  Lineage,
  Manifest,
  Preprocessing,
  Role,
  StaticModel,
  TokenizedTexts,
  TokenizerSettings,
  TransformerModel,
} from './types.js';
export {
  type DenseBundleOptions,
  type StaticBundleOptions,
  type WriteOptions,
  writeDenseBundle,
  writeStaticBundle,
} from './write.js';
