import type { LexicalSettings } from '@attune/loop';
import {
  AttributeTable,
  type AttributeValue,
  type Filter,
  FlatIndex,
  LexicalIndex,
  type LexicalStatistics,
  type ScoreModifierOptions,
  ScoreModifiers,
} from '@attune/search';
import type { StoredDocument } from '@attune/store';
import { documentTextOf } from './document-text.js';

/** A document as a segment keeps it. */
export interface SegmentRow {
  id: string;
  sequence: number;
  /** The document as JSON without its opening brace, so that a hit is its score and this. */
  body: string;
  attributes: Record<string, AttributeValue>;
  /** What is searched by words. */
  words: string;
}

export function segmentRow(
  { id, fields, attributes, sequence }: StoredDocument,
  lexical: LexicalSettings,
): SegmentRow {
  const body = JSON.stringify({ id, fields, attributes }).slice(1);
  return { id, sequence, body, attributes, words: documentTextOf(fields, lexical.fields) };
}

/** What the rows of a segment are numbered by. */
export interface SegmentParts {
  ids: string[];
  bodies: string[];
  attributes: AttributeTable;
  vectors: FlatIndex;
  words: LexicalIndex;
}

// Modifiers that a shop ranks by are few; beyond this many the oldest are forgotten.
const rememberedModifiers = 16;

/** Documents and everything that searches them. It never changes. */
export class Segment {
  readonly ids: readonly string[];
  readonly bodies: readonly string[];
  readonly attributes: AttributeTable;
  readonly vectors: FlatIndex;
  readonly words: LexicalIndex;
  readonly #fields: ReadonlySet<string>;
  readonly #modifiers = new Map<string, ScoreModifiers>();
  #rowOf: Map<string, number> | undefined;

  constructor({ ids, bodies, attributes, vectors, words }: SegmentParts) {
    this.ids = ids;
    this.bodies = bodies;
    this.attributes = attributes;
    this.vectors = vectors;
    this.words = words;
    this.#fields = new Set(attributes.fields);
  }

  /**
   * @param rows  in the order of their numbers
   * @param vectors  float32, [rows, dim], in parts
   * @param statistics  of the segment that this one is searched beside
   */
  static build(
    rows: readonly SegmentRow[],
    vectors: Iterable<Float32Array>,
    { dim, fingerprint, lexical }: { dim: number; fingerprint: string; lexical: LexicalSettings },
    statistics?: LexicalStatistics,
  ): Segment {
    const index = new FlatIndex({ dim, metric: 'cosine', fingerprint });
    for (const part of vectors) index.add(part);
    const { analyser, k1, b } = lexical;
    return new Segment({
      ids: rows.map(({ id }) => id),
      bodies: rows.map(({ body }) => body),
      attributes: new AttributeTable(rows.map(({ attributes }) => attributes)),
      vectors: index,
      words: LexicalIndex.build({ texts: rows.map(({ words }) => words), analyser, k1, b, statistics }),
    });
  }

  get count(): number {
    return this.ids.length;
  }

  has(field: string): boolean {
    return this.#fields.has(field);
  }

  rowOf(id: string): number | undefined {
    this.#rowOf ??= new Map(this.ids.map((each, row) => [each, row]));
    return this.#rowOf.get(id);
  }

  /** As AttributeTable.compile, but a field that only documents elsewhere have is one that no document here has. */
  compile(filter: Filter): Uint32Array {
    return this.attributes.compile(this.#known(filter));
  }

  /** @throws {AttuneError} INVALID_ARGUMENT for values that are no numbers */
  modifiers(options: ScoreModifierOptions): ScoreModifiers {
    const key = JSON.stringify(options);
    let modifiers = this.#modifiers.get(key);
    if (modifiers === undefined) {
      const known = (list: ScoreModifierOptions['add'] = []) => list.filter(({ field }) => this.has(field));
      modifiers = new ScoreModifiers(this.attributes, {
        multiplyBy: known(options.multiplyBy),
        add: known(options.add),
      });
      if (this.#modifiers.size >= rememberedModifiers)
        this.#modifiers.delete(this.#modifiers.keys().next().value!);
      this.#modifiers.set(key, modifiers);
    }
    return modifiers;
  }

  #known(filter: Filter): Filter {
    if ('and' in filter) return { and: filter.and.map((each) => this.#known(each)) };
    if ('or' in filter) return { or: filter.or.map((each) => this.#known(each)) };
    if ('not' in filter) return { not: this.#known(filter.not) };
    return this.has(filter.field) ? filter : { or: [] };
  }
}
