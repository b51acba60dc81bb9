import { AttuneError } from '@attune/errors';
import {
  countRows,
  type LexicalIndex,
  type LexicalQuery,
  type LexicalStatistics,
  type RowSet,
} from '@attune/indexes';
import { checkFilter, checkScoreModifiers, type Filter, type ScoreModifiers } from '@attune/schema';
import { fieldsOfFilter } from './attributes/filter.js';
import type { QueryGroup } from './ranking/query-group.js';
import { mergedRows, type RankedRows, rankedRowsOf } from './ranking/ranked-rows.js';
import type { Segment } from './segments/segment.js';

/** A segment as searches see it at one moment. */
export interface LiveSegment {
  segment: Segment;
  /** Rows of it that count; undefined: all. */
  live: RowSet | undefined;
  /** How many these are. */
  documents: number;
}

/** One segment with the place of its row 0 among the rows of the view. */
interface ViewPart extends LiveSegment {
  start: number;
}

/** By part, the rows that may answer; of none, all may. */
type AllowedRows = readonly RowSet[];

/**
 * What searches see at one moment: segments of documents, of which some rows may no longer count. It never changes. Its rows are those of
 * its segments, one after another.
 *
 * Whatever a score takes from all documents at once, it takes from those that count: so documents in many segments answer as the same
 * documents in one do, to the bit.
 */
export class View {
  /** Of the last write that is in it. */
  readonly sequence: number;
  /** Documents that count. */
  readonly documents: number;
  /** The first segment that was given, whether or not a row of it still counts. */
  readonly base: Segment;
  /** Segments that hold something, in the order of their rows. */
  readonly parts: readonly ViewPart[];
  /** By part, made when words are first searched. */
  #words: readonly LexicalIndex[] | undefined;

  /** @param segments  the first is the base */
  constructor(segments: readonly LiveSegment[], sequence = 0) {
    this.base = segments[0]!.segment;
    this.sequence = sequence;
    const parts: ViewPart[] = [];
    let [documents, start] = [0, 0];
    for (const each of segments) {
      if (each.documents === 0) continue;
      parts.push({ ...each, start });
      documents += each.documents;
      start += each.segment.count;
    }
    this.documents = documents;
    this.parts = parts;
  }

  /** A view of one segment, all of which counts. */
  static of(segment: Segment, sequence = 0): View {
    return new View([{ segment, live: undefined, documents: segment.count }], sequence);
  }

  /** Whether a search by vectors finds the true nearest, in every segment. */
  get isExact(): boolean {
    return this.parts.every(({ segment }) => segment.vectors.isExact);
  }

  /** Documents that count and have no vector: those without text. */
  get withoutVector(): number {
    return this.parts.reduce((sum, { segment: { embedded }, live, documents }) => {
      if (embedded === undefined) return sum;
      return sum + documents - countRows(live === undefined ? embedded : common(live, embedded)!);
    }, 0);
  }

