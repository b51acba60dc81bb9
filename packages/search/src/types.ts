import type { WorkOptions } from '@attune/binding';

/** `cosine` normalises what is added and asked; `innerProduct` takes rows as they are; `l2` is squared distance. */
export type Metric = 'cosine' | 'innerProduct' | 'l2';

export interface IndexOptions {
  /** Numbers in a vector. */
  dim: number;
  metric: Metric;
}

/** The best rows of each query. A query with fewer than k answers has rows of -1 (and scores of -Infinity) at its end. */
export interface Hits {
  /** [queries, k], row numbers in the order of adding */
  rows: Int32Array;
  /** [queries, k], higher is better, never rising within a query; equal scores come in the order of their rows */
  scores: Float32Array;
  k: number;
}

/** A set of rows as bits: bit (row % 32) of word (row / 32). */
export type RowSet = Uint32Array;

export interface SearchOptions extends WorkOptions {
  k: number;
  /** Only these rows may answer. */
  allowed?: RowSet | undefined;
}

export interface VectorIndex {
  readonly dim: number;
  readonly metric: Metric;
  /** Rows stored. */
  readonly count: number;
  /** @param vectors float32, [n, dim] */
  add(vectors: Float32Array): void;
  /** @param queries float32, [queries, dim] */
  search(queries: Float32Array, options: SearchOptions): Promise<Hits>;
  save(path: string): Promise<void>;
}
