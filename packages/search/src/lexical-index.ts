import { AttuneError } from '@attune/errors';
import { type Analyser, type AnalyserName, createAnalyser } from './analyser.js';
import { readLexicalFile, writeLexicalFile } from './lexical-file.js';
import { checkStatistics, type LexicalStatistics, type TermCounts } from './lexical-statistics.js';
import { buildPostings, type Postings } from './postings.js';
import { hasRow } from './row-set.js';
import { TopRows } from './top-rows.js';
import type { Hits, RowSet } from './types.js';

export interface Bm25Parameters {
  /** How much the second and later stand of a term adds; 0 counts a term once. Default 1.2. */
  k1: number;
  /** How much a long document is held back: 0 not at all, 1 in proportion to its length. Default 0.75. */
  b: number;
}

export interface LexicalIndexOptions extends Partial<Bm25Parameters> {
  /** One text a document; row i is text i. */
  texts: Iterable<string>;
  /** Default `english`. */
  analyser?: AnalyserName | undefined;
  /** Of a larger index of the same analyser, so that the scores of both compare. The documents' own unless given. */
  statistics?: LexicalStatistics | undefined;
}

/** An index as plain data, for another thread. */
export interface LexicalColumns extends Bm25Parameters {
  analyser: AnalyserName;
  postings: Postings;
  /** [postings], what each adds to the score of its row */
  impacts: Float32Array;
}

export interface LexicalSearchOptions {
  k: number;
  /** Only these rows may answer. */
  allowed?: RowSet | undefined;
}

/** A query that may be confined to some rows. */
export interface LexicalQuery {
  text: string;
  allowed?: RowSet | undefined;
}

/**
 * Search by words: BM25 over one text a document.
 *
 *     score(query, document) = sum over the query's terms t of
 *         idf(t) * count * (k1 + 1) / (count + k1 * (1 - b + b * length / mean length))
 *     idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5)),  n of the N documents hold t, `count` times in this one
 *
 * A term that stands twice in the query counts twice. What a posting adds to a score is computed when the index is made,
 * so a search only sums. Scores are float32 sums in the order of the query's terms. It runs on the calling thread.
 *
 * @see Robertson, Zaragoza 2009, The Probabilistic Relevance Framework: BM25 and Beyond, with Lucene's idf, which is
 *   never negative
 * @see Lù 2024, BM25S, https://arxiv.org/abs/2407.03618, for scoring when indexing
 */
export class LexicalIndex {
  readonly analyser: AnalyserName;
  readonly k1: number;
  readonly b: number;

  readonly #analyser: Analyser;
  readonly #postings: Postings;
  readonly #idOfTerm: Map<string, number>;
  readonly #foreign: LexicalStatistics | undefined;
  /** [postings], what each adds to the score of its row */
  readonly #impacts: Float32Array;

  // Reserved once: the present query's scores by row, and which rows they are.
  readonly #scores: Float32Array;
  readonly #touched: Uint32Array;
  readonly #top = new TopRows();

  private constructor(
    analyser: Analyser,
    postings: Postings,
    idOfTerm: Map<string, number>,
    { k1 = 1.2, b = 0.75 }: Partial<Bm25Parameters>,
    { foreign, impacts }: { foreign?: LexicalStatistics | undefined; impacts?: Float32Array } = {},
  ) {
    if (!(k1 >= 0 && k1 <= 100)) {
      throw new AttuneError('INVALID_ARGUMENT', `Expected k1 to be between 0 and 100, but received ${k1}.`);
    }
    if (!(b >= 0 && b <= 1)) {
      throw new AttuneError('INVALID_ARGUMENT', `Expected b to be between 0 and 1, but received ${b}.`);
    }
    this.analyser = analyser.name;
    this.k1 = k1;
    this.b = b;
    this.#analyser = analyser;
    this.#postings = postings;
    this.#idOfTerm = idOfTerm;
    this.#foreign = foreign;
    this.#impacts = impacts ?? impactsOf(postings, { k1, b }, foreign ?? this.statistics);
    this.#scores = new Float32Array(postings.lengths.length);
    this.#touched = new Uint32Array(postings.lengths.length);
  }