  /** @throws {AttuneError} INVALID_ARGUMENT for an attribute that no document has, or what is no filter or modifier */
  checkFields(filter: Filter | undefined, modifiers: ScoreModifiers | undefined): void {
    const fields = filter === undefined ? [] : fieldsOfFilter(checkFilter(filter));
    if (modifiers !== undefined) checkScoreModifiers(modifiers);
    for (const list of [modifiers?.multiplyBy, modifiers?.add])
      for (const { field } of list ?? []) fields.push(field);
    if (this.parts.length === 0) return;
    for (const field of fields) {
      if (this.parts.some(({ segment }) => segment.attributes.has(field))) continue;
      const known = new Set(this.parts.flatMap(({ segment }) => segment.attributes.fields));
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected an attribute that documents have (${[...known].slice(0, 20).join(', ') || 'they have none'}), but received ` +
          `${JSON.stringify(field)}.`,
      );
    }
  }

  /** Whether `allowedBy` has to look a filter up in slices. */
  isLongFilter(filter: Filter): boolean {
    return this.parts.some(({ segment }) => segment.attributes.isLong(filter));
  }

  /**
   * The rows that a filter lets through. What takes long is done in slices, one filter after another, with others served in between.
   *
   * @throws {AttuneError} CANCELLED
   */
  async allowedBy(filter: Filter | undefined, signal?: AbortSignal): Promise<AllowedRows> {
    if (filter === undefined) return [];
    return Promise.all(this.parts.map(({ segment }) => segment.attributes.rowsOf(filter, signal)));
  }

  /**
   * The best of each query by vectors: one native search a segment.
   *
   * @param vectors  float32, [queries, dim]
   */
  async byVectors(
    vectors: Float32Array,
    { depths }: QueryGroup,
    { allowed, signal }: { allowed: AllowedRows; signal: AbortSignal | undefined },
  ): Promise<RankedRows[]> {
    const deepest = deepestOf(depths);
    const found = await Promise.all(
      this.parts.map(({ segment, live }, i) =>
        segment.vectors.search(vectors, {
          k: Math.min(deepest, segment.count),
          allowed: common(common(live, segment.embedded), allowed[i]),
          signal,
        }),
      ),
    );
    return this.#merged(found, depths);
  }

  /** The best of each query by words. */
  byWords({ texts, depths }: QueryGroup, allowed: AllowedRows): RankedRows[] {
    const deepest = deepestOf(depths);
    const found = this.parts.map(({ segment, live }, i) =>
      this.#wordsOf(i).searchBatch(
        texts.map((text) => ({ text })),
        {
          k: Math.min(deepest, segment.count),
          allowed: common(live, allowed[i]),
        },
      ),
    );
    return this.#merged(found, depths);
  }

  /**
   * The cosines of given rows, to the bit as a search gives them; a document without a vector has none.
   *
   * @param vectors  float32, [queries, dim]
   * @param rows     [queries], of the view
   */
  async cosinesOf(
    vectors: Float32Array,
    rows: readonly (readonly number[])[],
  ): Promise<ReadonlyMap<number, number>[]> {
    const cosines = rows.map(() => new Map<number, number>());
    await Promise.all(
      this.parts.map(async ({ segment, start }) => {
        const own = rows.map((list) =>
          list.filter(
            (row) => row >= start && row < start + segment.count && segment.isEmbedded(row - start),
          ),
        );
        const total = own.reduce((sum, { length }) => sum + length, 0);
        if (total === 0) return;
        const lists = { rows: new Int32Array(total), offsets: new Uint32Array(rows.length + 1) };
        let at = 0;
        for (const [query, list] of own.entries()) {
          for (const row of list) lists.rows[at++] = row - start;
          lists.offsets[query + 1] = at;
        }
        const scores = await segment.vectors.scoresOf(vectors, lists);
        for (const [query, list] of own.entries()) {
          for (const [i, row] of list.entries()) cosines[query]!.set(row, scores[lists.offsets[query]! + i]!);
        }
      }),
    );
    return cosines;
  }

  /** BM25 of given rows of the view, to the bit as a search gives it. */
  bm25Of(text: LexicalQuery['text'], rows: readonly number[]): ReadonlyMap<number, number> {
    const scoreOf = new Map<number, number>();
    if (rows.length === 0) return scoreOf;
    for (const [part, { segment, start }] of this.parts.entries()) {
      const own = rows.filter((row) => row >= start && row < start + segment.count);
      const scores = this.#wordsOf(part).scoresOf(
        text,
        own.map((row) => row - start),
      );
      for (const [i, row] of own.entries()) scoreOf.set(row, scores[i]!);
    }
    return scoreOf;
  }

  /** Scores changed by what is known of each document. */
  modified(found: RankedRows, options: ScoreModifiers): RankedRows {
    const answers = this.parts.map(({ segment, start }) => {
      const places = [...found.rows.keys()].filter(
        (i) => found.rows[i]! >= start && found.rows[i]! < start + segment.count,
      );
      const answer = segment.modifiers(options).apply({
        rows: Int32Array.from(places, (i) => found.rows[i]! - start),
        scores: Float32Array.from(places, (i) => found.scores[i]!),
      });
      return { start, answer };
    });
    return mergedRows(answers, found.rows.length);
  }

  id(row: number): string {
    const { segment, start } = this.#partOf(row);
    return segment.ids.at(row - start);
  }

  /** As Segment.body. */
  body(row: number): string {
    const { segment, start } = this.#partOf(row);
    return segment.body(row - start);
  }

  #partOf(row: number): ViewPart {
    return this.parts.findLast(({ start }) => start <= row)!;
  }

  /** What every segment found, by query. */
  #merged(
    found: readonly { rows: Int32Array; scores: Float32Array; k: number }[],
    depths: readonly number[],
  ) {
    return depths.map((depth, query) =>
      mergedRows(
        found.map((hits, i) => ({ start: this.parts[i]!.start, answer: rankedRowsOf(hits, query) })),
        depth,
      ),
    );
  }

  /** A part's words, weighted among all documents of the view. */
  #wordsOf(part: number): LexicalIndex {
    this.#words ??= this.#weightedWords();
    return this.#words[part]!;
  }

  #weightedWords(): LexicalIndex[] {
    const [only] = this.parts;
    // Its own statistics are those of all documents then.
    if (this.parts.length === 1 && only!.live === undefined) return [only!.segment.words];
    const length = this.parts.reduce((sum, { segment, live }) => sum + segment.words.totalLength(live), 0);
    const holding = new Map<string, number>();
    const statistics: LexicalStatistics = {
      documents: this.documents,
      meanLength: length / Math.max(this.documents, 1),
      documentsWith: (term) => {
        let count = holding.get(term);
        if (count === undefined) {
          count = this.parts.reduce(
            (sum, { segment, live }) => sum + segment.words.documentsWith(term, live),
            0,
          );
          holding.set(term, count);
        }
        return count;
      },
    };
    return this.parts.map(({ segment }) => segment.words.weighted({ statistics }));
  }
}

/** Not Math.max of all as arguments: a hundred thousand queries are more than a call takes. */
function deepestOf(depths: readonly number[]): number {
  return depths.reduce((deepest, depth) => Math.max(deepest, depth), 0);
}

/** The rows that are in both sets; undefined is all. */
function common(a: RowSet | undefined, b: RowSet | undefined): RowSet | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.map((word, i) => word & b[i]!);
}
