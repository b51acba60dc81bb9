import type { Document, Filter, ScoreModifiers } from '@attune/schema';
import type { SearchMode } from '@attune/search';

/** `text`, `vector` or both; with a vector, the text is only searched by words. */
export interface SearchRequest {
  text?: string | undefined;
  /** float32, [dim], from the model in service. */
  vector?: Float32Array | undefined;
  mode?: SearchMode | undefined;
  /** Hits wanted, 1 to 1,000. */
  limit: number;
  /** Hits left out before them, 0 to 10,000. */
  offset?: number | undefined;
  filter?: Filter | undefined;
  modifiers?: ScoreModifiers | undefined;
  /** Keeps the query and what was shown, so that events may cite it. True unless set. */
  record?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

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
  /** Whether it is answering: false while its index is being opened or rebuilt. */
  ready: boolean;
}
