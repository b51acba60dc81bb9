import type { Coverage, Preprocessing, TokenizedTexts, TokenizerSettings } from '@attune/encode';
import type { LoadedBase, SegmentsUpdate, ShownSegments } from '@attune/search';
import type { MadeVectors, Note, Progress, ReleaseWork } from './searching-protocol.js';

/** What the searching thread of a generation and its indexing thread, which makes what is searched, say to each other. */
export interface IndexingProtocol {
  open: (start: IndexingStart) => void;
  worker: {
    /** The store, and the last write to the collection. */
    store: () => { id: string; lastSequence: number };
    /** Continues from a base that is there. */
    adopt: (base: LoadedBase) => void;
    /** All documents as one base. */
    rebuild: () => SegmentsUpdate;
    /** What was written since; undefined when nothing was. */
    refresh: (shown: ShownSegments) => SegmentsUpdate | undefined;
  };
  parent: {
    /** Float32, [texts, dim]: the searching thread holds the encoder. */
    encode: (tokens: TokenizedTexts) => Float32Array;
    /** Gives vectors to the store, by way of the thread that serves HTTP. */
    keep: (made: MadeVectors) => void;
    progress: (progress: Progress) => void;
    coverage: (coverage: Coverage) => void;
    note: (note: Note) => void;
  };
}

export interface IndexingStart {
  release: ReleaseWork;
  encoder: EncoderFacts;
}

/** What is to be known of an encoder to prepare texts for it. */
export interface EncoderFacts {
  fingerprint: string;
  kind: 'static' | 'transformer';
  dim: number;
  preprocessing: Preprocessing;
  tokenizer: TokenizerSettings;
}