  static build({ texts, analyser = 'english', k1, b, statistics }: LexicalIndexOptions): LexicalIndex {
    const chosen = createAnalyser(analyser);
    const postings = buildPostings(texts, chosen);
    if (statistics !== undefined) checkStatistics(statistics);
    const parameters = { ...(k1 !== undefined && { k1 }), ...(b !== undefined && { b }) };
    return new LexicalIndex(chosen, postings, idsOf(postings.terms), parameters, { foreign: statistics });
  }

  /** What `columns` gave. */
  static fromColumns({ analyser, k1, b, postings, impacts }: LexicalColumns): LexicalIndex {
    return new LexicalIndex(
      createAnalyser(analyser),
      postings,
      idsOf(postings.terms),
      { k1, b },
      { impacts },
    );
  }

  /**
   * Reads what `save` wrote.
   *
   * @throws {AttuneError} FILE_NOT_FOUND, FILE_UNREADABLE, FILE_CORRUPT for a damaged file, FORMAT_UNSUPPORTED for one that
   *   a later version wrote or that another version's analyser made
   */
  static async load(path: string): Promise<LexicalIndex> {
    const { analyser: name, analyserVersion, k1, b, postings } = await readLexicalFile(path);
    const analyser = createAnalyser(name);
    if (analyser.version !== analyserVersion) {
      throw new AttuneError(
        'FORMAT_UNSUPPORTED',
        `The lexical index ${path} was made by version ${analyserVersion} of the analyser ${name}, but this is version ` +
          `${analyser.version}, which cuts texts otherwise. Build the index again from its documents.`,
      );
    }
    return new LexicalIndex(analyser, postings, idsOf(postings.terms), { k1, b });
  }

  /** Documents indexed. */
  get count(): number {
    return this.#postings.lengths.length;
  }

  /** Distinct terms. */
  get termCount(): number {
    return this.#postings.terms.length;
  }

