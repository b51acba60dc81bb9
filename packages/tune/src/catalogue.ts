import type { DocumentRow } from '@attune/data';
import { type DocumentTexts, documentText, documentTexts } from '@attune/encode';
import { LexicalIndex } from '@attune/indexes';
import {
  AttributeTable,
  type LexicalSettings,
  Segment,
  type SegmentParts,
  TextColumn,
  View,
} from '@attune/search';
import { guessLanguage, spreadRows } from '@attune/text';

/** Documents that tell the language. */
const guessedFrom = 500;

/** The documents of a dataset as every index over them numbers them: row i is document i. */
export class Catalogue {
  readonly documents: readonly DocumentRow[];
  readonly ids: readonly string[];
  readonly #rowOf: Map<string, number>;
  #language: string | undefined;
  #isGuessed = false;
  /** What every view shares. */
  #columns: Pick<SegmentParts, 'ids' | 'attributes'> | undefined;

  /** @param options.language  BCP 47; told from the texts unless set */
  constructor(documents: readonly DocumentRow[], { language }: { language?: string | undefined } = {}) {
    this.#language = language;
    this.documents = documents;
    this.ids = documents.map(({ id }) => id);
    this.#rowOf = new Map(this.ids.map((id, row) => [id, row]));
  }

  rowOf(id: string): number | undefined {
    return this.#rowOf.get(id);
  }

  /** The language of the texts, as BCP 47; undefined where they do not tell. */
  get language(): string | undefined {
    if (this.#language === undefined && !this.#isGuessed) {
      const texts = spreadRows(this.documents.length, guessedFrom).map((row) => {
        const { fields } = this.documents[row]!;
        return documentText(fields, Object.keys(fields));
      });
      this.#language = guessLanguage(texts).language;
      this.#isGuessed = true;
    }
    return this.#language;
  }

  /** The documents with what they are to be searched by. Row i of the view is document i. */
  view(indexes: Omit<SegmentParts, 'ids' | 'attributes'>): View {
    this.#columns ??= {
      ids: TextColumn.of(this.ids),
      attributes: AttributeTable.of(this.documents.map(({ attributes }) => attributes)),
    };
    return View.of(new Segment({ ...this.#columns, ...indexes }));
  }

  /** The text of each document by the chosen fields, as `documentText` of `@attune/encode` makes it. */
  texts(fields: readonly string[]): string[] {
    return this.documents.map((document) => documentText(document.fields, fields));
  }

  /** The same, counted. */
  documentTexts(fields: readonly string[]): DocumentTexts {
    return documentTexts(
      this.documents.map((document) => document.fields),
      fields,
    );
  }

  /** The index of the documents' words that these settings ask for. */
  words({ analyser, cut, k1, b, fields }: LexicalSettings): LexicalIndex {
    return LexicalIndex.build({ texts: this.texts(fields), analyser, cut, k1, b });
  }

  /** Every text field that some document fills, in the order of the documents' own. */
  filledFields(): string[] {
    const filled = new Set<string>();
    for (const { fields } of this.documents) {
      for (const [field, text] of Object.entries(fields)) if (text.trim() !== '') filled.add(field);
    }
    return [...filled];
  }
}
