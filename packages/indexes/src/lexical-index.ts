import { AttuneError, checkCount, checkList, checkOptions, checkText } from '@attune/errors';
import { type Analyser, type AnalyserName, createAnalyser } from './analyser.js';
import { checkedTexts } from './checked-texts.js';
import type { CutName } from './cuts/cut.js';
import { readLexicalFile, writeLexicalFile } from './lexical-file.js';
import { checkStatistics, type LexicalStatistics } from './lexical-statistics.js';
import { buildPostings, type Cells, cellsOf, type Postings } from './postings.js';
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
  /** Of scripts without blanks between words. Default `characters+pairs`. */
  cut?: CutName | undefined;
}

/** An index as plain data, for another thread. */
export interface LexicalColumns extends Bm25Parameters {
  analyser: AnalyserName;
  cut: CutName;
  postings: Postings;
  cells: Cells;
}

export interface LexicalSearchOptions {
  k: number;
  /** Only these rows may answer. */
  allowed?: RowSet | undefined;
}

/** A text whose words count `weight` times; below 0, a document that holds them scores lower. */
export interface WeightedText {
  text: string;
  weight: number;
}

/** A query that may be made of several texts, and confined to some rows. */
export interface LexicalQuery {
  text: string | readonly WeightedText[];
  allowed?: RowSet | undefined;
}

/** A term of a query by its number here, and what it is worth: its weight times its idf. */
interface QueryTerm {
  id: number;
  worth: number;
}

/** What indexes over the same postings share. */
interface Shared {
  analyser: Analyser;
  postings: Postings;
  cells: Cells;
  idOfTerm: Map<string, number>;
  // Reserved once: the present query's scores by row, and which rows they are.
  scores: Float32Array;
  touched: Uint32Array;
  top: TopRows;
}

/**
 * Search by words: BM25 over one text a document.
 *
 *     score(query, document) = sum over the query's terms t of
 *         weight(t) * idf(t) * count * (k1 + 1) / (count + k1 * (1 - b + b * length / mean length))
 *     idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5)),  n of the N documents hold t, `count` times in this one
 *
 * A term that stands twice in the query counts twice. The weight is 1 unless the query gives its texts others; a document that comes to 0
 * or less is not found. Scores are float32 sums, terms above 0 first, each in the order of the query. It runs on the calling thread.
 *
 * @see Robertson, Zaragoza 2009, The Probabilistic Relevance Framework: BM25 and Beyond, with Lucene's idf, which is
 *   never negative
 */
export class LexicalIndex {
  readonly kind = 'lexical';
  readonly analyser: AnalyserName;
  readonly cut: CutName;
  readonly k1: number;
  readonly b: number;

  readonly #shared: Shared;
  readonly #statistics: LexicalStatistics;
  /** [cells], what a posting weighs: count * (k1 + 1) / (count + k1 * (1 - b + b * length / mean length)) */
  readonly #weights: Float64Array;
  readonly #idfOf = new Map<number, number>();

  private constructor(
    shared: Shared,
    { k1 = 1.2, b = 0.75 }: Partial<Bm25Parameters>,
    statistics?: LexicalStatistics,
  ) {
    if (!(k1 >= 0 && k1 <= 100)) {
      throw new AttuneError('INVALID_ARGUMENT', `Expected k1 to be between 0 and 100, but received ${k1}.`);
    }
    if (!(b >= 0 && b <= 1)) {
      throw new AttuneError('INVALID_ARGUMENT', `Expected b to be between 0 and 1, but received ${b}.`);
    }
    this.analyser = shared.analyser.name;
    this.cut = shared.analyser.cut;
    this.k1 = k1;
    this.b = b;
    this.#shared = shared;
    this.#statistics = statistics ?? this.#ownStatistics();
    this.#weights = weightsOf(shared.cells, { k1, b }, this.#statistics);
  }

  /** @throws {AttuneError} INVALID_ARGUMENT, naming the first of `texts` that is none */
  static build(options: LexicalIndexOptions): LexicalIndex {
    checkOptions("{ texts: ['desk lamp'] }", options);
    const { texts, analyser = 'english', cut, k1, b } = options;
    const chosen = createAnalyser(analyser, cut);
    const postings = buildPostings(checkedTexts('texts', texts), chosen);
    const parameters = { ...(k1 !== undefined && { k1 }), ...(b !== undefined && { b }) };
    return new LexicalIndex(sharedOf(chosen, postings, cellsOf(postings)), parameters);
  }

  /** What `columns` gave. */
  static fromColumns({ analyser, cut, k1, b, postings, cells }: LexicalColumns): LexicalIndex {
    return new LexicalIndex(sharedOf(createAnalyser(analyser, cut), postings, cells), { k1, b });
  }

