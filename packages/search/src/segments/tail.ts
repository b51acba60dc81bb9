import { LiveRows } from './live-rows.js';
import type { SegmentRow } from './segment-columns.js';

/** What was written after the base was made, in the order of the last writes: part of it, which no longer changes but by loss. */
export interface TailSegment {
  /** Unlike that of any other segment. */
  readonly key: number;
  readonly rows: readonly SegmentRow[];
  readonly live: LiveRows;
}

/** A segment of fewer rows is as quickly made as none. */
const fewRows = 256;

/** Each segment costs a search a call of the core. */
const mostSegments = 6;

/**
 * How many segments, from the last, are made one with rows that were written since: those that hold no more than twice of what there is
 * to be made by then, and as many more as keep the segments few. So a row is made anew when what it lies in has grown by half, which is
 * seldom, and the segments grow from the last to the first.
 */
export function foldedSegments(liveRows: readonly number[], made: number, leastRows = fewRows): number {
  let folded = 0;
  for (; folded < liveRows.length; ++folded) {
    const next = liveRows[liveRows.length - 1 - folded]!;
    const isFew = liveRows.length - folded < mostSegments;
    if (isFew && next > Math.max(2 * made, leastRows)) break;
    made += next;
  }
  return folded;
}

/** The rows beside a base. However often it is settled, its live rows are the same in the same order. */
export class Tail {
  readonly #newKey: () => number;
  readonly #leastRows: number | undefined;
  #segments: TailSegment[] = [];
  /** In no segment yet, in the order of their last writes. */
  readonly #unsettled = new Map<string, SegmentRow>();
  readonly #placeOf = new Map<string, { segment: TailSegment; row: number }>();

  /** @param leastRows  of a segment that another is made beside; 256 unless set */
  constructor(newKey: () => number, leastRows?: number) {
    this.#newKey = newKey;
    this.#leastRows = leastRows;
  }

  /** Documents. */
  get count(): number {
    return this.#unsettled.size + this.#placeOf.size;
  }

  put(row: SegmentRow): void {
    // Taken out first, so that rows are in the order of their last writes.
    this.remove(row.id);
    this.#unsettled.set(row.id, row);
  }

  remove(id: string): void {
    this.#unsettled.delete(id);
    const place = this.#placeOf.get(id);
    place?.segment.live.remove(place.row);
    this.#placeOf.delete(id);
  }

  /** Makes a segment of what is in none yet. From the first written to the last. */
  settle(): readonly TailSegment[] {
    this.#segments = this.#segments.filter(({ live }) => live.count > 0);
    if (this.#unsettled.size === 0) return this.#segments;
    const folded = foldedSegments(
      this.#segments.map(({ live }) => live.count),
      this.#unsettled.size,
      this.#leastRows,
    );
    const kept = this.#segments.slice(0, this.#segments.length - folded);
    const older = this.#segments.slice(kept.length);
    const rows = older.flatMap((each) => each.rows.filter((_, row) => each.live.has(row)));
    for (const row of this.#unsettled.values()) rows.push(row);
    const segment: TailSegment = { key: this.#newKey(), rows, live: new LiveRows(rows.length) };
    for (const [row, { id }] of rows.entries()) this.#placeOf.set(id, { segment, row });
    this.#unsettled.clear();
    this.#segments = [...kept, segment];
    return this.#segments;
  }
}
