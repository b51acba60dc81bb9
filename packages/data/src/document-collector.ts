import { attributesOf, type DataRow } from './rows.js';
import type { DocumentRow, SourceLine } from './types.js';
import { isBlank, ownText } from './values.js';

/** Documents by id. Blank values are masked: the field is left out, instead of "" or "nan" being learned. */
export class DocumentCollector {
  readonly #byId = new Map<string, DocumentRow>();
  /** By field: how many values were blank. */
  readonly masked = new Map<string, number>();

  get documents(): DocumentRow[] {
    return [...this.#byId.values()];
  }

  get ids(): Iterable<string> {
    return { [Symbol.iterator]: () => this.#byId.keys() };
  }

  get size(): number {
    return this.#byId.size;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  get(id: string): DocumentRow | undefined {
    return this.#byId.get(id);
  }

  /** @returns false when the id was there already: the first row with an id stays */
  add(row: DataRow): boolean {
    const id = row.documentId as string;
    if (this.#byId.has(id)) return false;
    const source = { file: row.source.path, line: row.line };
    this.#byId.set(id, { id, fields: this.#fieldsOf(row), attributes: attributesOf(row), source });
    return true;
  }

  /** A document as a log shows it: ids without text first, and any field that a later row fills is taken. */
  collect(row: DataRow, source: SourceLine): void {
    const known = this.#byId.get(row.documentId as string);
    if (known === undefined) {
      const id = ownText(row.documentId as string);
      this.#byId.set(id, { id, fields: this.#fieldsOf(row, ownText), attributes: {}, source });
      return;
    }
    for (const { field, value } of row.texts) {
      if (known.fields[field] === undefined && !isBlank(value)) known.fields[field] = ownText(value.trim());
    }
  }

  /** @param kept  of a text, what is kept: itself where the whole row is */
  #fieldsOf(row: DataRow, kept = (text: string) => text): Record<string, string> {
    const fields: Record<string, string> = {};
    for (const { field, value } of row.texts) {
      if (isBlank(value)) this.masked.set(field, (this.masked.get(field) ?? 0) + 1);
      else fields[field] = kept(value.trim());
    }
    return fields;
  }
}