  /**
   * Reads what `save` wrote.
   *
   * @throws {AttuneError} FILE_NOT_FOUND, FILE_UNREADABLE, FILE_CORRUPT for a damaged file, FORMAT_UNSUPPORTED for one that
   *   a later version wrote or that another analyser made, or the same with another dictionary
   */
  static async load(path: string): Promise<LexicalIndex> {
    const { analyser: name, cut, identity, k1, b, postings } = await readLexicalFile(path);
    const analyser = createAnalyser(name, cut);
    if (analyser.identity !== identity) {
      throw new AttuneError(
        'FORMAT_UNSUPPORTED',
        `The lexical index ${path} was made by the analyser ${identity}, but here it is ${analyser.identity}, which may cut texts ` +
          'otherwise. Build the index again from its documents.',
      );
    }
    return new LexicalIndex(sharedOf(analyser, postings, cellsOf(postings)), { k1, b });
  }

  /** Documents indexed. */
  get count(): number {
    return this.#shared.postings.lengths.length;
  }

  /** Distinct terms. */
  get termCount(): number {
    return this.#shared.postings.terms.length;
  }

  /** Not copied: who writes to it, or hands its numbers over, is done with the index. */
  get columns(): LexicalColumns {
    const { analyser, cut, k1, b } = this;
    const { postings, cells } = this.#shared;
    return { analyser, cut, k1, b, postings, cells };
  }

  /** Documents that hold a term; with `among`, of these rows. */
  documentsWith(term: string, among?: RowSet): number {
    const { idOfTerm, postings } = this.#shared;
    const id = idOfTerm.get(term);
    if (id === undefined) return 0;
    const [begin, end] = [postings.offsets[id]!, postings.offsets[id + 1]!];
    if (among === undefined) return end - begin;
    let count = 0;
    for (let posting = begin; posting < end; ++posting) if (hasRow(among, postings.rows[posting]!)) ++count;
    return count;
  }

  /** Terms of all documents together; with `among`, of these rows. */
  totalLength(among?: RowSet): number {
    const { lengths } = this.#shared.postings;
    let total = 0;
    for (let row = 0; row < lengths.length; ++row) {
      if (among === undefined || hasRow(among, row)) total += lengths[row]!;
    }
    return total;
  }

  /**
   * The same documents weighted otherwise. It shares the postings, so it costs a pass over their cells; both are for one thread.
   *
   * @param options.statistics  of the documents that this index is searched among, so that the scores of several indexes compare; its
   *   own documents' unless given
   */
  weighted({
    k1 = this.k1,
    b = this.b,
    statistics,
  }: Partial<Bm25Parameters> & { statistics?: LexicalStatistics | undefined }): LexicalIndex {
    if (statistics !== undefined) checkStatistics(statistics);
    return new LexicalIndex(this.#shared, { k1, b }, statistics);
  }

  /** The documents that hold at least one of the query's terms, best first. */
  search(query: string, options: LexicalSearchOptions): Hits {
    return this.searchBatch([query], options);
  }

  /** @param options.allowed  for the queries that do not say themselves */
  searchBatch(queries: readonly (string | LexicalQuery)[], options: LexicalSearchOptions): Hits {
    checkOptions('{ k: 10 }', options);
    const { k, allowed } = options;
    checkList('queries', queries);
    checkCount('k', k);
    const rows = new Int32Array(queries.length * k);
    const scores = new Float32Array(queries.length * k);
    for (const [i, query] of queries.entries()) {
      if (typeof query !== 'object' || query === null) checkText(`queries[${i}]`, query);
      const { text, allowed: own } = typeof query === 'string' ? { text: query } : query;
      this.#searchOne(text, k, own ?? allowed, rows, scores, i * k);
    }
    return { rows, scores, k };
  }

  /**
   * The scores of given rows, bit for bit as a search gives them; 0 for a document that a search would not find.
   *
   * @returns float32, [rows]
   */
  scoresOf(query: LexicalQuery['text'], rows: ArrayLike<number>): Float32Array {
    const scores = new Float32Array(rows.length);
    const { postings, cells } = this.#shared;
    for (let i = 0; i < rows.length; ++i) {
      if (!(rows[i]! >= 0 && rows[i]! < this.count)) {
        throw new AttuneError(
          'INVALID_ARGUMENT',
          `Expected rows below ${this.count} (the documents of this index), but received ${rows[i]}.`,
        );
      }
    }
    for (const { id, worth } of this.#termsOf(query)) {
      const [begin, end] = [postings.offsets[id]!, postings.offsets[id + 1]!];
      for (let i = 0; i < rows.length; ++i) {
        const posting = lowerBound(postings.rows, rows[i]!, begin, end);
        const holds = posting < end && postings.rows[posting] === rows[i];
        if (holds && (worth > 0 || scores[i] !== 0))
          scores[i]! += worth * this.#weights[cells.ofPosting[posting]!]!;
      }
    }
    for (let i = 0; i < scores.length; ++i) if (!(scores[i]! > 0)) scores[i] = 0;
    return scores;
  }

  /** Writes one file under a temporary name, syncs it and renames it over `path`. A load takes the documents' own statistics. */
  async save(path: string): Promise<void> {
    const { analyser, postings } = this.#shared;
    await writeLexicalFile(path, {
      analyser: this.analyser,
      cut: this.cut,
      identity: analyser.identity,
      k1: this.k1,
      b: this.b,
      postings,
    });
  }

  #ownStatistics(): LexicalStatistics {
    return {
      documents: this.count,
      meanLength: this.totalLength() / Math.max(this.count, 1),
      documentsWith: (term) => this.documentsWith(term),
    };
  }

