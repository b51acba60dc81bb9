import {
  AttributeTable,
  type Filter,
  FlatIndex,
  LexicalIndex,
  type ScoreModifierOptions,
  ScoreModifiers,
} from '@attune/search';
import type { SegmentColumns } from './segment-columns.js';
import { TextColumn } from './text-column.js';

/** What the rows of a segment are numbered by. */
export interface SegmentParts {
  ids: TextColumn;
  /** Each document as JSON. */
  documents: TextColumn;
  attributes: AttributeTable;
  vectors: FlatIndex;
  words: LexicalIndex;
}

// Modifiers that a shop ranks by are few; beyond this many the oldest are forgotten.
const rememberedModifiers = 16;

const openingBrace = 1;

/** Documents and everything that searches them. It never changes. */
export class Segment {
  readonly ids: TextColumn;
  readonly documents: TextColumn;
  readonly attributes: AttributeTable;
  readonly vectors: FlatIndex;
  readonly words: LexicalIndex;
  readonly #fields: ReadonlySet<string>;
  readonly #modifiers = new Map<string, ScoreModifiers>();

  constructor({ ids, documents, attributes, vectors, words }: SegmentParts) {
    this.ids = ids;
    this.documents = documents;
    this.attributes = attributes;
    this.vectors = vectors;
    this.words = words;
    this.#fields = new Set(attributes.fields);
  }

  /** Vectors are taken in part by part, and what else is to be done has its turn in between. */
  static async of(
    columns: SegmentColumns,
    { dim, fingerprint }: { dim: number; fingerprint: string },
  ): Promise<Segment> {
    const vectors = new FlatIndex({ dim, metric: 'cosine', fingerprint });
    for (let part = columns.vectors.shift(); part !== undefined; part = columns.vectors.shift()) {
      vectors.add(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return new Segment({
      ids: new TextColumn(columns.ids),
      documents: new TextColumn(columns.documents),
      attributes: AttributeTable.fromColumns(columns.attributes),
      vectors,
      words: LexicalIndex.fromColumns(columns.words),
    });
  }

  get count(): number {
    return this.ids.count;
  }

  has(field: string): boolean {
    return this.#fields.has(field);
  }

  /** The document as JSON without its opening brace, so that a hit is its score and this. */
  body(row: number): string {
    return this.documents.at(row, openingBrace);
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
