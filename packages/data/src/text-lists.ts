/**
 * Rows that hold texts instead of ids of documents: a query with lists of positive and negative texts (`query`, `pos`, `neg`), or an anchor with a
 * positive and one or more negatives. Each text is a document of its own.
 */
import { createHash } from 'node:crypto';
import { plainName, usualNames } from './columns.js';

/** Columns of positive and of negative texts. */
export interface TextLists {
  positives: string[];
  negatives: string[];
}

export interface ListedText {
  documentId: string;
  text: string;
  /** 1 of a positive, 0 of a negative. */
  weight: number;
}

const positiveName = /^(pos|positive)s?(_\d+)?$/;
const negativeName = /^(neg|negative)s?(_\d+)?$/;

/** The lists of a table's columns, or undefined where there are none, or where documents have ids of their own. */
export function textListsOf(columns: readonly string[]): TextLists | undefined {
  const named = (pattern: RegExp) => columns.filter((column) => pattern.test(plainName(column)));
  const plain = columns.map(plainName);
  const positives = named(positiveName);
  const hasQuery = plain.some((name) => usualNames.query.includes(name));
  // An `id` beside them is of the query or of the row.
  const hasDocument = plain.some((name) => !/^_?id$/.test(name) && usualNames.document.includes(name));
  if (positives.length === 0 || !hasQuery || hasDocument) return undefined;
  return { positives, negatives: named(negativeName) };
}

/** The texts of a row; a value may be one text or a list of them. */
export function listedTexts(values: Readonly<Record<string, unknown>>, lists: TextLists): ListedText[] {
  const texts = (columns: readonly string[], weight: number): ListedText[] =>
    columns
      .flatMap((column) => values[column])
      .filter((text) => typeof text === 'string')
      .map((text) => ({ documentId: idOfText(text), text, weight }));
  return [...texts(lists.positives, 1), ...texts(lists.negatives, 0)];
}

/** The same for the same text in every file: 128 bits of its SHA-256, without the blanks around it. */
export function idOfText(text: string): string {
  return createHash('sha256').update(text.trim()).digest('hex').slice(0, 32);
}