  /** The query's terms that some document here holds, those above 0 first. */
  #termsOf(query: LexicalQuery['text']): QueryTerm[] {
    if (!Array.isArray(query)) return this.#termsOfText(query as string, 1);
    const terms = query.flatMap(({ text, weight }) => this.#termsOfText(text, weight));
    return [...terms.filter(({ worth }) => worth > 0), ...terms.filter(({ worth }) => worth < 0)];
  }

  #termsOfText(text: string, weight: number): QueryTerm[] {
    checkText('query', text);
    const { analyser, idOfTerm } = this.#shared;
    const found: QueryTerm[] = [];
    for (const term of analyser.terms(text)) {
      const id = idOfTerm.get(term);
      if (id !== undefined) found.push({ id, worth: weight * this.#idf(id, term) });
    }
    return found;
  }

  #idf(id: number, term: string): number {
    let idf = this.#idfOf.get(id);
    if (idf === undefined) {
      const { documents, documentsWith } = this.#statistics;
      const holding = documentsWith(term);
      idf = Math.log(1 + (documents - holding + 0.5) / (holding + 0.5));
      this.#idfOf.set(id, idf);
    }
    return idf;
  }

  #searchOne(
    text: LexicalQuery['text'],
    k: number,
    allowed: RowSet | undefined,
    outRows: Int32Array,
    outScores: Float32Array,
    at: number,
  ): void {
    const { postings, cells, scores, touched, top } = this.#shared;
    const { offsets, rows } = postings;
    const { ofPosting } = cells;
    const weights = this.#weights;
    let touchedCount = 0;
    for (const { id, worth } of this.#termsOf(text)) {
      const end = offsets[id + 1]!;
      for (let posting = offsets[id]!; posting < end; ++posting) {
        const row = rows[posting]!;
        if (scores[row] === 0) {
          // Terms above 0 come first and add more than 0 each, so a score of 0 then means: not met before.
          if (worth < 0) continue;
          touched[touchedCount++] = row;
        }
        scores[row]! += worth * weights[ofPosting[posting]!]!;
      }
    }

    const found = Math.min(k, touchedCount);
    top.start(found);
    for (let i = 0; i < touchedCount; ++i) {
      const row = touched[i]!;
      const score = scores[row]!;
      if (score > 0 && (allowed === undefined || hasRow(allowed, row))) top.offer(row, score);
      scores[row] = 0;
    }
    top.write(outRows, outScores, at);
    outRows.fill(-1, at + found, at + k);
    outScores.fill(Number.NEGATIVE_INFINITY, at + found, at + k);
  }
}

function sharedOf(analyser: Analyser, postings: Postings, cells: Cells): Shared {
  return {
    analyser,
    postings,
    cells,
    idOfTerm: new Map(postings.terms.map((term, id) => [term, id])),
    scores: new Float32Array(postings.lengths.length),
    touched: new Uint32Array(postings.lengths.length),
    top: new TopRows(),
  };
}

function weightsOf(
  { counts, lengths }: Cells,
  { k1, b }: Bm25Parameters,
  { meanLength }: LexicalStatistics,
): Float64Array {
  const mean = Math.max(meanLength, Number.MIN_VALUE);
  const weights = new Float64Array(counts.length);
  for (let cell = 0; cell < counts.length; ++cell) {
    const count = counts[cell]!;
    const lengthFactor = 1 - b + (b * lengths[cell]!) / mean;
    weights[cell] = (count * (k1 + 1)) / (count + k1 * lengthFactor);
  }
  return weights;
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
