/**
 * What the two threads of a generation say to each other: the searching thread, which answers, and the indexing thread, which makes what
 * is searched. Everything is plain data; large arrays of numbers are handed over, not copied.
 */
import type { Preprocessing, TokenizedTexts, TokenizerSettings } from '@attune/encode';
import type { LoadedBase, SegmentsUpdate, ShownSegments } from '@attune/search';
import type { MadeVectors, PlainError, ReleaseWork } from './messages.js';

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

export type IndexingRequest =
  /** Continues from a base that is there. */
  | { kind: 'adopt'; base: LoadedBase }
  /** All documents as one base. */
  | { kind: 'rebuild' }
  /** What was written since. */
  | { kind: 'refresh'; shown: ShownSegments }
  | { kind: 'close' };

export interface IndexingReplies {
  adopt: undefined;
  rebuild: SegmentsUpdate;
  /** Undefined when nothing was. */
  refresh: SegmentsUpdate | undefined;
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
