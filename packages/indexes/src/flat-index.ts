import { addon, type FlatIndex as NativeFlatIndex, runWork, type WorkOptions } from '@attune/binding';
import { checkCount, checkOptions } from '@attune/errors';
import type { Hits, IndexOptions, Metric, RowLists, SearchOptions, VectorIndex } from './types.js';

export interface FlatIndexOptions extends IndexOptions {
  /** Fingerprint of the bundle that makes the vectors. It is saved with them, at most 1,024 bytes; empty unless given. */
  fingerprint?: string | undefined;
}

export interface LoadFlatIndexOptions extends WorkOptions {
  /** Fingerprint of the bundle that will encode the queries: an index of another bundle is refused. */
  expectedFingerprint?: string | undefined;
}

/**
 * Exact search: every query is compared with every row, on all threads of the core.
 *
 * Scores: of `cosine` and `innerProduct` the inner product, of `l2` minus the squared distance. A zero vector scores 0
 * under `cosine`. The answer to a query has the same bits whatever the number of threads and whichever queries are
 * asked with it. What is added or asked is copied at the call; a search, and a save, sees the rows that stood then.
 *
 * Memory: a row takes 4 · dim bytes, and another dim + 12 for the codes that a search screens by.
 */
export class FlatIndex implements VectorIndex {
  readonly kind = 'flat';
  readonly isExact = true;
  readonly dim: number;
  readonly metric: Metric;
  /** Fingerprint of the bundle that makes the vectors; empty when none was given. */
  readonly fingerprint: string;
  #native: NativeFlatIndex;

  /** @throws {AttuneError} INVALID_ARGUMENT when `dim` is not a whole number from 1 to 65,536, or the metric unknown */
  constructor(options: FlatIndexOptions) {
    checkOptions("{ dim: 384, metric: 'cosine' }", options);
    checkCount('dim', options.dim, 65_536);
    this.#native = new addon.FlatIndex(options.dim, options.metric);
    this.dim = this.#native.dim;
    this.metric = this.#native.metric;
    this.fingerprint = options.fingerprint ?? '';
  }

  /**
   * Reads an index that `save` wrote.
   *
   * @throws {AttuneError} FILE_NOT_FOUND or FILE_UNREADABLE; FILE_CORRUPT when a byte is not as it was written;
   *   FORMAT_UNSUPPORTED when a newer Attune wrote it; BUNDLE_MISMATCH, naming both, when another fingerprint is expected
   */
  static async load(path: string, options: LoadFlatIndexOptions = {}): Promise<FlatIndex> {
    const native = await runWork(addon, options, (task) =>
      addon.FlatIndex.load(path, options.expectedFingerprint, task),
    );
    const index = new FlatIndex({ dim: native.dim, metric: native.metric, fingerprint: native.fingerprint });
    index.#native = native;
    return index;
  }

  get count(): number {
    return this.#native.count;
  }

  /**
   * Appends rows, in order: the first ever added is row 0.
   *
   * @param vectors float32, [n, dim]
   * @throws {AttuneError} DIMENSION_MISMATCH; NOT_FINITE, naming the first row that holds NaN or infinity (or, but for
   *   `cosine`, is so long that scores could overflow). Nothing is added then.
   */
  add(vectors: Float32Array): void {
    this.#native.add(vectors);
  }

  /**
   * The best k rows of every query.
   *
   * @param queries float32, [queries, dim]
   * @throws {AttuneError} DIMENSION_MISMATCH, NOT_FINITE (naming the query's row), INVALID_ARGUMENT, CANCELLED
   */
  async search(queries: Float32Array, options: SearchOptions): Promise<Hits> {
    checkOptions('{ k: 10 }', options);
    const { k, allowed } = options;
    checkCount('k', k);
    const { rows, scores } = await runWork(addon, options, (task) =>
      this.#native.search(queries, k, allowed, task),
    );
    return { rows, scores, k };
  }

  /**
   * Scores of given rows, without a search: bit for bit those that `search` answers with.
   *
   * @param queries  float32, [queries, dim]
   * @param lists    the rows of each query
   * @returns float32, [total], the score of rows[i] at i
   * @throws {AttuneError} DIMENSION_MISMATCH, NOT_FINITE (naming the query's row), CANCELLED; INVALID_ARGUMENT when the
   *   offsets do not fit the queries and the rows, or a row does not exist
   */
  async scoresOf(
    queries: Float32Array,
    { rows, offsets }: RowLists,
    options: WorkOptions = {},
  ): Promise<Float32Array> {
    return runWork(addon, options, (task) => this.#native.scores(queries, rows, offsets, task));
  }

  /**
   * Writes the index under a temporary name beside `path`, syncs it, and renames it: `path` is the old file or the new
   * one, whole, whenever the process or the machine stops.
   *
   * @throws {AttuneError} FILE_UNWRITABLE, CANCELLED
   */
  async save(path: string, options: WorkOptions = {}): Promise<void> {
    await runWork(addon, options, (task) => this.#native.save(path, this.fingerprint, task));
  }
}
