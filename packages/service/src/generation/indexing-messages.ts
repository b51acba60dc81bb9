/**
 * What the two threads of a generation say to each other: the searching thread, which answers, and the indexing thread, which makes what
 * is searched. Everything is plain data; large arrays of numbers are handed over, not copied.
 */
import type { Preprocessing, TokenizedTexts, TokenizerSettings } from '@attune/encode';
import type { RowSet, TermCounts } from '@attune/search';
import type { MadeVectors, PlainError, ReleaseWork } from './messages.js';
import type { SegmentColumns } from './segment-columns.js';
import type { TextColumnData } from './text-column.js';

/** Handed to the indexing thread at its start. */
export interface IndexingStart {
  release: ReleaseWork;
  encoder: EncoderFacts;
  /** As ThreadStart has it. */
  stop: SharedArrayBuffer;
}

/** What is to be known of an encoder to prepare texts for it. */
export interface EncoderFacts {
  fingerprint: string;
  kind: 'static' | 'transformer';
  dim: number;
  preprocessing: Preprocessing;
  tokenizer: TokenizerSettings;
}

/** A base that came from its files. */
export interface LoadedBase {
  key: number;
  ids: TextColumnData;
  termCounts: TermCounts;
  /** Of the last write that is in it. */
  sequence: number;
}

/** What the searching thread has. */
export interface Seen {
  sequence: number;
  /** Of its segments. */
  keys: number[];
}

/** What searches are to see from now on. */
export interface IndexUpdate {
  /** Of the last write that is in it. */
  sequence: number;
  /** Rows that are not in the base, or no longer. */
  tailRows: number;
  /** All segments, in the order of their rows; the first is the base. */
  segments: SegmentUpdate[];
}

export interface SegmentUpdate {
  key: number;
  /** Rows that count; undefined: all. */
  live: RowSet | undefined;
  /** How many these are. */
  documents: number;
  /** Undefined where the searching thread has it. */
  columns: SegmentColumns | undefined;
}

export type IndexingRequest =
  /** Goes on from a base that is there. */
  | { kind: 'adopt'; base: LoadedBase }
  /** All documents as one base. */
  | { kind: 'rebuild' }
  /** What was written since. */
  | { kind: 'refresh'; seen: Seen }
  | { kind: 'close' };

export interface IndexingReplies {
  adopt: undefined;
  rebuild: IndexUpdate;
  /** Undefined when nothing was. */
  refresh: IndexUpdate | undefined;
  close: undefined;
}

/** What the indexing thread asks for: the searching thread holds the encoder and hears from the store. */
export type Wish = { kind: 'encode'; tokens: TokenizedTexts } | { kind: 'keep'; made: MadeVectors };

export interface WishReplies {
  /** float32, [texts, dim] */
  encode: Float32Array;
  keep: undefined;
}

export type ToIndexing =
  | { id: number; request: IndexingRequest }
  | { wish: number; value: WishReplies[keyof WishReplies] }
  | { wish: number; error: PlainError };

export type FromIndexing =
  | { kind: 'progress'; done: number; total: number }
  | { kind: 'wish'; id: number; wish: Wish }
  | { kind: 'answer'; id: number; value: IndexingReplies[keyof IndexingReplies] }
  | { kind: 'refusal'; id: number; error: PlainError };

/** Where the file of the indexing thread is, from the sources and from what is built of them. */
export const indexingThreadFile = new URL('../../dist/generation/indexing-thread.js', import.meta.url);
