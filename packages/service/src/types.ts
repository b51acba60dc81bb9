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
  /** Documents that searches see by now; below `documents` while writes are being indexed. */
  indexed: number;
  /** Those of them that have no text: no search finds them. */
  withoutText: number;
  /**
   * Of what they say, the share that the model does not know, 0 to 1, by a sample. Null until it was looked at: when all are read, which is when
   * a release begins, and not when its index is opened from files.
   */
  unknownShare: number | null;
  /** What is to be told of it, such as that its model cannot read the documents. */
  notes: string[];
  /** Whether it is answering: false while its index is being opened or rebuilt. */
  ready: boolean;
}
