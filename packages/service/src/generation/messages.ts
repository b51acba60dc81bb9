/**
 * What the thread that serves HTTP and the thread of a generation say to each other. Everything is plain data; large arrays of
 * numbers are handed over, not copied.
 */
import type { TokenizedTexts } from '@attune/encode';
import type { LexicalSettings, SearchSpec } from '@attune/search';

/** Handed to the thread at its start. */
export interface ThreadStart {
  /** Folder of the bundle. */
  bundle: string;
  /** Undefined: a thread that only encodes. */
  release: ReleaseWork | undefined;
  /** One number, not 0 once the thread is to end without saving: long work looks at it, for it hears no message meanwhile. */
  stop: SharedArrayBuffer;
  /** Copies the bundle to this folder, which it makes, and compares the copy. */
  copyTo?: string | undefined;
}

/** What a thread needs to hold a release of a collection. */
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

/** Searches of one message, by columns. */
export interface SearchBatch {
  specs: SearchSpec[];
  /** [searches], place in `specs` */
  specOf: number[];
  /** [searches]; '' where a vector is all that was given */
  texts: string[];
  /** [searches], place of the search's vector in `vectors`, -1 where the text is to be encoded */
  vectorOf: number[];
  /** float32, [vectors given, dim] */
  vectors: Float32Array;
  offsets: number[];
  limits: number[];
  /** [searches], whether the ids are wanted beside the hits */
  recorded: boolean[];
}

export interface PlainError {
  code: string;
  message: string;
}

/** One search's answer. */
export type SearchReply = { hitsJson: string; count: number; ids: string[] | undefined } | PlainError;

export interface EmbedBatch {
  role: 'query' | 'document';
  /** Texts of all that ask, one after another; or tokens of one that asks. */
  input: string[] | TokenizedTexts;
}

export interface EmbedReply {
  /** float32, [texts, dim] */
  vectors: Float32Array;
  /** Tokens of each text. */
  tokens: Uint32Array;
}

/** What is known of a generation from outside. */
export interface GenerationState {
  fingerprint: string;
  kind: 'static' | 'transformer';
  dim: number;
  /** Of the last write that searches see. */
  sequence: number;
  /** Documents that searches see. */
  documents: number;
  baseRows: number;
  tailRows: number;
}

export type Request =
  | { kind: 'search'; batch: SearchBatch }
  | { kind: 'embed'; batch: EmbedBatch }
  | { kind: 'refresh' }
  | { kind: 'close'; save: boolean; withinMs: number };

/** What each request is answered with. */
export interface Replies {
  search: SearchReply[];
  embed: EmbedReply;
  refresh: GenerationState;
  close: undefined;
}

export type ToThread = { id: number; request: Request } | { kept: number; error?: PlainError | undefined };

export type FromThread =
  | { kind: 'opened'; state: GenerationState }
  | { kind: 'failed'; error: PlainError }
  | { kind: 'note'; level: 'info' | 'warn'; message: string }
  | { kind: 'progress'; done: number; total: number }
  | { kind: 'vectors'; id: number; fingerprint: string; made: MadeVectors }
  | { kind: 'answer'; id: number; value: Replies[keyof Replies] }
  | { kind: 'refusal'; id: number; error: PlainError };

/** Vectors that the store is to keep. */
export interface MadeVectors {
  ids: string[];
  sequences: number[];
  /** float32, [ids, dim] */
  vectors: Float32Array;
}

/** Where a worker thread's file is, from the sources and from what is built of them. */
export const threadFile = new URL('../../dist/generation/thread.js', import.meta.url);
