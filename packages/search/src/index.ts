/**
 * Exact vector search.
 *
 * @example
 * const index = new FlatIndex({ dim: 384, metric: 'cosine' });
 * index.add(vectors);                                                // Float32Array, [n, 384]
 * const { rows, scores } = await index.search(queries, { k: 10 });   // [queries, 10], best first
 */

// Vector indexes.
export { FlatIndex, type FlatIndexOptions, type LoadFlatIndexOptions } from './flat-index.js';

// What every index takes and gives.
export type { Hits, IndexOptions, Metric, RowSet, SearchOptions, VectorIndex } from './types.js';
