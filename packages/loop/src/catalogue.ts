import type { AttributeValue, DocumentRow } from '@attune/data';
import { documentText } from '@attune/encode';
import { AttributeTable, type RowSet } from '@attune/search';

/** The documents of a dataset as every index over them numbers them: row i is document i. */
export class Catalogue {
  readonly documents: readonly DocumentRow[];
  readonly ids: readonly string[];
  readonly attributes: AttributeTable;
  readonly #rowOf: Map<string, number>;

  constructor(documents: readonly DocumentRow[]) {
    this.documents = documents;
    this.ids = documents.map(({ id }) => id);
    this.attributes = new AttributeTable(documents.map(({ attributes }) => attributes));
    this.#rowOf = new Map(this.ids.map((id, row) => [id, row]));
  }

  rowOf(id: string): number | undefined {
    return this.#rowOf.get(id);
  }

  /** The rows whose attributes have all of these values; undefined when that is no condition. */
  allowed(values: Record<string, AttributeValue>): RowSet | undefined {
    const conditions = Object.entries(values);
    if (conditions.length === 0) return undefined;
    return this.attributes.compile({ and: conditions.map(([field, equals]) => ({ field, equals })) });
  }

  /** The text of each document by the chosen fields, as `documentText` of `@attune/encode` makes it. */
  texts(fields: readonly string[]): string[] {
    return this.documents.map((document) => documentText(document.fields, fields));
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
