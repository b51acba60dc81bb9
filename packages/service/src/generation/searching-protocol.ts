import type { Coverage } from '@attune/encode';
import type { Filter } from '@attune/schema';
import type { LexicalSettings } from '@attune/search';
import type { PlainError } from '@attune/worker';
import type { EmbedCalls } from '../encoding/embed-batch.js';
import type { SearchBatch } from './search-batch.js';

/** What the thread that serves HTTP and the searching thread of a generation say to each other. */
export interface SearchingProtocol {
  open: (start: SearchingStart) => GenerationState;
  worker: EmbedCalls & {
    search: (batch: SearchBatch) => { replies: SearchReply[]; encoded: EncodedTokens };
    /** Looks a long filter up and remembers its rows. It can be aborted, and has others served in between. */
    filter: (filter: Filter) => void;
    /** Takes in what was written to the store since. */
    refresh: () => GenerationState;
    /** Writes the index files, where what searches see is not in them. */
    save: () => void;
  };
  parent: {
    note: (note: Note) => void;
    /** Documents encoded, of those that have to be encoded now. */
    progress: (progress: Progress) => void;
    /** Gives vectors to the store. */
    keep: (made: MadeVectors) => void;
    /** How much of the documents the model knows, whenever it was looked at. */
    coverage: (coverage: Coverage) => void;
  };
}

export interface SearchingStart {
  /** Folder of the bundle. */
  bundle: string;
  release: ReleaseWork;
}

/** What a generation needs to hold a release of a collection. */
export interface ReleaseWork {
  /** The data folder. */
  data: string;
  collection: string;
  /** Where the index files of this release are, or are to be. */
  indexFolder: string;
  /** The bundle's, as the release says. */
  fingerprint: string;
  lexical: LexicalSettings;
  /** Up to so many documents there is one segment, made anew at every refresh. */
  foldRows: number;
  /** False: made from the store, whatever files there are. */
  useFiles: boolean;
}

/** What is known of a generation from outside. */
export interface GenerationState {
  dim: number;
  /** Of the last write that searches see. */
  sequence: number;
  /** Documents that searches see. */
  documents: number;
  /** Those of them that have no text, and so no vector. */
  withoutText: number;
  baseRows: number;
  tailRows: number;
}

/** A search whose filter takes long, so that the others of its message do not wait for it. */
export const longFilter = 'longFilter';

/** One search's answer: its hits as a JSON array, and their ids where they are wanted. */
export type SearchReply = FoundHits | PlainError | typeof longFilter;

export interface FoundHits {
  hitsJson: string;
  count: number;
  ids: string[] | undefined;
  /** The answer was long enough before its last hit: there are more. */
  isCut: boolean;
}

export interface Note {
  level: 'info' | 'warn';
  message: string;
}

/** Tokens that were encoded, and those of them that stand for what the vocabulary does not have. */
export interface EncodedTokens {
  tokens: number;
  unknownTokens: number;
}

export interface Progress {
  done: number;
  total: number;
}

/** Vectors that the store is to keep. */
export interface MadeVectors {
  ids: string[];
  sequences: number[];
  /** float32, [ids, dim] */
  vectors: Float32Array;
  /** That they were made of. */
  encoded: EncodedTokens;
}
