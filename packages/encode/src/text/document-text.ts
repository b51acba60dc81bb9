import { AttuneError } from '@attune/errors';

/** The fields of a document where nothing else is said. */
export const defaultDocumentFields: readonly string[] = ['title', 'class', 'description'];

/** A text, or fields by name of which the bundle's `documentFields` are used. */
export type DocumentInput = string | Readonly<Record<string, string>>;

/**
 * The text of a document: its fields in the bundle's order, joined by one space; blank ones are left out.
 *
 * @throws {AttuneError} INVALID_ARGUMENT when it has none of the fields, which would otherwise pass as a blank text
 */
export function documentText(document: DocumentInput, fields: readonly string[]): string {
  if (typeof document === 'string') return document;
  const present = fields.filter((field) => typeof document[field] === 'string');
  if (present.length === 0) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected a document with at least one of the fields ${fields.join(', ')} (the bundle's documentFields), but ` +
        `received one with ${Object.keys(document).join(', ') || 'no fields'}. Map its fields, or pass its text.`,
    );
  }
  return present
    .map((field) => document[field]!)
    .filter((text) => text.trim() !== '')
    .join(' ');
}
