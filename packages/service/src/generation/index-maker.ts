import { type LexicalStatistics, statisticsOf, type TermCounts } from '@attune/search';
import type { IndexUpdate, LoadedBase, Seen, SegmentUpdate } from './indexing-messages.js';
import { LiveRows } from './live-rows.js';
import { type SegmentColumns, type SegmentRow, segmentColumns } from './segment-columns.js';
import type { StoreSource } from './store-source.js';
import { Tail } from './tail.js';
import { TextColumn } from './text-column.js';

export interface IndexMakerOptions {
  source: Pick<StoreSource, 'all' | 'since'>;
  columns: Omit<Parameters<typeof segmentColumns>[1], 'statistics'>;
  /** Up to so many documents there is one segment, made anew at every refresh. */
  foldRows: number;
  /** As Tail takes it. */
  leastRows?: number;
}

/** Changes that a refresh reads at first, so that what it holds is bounded; each time that more were written, it takes twice as many. */
const firstRead = 8192;

/** What is to be known of the base, which the searching thread has. */
class BaseRows {
  readonly key: number;
  readonly count: number;
  readonly live: LiveRows;
  #ids: TextColumn | undefined;
  #rowOf: Map<string, number> | undefined;
  readonly #termCounts: TermCounts;
  #statistics: LexicalStatistics | undefined;

  constructor(key: number, ids: TextColumn, termCounts: TermCounts) {
    this.key = key;
    this.count = ids.count;
    this.live = new LiveRows(ids.count);
    this.#ids = ids;
    this.#termCounts = termCounts;
  }

  rowOf(id: string): number | undefined {
    this.#rowOf ??= new Map([...this.#ids!].map((each, row) => [each, row]));
    this.#ids = undefined;
    return this.#rowOf.get(id);
  }

  /** Of a base without any words: those of documents of one word each, so that all of the tail has the same. */
  get statistics(): LexicalStatistics {
    const { meanLength } = this.#termCounts;
    this.#statistics ??= statisticsOf({ ...this.#termCounts, meanLength: meanLength > 0 ? meanLength : 1 });
    return this.#statistics;
  }
}

/** Makes the segments of one release: a base of all documents, and beside it what was written after. */
export class IndexMaker {
  readonly #options: IndexMakerOptions;
  #lastKey = 0;
  #base: BaseRows | undefined;
  #tail: Tail;
  /** Of the last write that is in base and tail. */
  #sequence = 0;

  constructor(options: IndexMakerOptions) {
    this.#options = options;
    this.#tail = this.#emptyTail();
  }

  /** Goes on from a base that the searching thread has. */
  adopt({ key, ids, termCounts, sequence }: LoadedBase): void {
    this.#lastKey = key;
    this.#start(new BaseRows(key, new TextColumn(ids), termCounts), sequence);
  }

  /** All documents as one base. */
  async rebuild(): Promise<IndexUpdate> {
    const { rows, sequence } = await this.#options.source.all();
    const { columns, termCounts } = segmentColumns(rows, this.#options.columns);
    const ids = new TextColumn(structuredClone(columns.ids));
    this.#start(new BaseRows(++this.#lastKey, ids, termCounts), sequence);
    return this.#update([], columns);
  }

  /** Takes in what was written since. Undefined: nothing that was not seen. */
  async refresh(seen: Seen): Promise<IndexUpdate | undefined> {
    const base = this.#base;
    if (base === undefined || !seen.keys.includes(base.key)) return this.rebuild();
    for (let most = firstRead; ; most *= 2) {
      const { rows, sequence, isWhole } = await this.#options.source.since(this.#sequence, most);
      const written = rows.filter((each) => typeof each !== 'string').length;
      const total = base.count + this.#tail.count + written;
      if (rows.length > 0 && (base.count === 0 || total <= this.#options.foldRows)) return this.rebuild();
      for (const each of rows) this.#take(each, base);
      this.#sequence = sequence;
      if (isWhole) break;
    }
    const isSeen = this.#tail.settle().every(({ key }) => seen.keys.includes(key));
    return isSeen && this.#sequence === seen.sequence ? undefined : this.#update(seen.keys);
  }

  #take(each: SegmentRow | string, base: BaseRows): void {
    const row = base.rowOf(typeof each === 'string' ? each : each.id);
    if (row !== undefined) base.live.remove(row);
    if (typeof each === 'string') this.#tail.remove(each);
    else this.#tail.put(each);
  }

  #start(base: BaseRows, sequence: number): void {
    this.#base = base;
    this.#tail = this.#emptyTail();
    this.#sequence = sequence;
  }

  #emptyTail(): Tail {
    return new Tail(() => ++this.#lastKey, this.#options.leastRows);
  }

  /** @param keys  of the segments that the searching thread has */
  #update(keys: readonly number[], baseColumns?: SegmentColumns): IndexUpdate {
    const { count, live, key, statistics } = this.#base!;
    const segments: SegmentUpdate[] = [
      { key, live: live.set, documents: live.count, columns: baseColumns },
      ...this.#tail.settle().map(({ key, rows, live }) => ({
        key,
        live: live.set,
        documents: live.count,
        columns: keys.includes(key)
          ? undefined
          : segmentColumns(rows, { ...this.#options.columns, statistics }).columns,
      })),
    ];
    const tailRows = Math.max(this.#tail.count, count - live.count);
    return { sequence: this.#sequence, tailRows, segments };
  }
}
