// Bundles: model folders in sentence-transformers' layout.
export { bundleFileNames, copyBundle } from './bundle/copy-bundle.js';
export { findBundle, findNamedBundle } from './bundle/find-bundle.js';
export { type ReadBundleOptions, readBundle, withMaxTokens } from './bundle/read-bundle.js';
export type {
  Bundle,
  BundleInfo,
  ChosenSearch,
  Digests,
  GoldenVector,
  Lineage,
  Manifest,
  SearchChoice,
  StaticModel,
  TransformerModel,
} from './bundle/types.js';

// A loaded bundle.
export { type EncodeOptions, Encoder, type LoadOptions, type TableOptions } from './encoder.js';
export { textsTogether } from './texts-together.js';

// From documents and queries to texts, and from texts to tokens.
export {
  countDocumentText,
  type DocumentInput,
  type DocumentTextCounts,
  type DocumentTexts,
  documentText,
  documentTextNotes,
  documentTexts,
  noDocumentTexts,
} from './text/document-text.js';
export { promptedText } from './text/prompted-text.js';
export { Tokenizer } from './text/tokenizer.js';
export type { Preprocessing, Role, TokenizerSettings } from './text/types.js';
export type { Precision, TokenizedTexts } from '@attune/binding';
export { withSingularWords } from './text/word-forms.js';

// Whether a model can read the texts.
export { type Coverage, measureCoverage } from './coverage/coverage.js';
export {
  cannotRead,
  coverageLimits,
  coverageNote,
  coverageNotes,
  type Reading,
  refuseUnknown,
} from './coverage/coverage-note.js';
export { type EqualVectors, equalVectors } from './coverage/equal-vectors.js';

// Bundles to write.
export { type DenseBundleOptions, writeDenseBundle } from './write/dense-bundle.js';
export type { ModelCard } from './write/model-card.js';
export { recordPrecision } from './write/record-precision.js';
export { recordSearch } from './write/record-search.js';
export { type StaticBundleOptions, writeStaticBundle } from './write/static-bundle.js';
export { type TransformerBundleOptions, writeTransformerBundle } from './write/transformer-bundle.js';
export type { WriteOptions } from './write/write-bundle.js';

// Files of tensors, and matrices for NumPy.
export { readNpy, writeNpy } from './files/npy.js';
export {
  SafetensorsFile,
  safetensorsParts,
  serializeSafetensors,
  type TensorToWrite,
} from './files/safetensors.js';
