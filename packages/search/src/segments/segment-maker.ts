import type { RowSet } from '@attune/indexes';
import { LiveRows } from './live-rows.js';
import {
  type ColumnSettings,
  type SegmentColumns,
  type SegmentRow,
  segmentColumns,
} from './segment-columns.js';
import { Tail } from './tail.js';
import { TextColumn, type TextColumnData } from './text-column.js';

/** What was read of a collection. */
export interface Changes {
  /** Documents as they are now; of deleted ones their ids. In the order of their last writes. */
  rows: (SegmentRow | string)[];
  /** Of the last write that was read. */
  sequence: number;
  /** False: more was written by then. */
  isWhole: boolean;
  /** How many documents there were at that moment. */
  documents: number;
}

/** Where documents come from. */
export interface ChangeSource {
  /** Every document of one moment, in the order of their last writes. */
  all(): Promise<{ rows: SegmentRow[]; sequence: number }>;
  /** What was written after a sequence, at most so many documents. */
  since(after: number, most: number): Promise<Changes>;
  /** Is told that other documents are shown than there are, so that all are read anew. */
  differs(counts: { shown: number; documents: number }): void;
}

/** A base that came from its files. */
export interface LoadedBase {
  key: number;
  ids: TextColumnData;
  /** Of the last write that is in it. */
  sequence: number;
}

/** What searches see at present. */
export interface ShownSegments {
  sequence: number;
  keys: number[];
}

/** What searches are to see from now on. */
export interface SegmentsUpdate {
  /** Of the last write that is in it. */
  sequence: number;
  /** Rows that are not in the base, or no longer. */
  tailRows: number;
  /** All segments, in the order of their rows; the first is the base. */
  segments: SegmentUpdate[];
}

export interface SegmentUpdate {
  key: number;
  /** Rows that count; undefined: all. */
  live: RowSet | undefined;
  /** How many these are. */
  documents: number;
  /** Undefined where searches have the segment already. */
  columns: SegmentColumns | undefined;
}

export interface SegmentMakerOptions {
  source: ChangeSource;
  columns: ColumnSettings;
  /** Up to so many documents there is one segment, made anew at every refresh. */
  foldRows: number;
  /** As Tail takes it. */
  leastRows?: number;
}

/** Changes that a refresh reads at first, so that what it holds is bounded; each time that more were written, it takes twice as many. */
const firstRead = 8192;

/** What is to be known of the base here. */
class BaseRows {
  readonly key: number;
  readonly count: number;
  readonly live: LiveRows;
  #ids: TextColumn | undefined;
  #rowOf: Map<string, number> | undefined;

  constructor(key: number, ids: TextColumn) {
    this.key = key;
    this.count = ids.count;
    this.live = new LiveRows(ids.count);
    this.#ids = ids;
  }

  rowOf(id: string): number | undefined {
    this.#rowOf ??= new Map([...this.#ids!].map((each, row) => [each, row]));
    this.#ids = undefined;
    return this.#rowOf.get(id);
  }
}

/** Makes the segments of a collection from what is written to it: a base of all documents, and beside it what was written after. */
export class SegmentMaker {
  readonly #options: SegmentMakerOptions;
  #lastKey = 0;
  #base: BaseRows | undefined;
  #tail: Tail;
  /** Of the last write that is in base and tail. */
  #sequence = 0;

  constructor(options: SegmentMakerOptions) {
    this.#options = options;
    this.#tail = this.#emptyTail();
  }

  /** Continues from a base that searches have. */
  adopt({ key, ids, sequence }: LoadedBase): void {
    this.#lastKey = key;
    this.#start(new BaseRows(key, new TextColumn(ids)), sequence);
  }

  /** All documents as one base. */
  async rebuild(): Promise<SegmentsUpdate> {
    const { rows, sequence } = await this.#options.source.all();
    const columns = segmentColumns(rows, this.#options.columns);
    const ids = new TextColumn(structuredClone(columns.ids));
    this.#start(new BaseRows(++this.#lastKey, ids), sequence);
    return this.#update([], columns);
  }

  /** Takes in what was written since. Undefined: nothing that is not shown. */
  async refresh(shown: ShownSegments): Promise<SegmentsUpdate | undefined> {
    const base = this.#base;
    if (base === undefined || !shown.keys.includes(base.key)) return this.rebuild();
    for (let most = firstRead; ; most *= 2) {
      const { rows, sequence, isWhole, documents } = await this.#options.source.since(this.#sequence, most);
      const written = rows.filter((each) => typeof each !== 'string').length;
      const total = base.count + this.#tail.count + written;
      if (rows.length > 0 && (base.count === 0 || total <= this.#options.foldRows)) return this.rebuild();
      for (const each of rows) this.#take(each, base);
      this.#sequence = sequence;
      if (!isWhole) continue;
      const counted = base.live.count + this.#tail.count;
      if (counted === documents) break;
      this.#options.source.differs({ shown: counted, documents });
      return this.rebuild();
    }
    const isShown = this.#tail.settle().every(({ key }) => shown.keys.includes(key));
    return isShown && this.#sequence === shown.sequence ? undefined : this.#update(shown.keys);
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

  /** @param keys  of the segments that searches have */
  #update(keys: readonly number[], baseColumns?: SegmentColumns): SegmentsUpdate {
    const { count, live, key } = this.#base!;
    const segments: SegmentUpdate[] = [
      { key, live: live.set, documents: live.count, columns: baseColumns },
      ...this.#tail.settle().map(({ key, rows, live }) => ({
        key,
        live: live.set,
        documents: live.count,
        columns: keys.includes(key) ? undefined : segmentColumns(rows, this.#options.columns),
      })),
    ];
    const tailRows = Math.max(this.#tail.count, count - live.count);
    return { sequence: this.#sequence, tailRows, segments };
  }
}
