import { AttuneError } from '@attune/errors';
import { type Filter, type RowSet, rowSetOf, type ScoreModifierOptions } from '@attune/search';
import type { Segment } from './segment.js';

/** One segment with the place of its row 0 among the rows of the view, and the rows of it that count. */
export interface ViewPart {
  segment: Segment;
  start: number;
  /** Undefined: all. */
  live: RowSet | undefined;
}

/** What searches see at one moment: a base, and a tail of what was written after it. It never changes. */
export class View {
  readonly base: Segment;
  readonly tail: Segment | undefined;
  /** Of the last write that is in it. */
  readonly sequence: number;
  readonly documents: number;
  /** Segments that hold something. */
  readonly parts: readonly ViewPart[];

  /** @param superseded  rows of the base that were overwritten or deleted */
  constructor(base: Segment, tail: Segment | undefined, superseded: ReadonlySet<number>, sequence: number) {
    this.base = base;
    this.tail = tail;
    this.sequence = sequence;
    this.documents = base.count - superseded.size + (tail?.count ?? 0);
    const parts: ViewPart[] = [];
    if (base.count > superseded.size)
      parts.push({ segment: base, start: 0, live: liveRows(base.count, superseded) });
    if (tail && tail.count > 0) parts.push({ segment: tail, start: base.count, live: undefined });
    this.parts = parts;
  }

  /** The rows of a part that may answer; undefined: all. */
  allowed({ segment, live }: ViewPart, filter: Filter | undefined): RowSet | undefined {
    if (filter === undefined) return live;
    const rows = segment.compile(filter);
    return live === undefined ? rows : rows.map((word, i) => word & live[i]!);
  }

  /** @throws {AttuneError} INVALID_ARGUMENT for a field that no document has */
  checkFields(filter: Filter | undefined, modifiers: ScoreModifierOptions | undefined): void {
    if (this.parts.length === 0) return;
    const fields = filter === undefined ? [] : fieldsOf(filter);
    for (const list of [modifiers?.multiplyBy, modifiers?.add])
      for (const { field } of list ?? []) fields.push(field);
    for (const field of fields) {
      if (this.parts.some(({ segment }) => segment.has(field))) continue;
      const known = new Set(this.parts.flatMap(({ segment }) => segment.attributes.fields));
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected an attribute that documents have (${[...known].slice(0, 20).join(', ') || 'they have none'}), but received ` +
          `${JSON.stringify(field)}.`,
      );
    }
  }

  body(row: number): string {
    const { base, tail } = this;
    return row < base.count ? base.bodies[row]! : tail!.bodies[row - base.count]!;
  }

  id(row: number): string {
    const { base, tail } = this;
    return row < base.count ? base.ids[row]! : tail!.ids[row - base.count]!;
  }
}

function liveRows(count: number, superseded: ReadonlySet<number>): RowSet | undefined {
  if (superseded.size === 0) return undefined;
  const gone = rowSetOf(count, superseded);
  const live = gone.map((word) => ~word);
  // The bits of the last word that are no rows stay 0.
  const used = count % 32;
  if (used !== 0) live[live.length - 1]! &= 2 ** used - 1;
  return live;
}

const maxDepth = 16;
const maxConditions = 1024;

/** The fields of a filter, whose shape is checked on the way. */
function fieldsOf(filter: Filter): string[] {
  const fields: string[] = [];
  const visit = (each: Filter, depth: number): void => {
    if (typeof each !== 'object' || each === null || depth > maxDepth || fields.length > maxConditions)
      throw wrongFilter();
    if ('and' in each || 'or' in each) {
      const list = 'and' in each ? each.and : each.or;
      if (!Array.isArray(list)) throw wrongFilter();
      for (const one of list as Filter[]) visit(one, depth + 1);
    } else if ('not' in each) {
      visit(each.not, depth + 1);
    } else {
      if (typeof each.field !== 'string' || ('in' in each && !Array.isArray(each.in))) throw wrongFilter();
      fields.push(each.field);
    }
  };
  visit(filter, 1);
  return fields;
}

const wrongFilter = () =>
  new AttuneError(
    'INVALID_ARGUMENT',
    'Expected a filter to be { field, equals }, { field, in }, { field, atLeast / above / atMost / below }, { and }, { or } or ' +
      `{ not }, of at most ${maxConditions} conditions, nested at most ${maxDepth} deep.`,
  );
