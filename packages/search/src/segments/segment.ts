import { AttuneError } from '@attune/errors';
import { FlatIndex, hasRow, LexicalIndex, type RowSet, type VectorIndex } from '@attune/indexes';
import type { ScoreModifiers } from '@attune/schema';
import { AttributeTable } from '../attributes/attribute-table.js';
import { RowModifiers } from '../ranking/modifiers.js';
import type { SegmentColumns } from './segment-columns.js';
import { TextColumn } from './text-column.js';

/** What the rows of a segment are numbered by. */
export interface SegmentParts {
  ids: TextColumn;
  attributes: AttributeTable;
  /** Each document as JSON; where nobody asks for it, none. */
  documents?: TextColumn | undefined;
  /** Where documents are searched by vectors. */
  vectors?: VectorIndex | undefined;
  /** Rows that have a vector; undefined: all. Of the others, `vectors` holds zeros. */
  embedded?: RowSet | undefined;
  /** Where documents are searched by words. */
  words?: LexicalIndex | undefined;
}

// Modifiers that a shop ranks by are few; beyond this many the oldest are forgotten.
const rememberedModifiers = 16;

const openingBrace = 1;

/** Documents and everything that searches them. It never changes. */
export class Segment {
  readonly ids: TextColumn;
  readonly attributes: AttributeTable;
  readonly embedded: RowSet | undefined;
  readonly #parts: SegmentParts;
  readonly #modifiers = new Map<string, RowModifiers>();

  constructor(parts: SegmentParts) {
    this.ids = parts.ids;
    this.attributes = parts.attributes;
    this.embedded = parts.embedded;
    this.#parts = parts;
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
      attributes: new AttributeTable(columns.attributes),
      documents: new TextColumn(columns.documents),
      vectors,
      embedded: columns.embedded,
      words: LexicalIndex.fromColumns(columns.words),
    });
  }

  get count(): number {
    return this.ids.count;
  }

  /** @throws {AttuneError} INVALID_ARGUMENT where there are none */
  get vectors(): VectorIndex {
    return this.#expect('vectors');
  }

  /** @throws {AttuneError} INVALID_ARGUMENT where there are none */
  get words(): LexicalIndex {
    return this.#expect('words');
  }

  /** @throws {AttuneError} INVALID_ARGUMENT where there are none */
  get documents(): TextColumn {
    return this.#expect('documents');
  }

  isEmbedded(row: number): boolean {
    return this.embedded === undefined || hasRow(this.embedded, row);
  }

  /** The document as JSON without its opening brace, so that a hit is its score and this. */
  body(row: number): string {
    return this.documents.at(row, openingBrace);
  }

  /** @throws {AttuneError} INVALID_ARGUMENT for values that are no numbers */
  modifiers(options: ScoreModifiers): RowModifiers {
    const key = JSON.stringify(options);
    let modifiers = this.#modifiers.get(key);
    if (modifiers === undefined) {
      modifiers = new RowModifiers(this.attributes, options);
      if (this.#modifiers.size >= rememberedModifiers)
        this.#modifiers.delete(this.#modifiers.keys().next().value!);
      this.#modifiers.set(key, modifiers);
    }
    return modifiers;
  }

  #expect<Name extends 'vectors' | 'words' | 'documents'>(name: Name): NonNullable<SegmentParts[Name]> {
    const part = this.#parts[name];
    if (part !== undefined) return part;
    throw new AttuneError('INVALID_ARGUMENT', `These documents were indexed without their ${name}.`);
  }
}