  /** Not copied: who writes to it, or hands its numbers over, is done with the index. Statistics of another index are not in it. */
  get columns(): LexicalColumns {
    const { analyser, k1, b } = this;
    return { analyser, k1, b, postings: this.#postings, impacts: this.#impacts };
  }

  /** Of these documents themselves, for an index of a few others that is searched beside this one. */
  get statistics(): LexicalStatistics {
    const { offsets } = this.#postings;
    return {
      documents: this.count,
      meanLength: this.#meanLength(),
      documentsWith: (term) => {
        const id = this.#idOfTerm.get(term);
        return id === undefined ? 0 : offsets[id + 1]! - offsets[id]!;
      },
    };
  }

  /** `statistics` as plain data. */
  get termCounts(): TermCounts {
    const { terms, offsets } = this.#postings;
    const holding = Uint32Array.from(terms, (_, id) => offsets[id + 1]! - offsets[id]!);
    return { documents: this.count, meanLength: this.#meanLength(), terms, holding };
  }

  /** The same documents weighted otherwise; shares the postings, so it costs one pass over them and no tokenising. */
  reweighted(parameters: Bm25Parameters): LexicalIndex {
    return new LexicalIndex(this.#analyser, this.#postings, this.#idOfTerm, parameters, {
      foreign: this.#foreign,
    });
  }

  /** The documents that hold at least one of the query's terms, best first. */
  search(query: string, { k, allowed }: LexicalSearchOptions): Hits {
    return this.searchBatch([{ text: query, allowed }], { k });
  }

  /** @param options.allowed  for the queries that do not say themselves */
  searchBatch(queries: readonly (string | LexicalQuery)[], { k, allowed }: LexicalSearchOptions): Hits {
    if (!(Number.isInteger(k) && k > 0)) {
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected k to be a whole number above 0, but received ${k}.`,
      );
    }
    const rows = new Int32Array(queries.length * k);
    const scores = new Float32Array(queries.length * k);
    for (const [i, query] of queries.entries()) {
      const { text, allowed: own } = typeof query === 'string' ? { text: query } : query;
      this.#searchOne(text, k, own ?? allowed, rows, scores, i * k);
    }
    return { rows, scores, k };
  }

  /**
   * The scores of given rows, bit for bit as a search gives them; 0 for a document that holds no term of the query.
   *
   * @returns float32, [rows]
   */
  scoresOf(query: string, rows: ArrayLike<number>): Float32Array {
    const scores = new Float32Array(rows.length);
    const { offsets, rows: rowOfPosting } = this.#postings;
    for (let i = 0; i < rows.length; ++i) {
      if (!(rows[i]! >= 0 && rows[i]! < this.count)) {
        throw new AttuneError(
          'INVALID_ARGUMENT',
          `Expected rows below ${this.count} (the documents of this index), but received ${rows[i]}.`,
        );
      }
    }
    for (const term of this.#analyser.terms(query)) {
      const id = this.#idOfTerm.get(term);
      if (id === undefined) continue;
      for (let i = 0; i < rows.length; ++i) {
        const posting = lowerBound(rowOfPosting, rows[i]!, offsets[id]!, offsets[id + 1]!);
        if (posting < offsets[id + 1]! && rowOfPosting[posting] === rows[i])
          scores[i]! += this.#impacts[posting]!;
      }
    }
    return scores;
  }

  /**
   * Writes one file under a temporary name, syncs it and renames it over `path`. Statistics of another index are not in it: a
   * load takes the documents' own.
   */
  async save(path: string): Promise<void> {
    await writeLexicalFile(path, {
      analyser: this.analyser,
      analyserVersion: this.#analyser.version,
      k1: this.k1,
      b: this.b,
      postings: this.#postings,
    });
  }

  #meanLength(): number {
    let total = 0;
    for (const length of this.#postings.lengths) total += length;
    return total / Math.max(this.count, 1);
  }

  #searchOne(
    text: string,
    k: number,
    allowed: RowSet | undefined,
    outRows: Int32Array,
    outScores: Float32Array,
    at: number,
  ): void {
    const { offsets, rows } = this.#postings;
    const impacts = this.#impacts;
    const scores = this.#scores;
    const touched = this.#touched;
    let touchedCount = 0;
    for (const term of this.#analyser.terms(text)) {
      const id = this.#idOfTerm.get(term);
      if (id === undefined) continue;
      const end = offsets[id + 1]!;
      for (let posting = offsets[id]!; posting < end; ++posting) {
        const row = rows[posting]!;
        // Every impact is above 0, so a score of 0 means: not met before.
        if (scores[row] === 0) touched[touchedCount++] = row;
        scores[row]! += impacts[posting]!;
      }
    }

    const top = this.#top;
    top.start(Math.min(k, touchedCount));
    for (let i = 0; i < touchedCount; ++i) {
      const row = touched[i]!;
      if (allowed === undefined || hasRow(allowed, row)) top.offer(row, scores[row]!);
      scores[row] = 0;
    }
    top.write(outRows, outScores, at);
    outRows.fill(-1, at + Math.min(k, touchedCount), at + k);
    outScores.fill(Number.NEGATIVE_INFINITY, at + Math.min(k, touchedCount), at + k);
  }
}

function idsOf(terms: readonly string[]): Map<string, number> {
  return new Map(terms.map((term, id) => [term, id]));
}

function impactsOf(
  { terms, offsets, rows, counts, lengths }: Postings,
  { k1, b }: Bm25Parameters,
  { documents, meanLength, documentsWith }: LexicalStatistics,
): Float32Array {
  const mean = Math.max(meanLength, Number.MIN_VALUE);
  const impacts = new Float32Array(rows.length);
  for (let term = 0; term + 1 < offsets.length; ++term) {
    const holding = documentsWith(terms[term]!);
    const idf = Math.log(1 + (documents - holding + 0.5) / (holding + 0.5));
    for (let posting = offsets[term]!; posting < offsets[term + 1]!; ++posting) {
      const count = counts[posting]!;
      const lengthFactor = 1 - b + (b * lengths[rows[posting]!]!) / mean;
      impacts[posting] = (idf * count * (k1 + 1)) / (count + k1 * lengthFactor);
    }
  }
  return impacts;
}

/** The first of [start, end) whose row is not below `row`; `end` if there is none. */
function lowerBound(rows: Uint32Array, row: number, start: number, end: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
