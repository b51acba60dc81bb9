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

/** Rows that belong to each of several queries: those of query i are rows[offsets[i]] up to, not including, rows[offsets[i + 1]]. */
export interface RowLists {
  /** [total], row numbers in the order of adding; a row may come more than once */
  rows: Int32Array;
  /** [queries + 1], from 0 to total, never falling */
  offsets: Uint32Array;
}

export interface VectorIndex {
  /** Names the format of its file. */
  readonly kind: string;
  /** Whether a search finds the true nearest. */
  readonly isExact: boolean;
  readonly dim: number;
  readonly metric: Metric;
  /** Rows stored. */
  readonly count: number;
  /** @param vectors float32, [n, dim] */
  add(vectors: Float32Array): void;
  /** @param queries float32, [queries, dim] */
  search(queries: Float32Array, options: SearchOptions): Promise<Hits>;
  /**
   * Scores of given rows, bit for bit as a search gives them.
   *
   * @param queries  float32, [queries, dim]
   * @returns float32, [total]
   */
  scoresOf(queries: Float32Array, lists: RowLists, options?: WorkOptions): Promise<Float32Array>;
  save(path: string): Promise<void>;
}
