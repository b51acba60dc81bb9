import type { Document } from '@attune/schema';

export interface SearchHit extends Document {
  /** Higher is better. */
  score: number;
}

/** Model, preprocessing and index that answered: they are one release, so they belong together. */
export interface SearchAnswer {
  /** Cited by events. */
  queryId: string;
  release: number;
  fingerprint: string;
  /**
   * The hits as one JSON array, best first, each as SearchHit: the thread that searches writes it, so that the thread that serves
   * HTTP only passes it on.
   */
  hitsJson: string;
  count: number;
  /** The offset of the next page; null at the end. */
  nextOffset: number | null;
}

export interface CollectionSummary {
  name: string;
  createdAt: number;
  documents: number;
  release: number;
  bundle: string;
  fingerprint: string;
  dim: number;
  /**
   * Documents that searches see by now; below `documents` while writes are being indexed. Of a closed collection all: a search waits until
   * they are taken in.
   */
  indexed: number;
  /** Those of them that have no text: no search finds them. Of a closed collection as it was when it was closed; null before it was ever open. */
  withoutText: number | null;
  /**
   * Of what they say, the share that the model does not know, 0 to 1, by a sample. Null until it was looked at: when all are read, which is when
   * a release begins, and not when its index is opened from files.
   */
  unknownShare: number | null;
  /** What is to be told of it, such as that its model cannot read the documents. */
  notes: string[];
  /**
   * Whether it answers who asks. Also true of a closed collection, which is opened for them; false while it is being opened at the start or
   * after a death, and where it cannot be opened.
   */
  ready: boolean;
}
