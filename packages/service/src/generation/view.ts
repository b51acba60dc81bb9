import { AttuneError } from '@attune/errors';
import type { Filter, RowSet, ScoreModifierOptions } from '@attune/search';
import type { Segment } from './segment.js';

/** A segment as searches see it at one moment. */
export interface LiveSegment {
  segment: Segment;
  /** Rows of it that count; undefined: all. */
  live: RowSet | undefined;
  /** How many these are. */
  documents: number;
}

/** One segment with the place of its row 0 among the rows of the view. */
export interface ViewPart extends LiveSegment {
  start: number;
}

/** What searches see at one moment: a base, and a tail of what was written after it. It never changes. */
export class View {
  readonly base: Segment;
  /** Of the last write that is in it. */
  readonly sequence: number;
  readonly documents: number;
  /** Segments that hold something, in the order of their writes. */
  readonly parts: readonly ViewPart[];

  /** @param segments  the first is the base */
  constructor(segments: readonly LiveSegment[], sequence: number) {
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
    const { segment, start } = this.#partOf(row);
    return segment.body(row - start);
  }

  id(row: number): string {
    const { segment, start } = this.#partOf(row);
    return segment.ids.at(row - start);
  }

  #partOf(row: number): ViewPart {
    return this.parts.findLast(({ start }) => start <= row)!;
  }
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
