import { foldText } from '@attune/text';
import { hash53 } from '../hash.js';
import type { DataRow } from '../rows.js';

/** hash53 of the text without regard to case and blanks. */
export function foldedHash(text: string): number {
  // Most texts are plain ASCII without runs of blanks; those need no normal form, and it is what costs.
  return hash53(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(text) ? text.toLowerCase() : foldText(text));
}

/** The text of all fields of a row. */
export function wholeText(row: DataRow): string {
  const { texts } = row;
  if (texts.length === 1) return texts[0]?.value ?? '';
  return texts
    .map(({ value }) => value)
    .join(' ')
    .trim();
}

/** The text a pair is about: its title, or its first text that is not blank. */
export function titleOf(row: DataRow): string {
  for (const { value } of row.texts) if (value.trim() !== '') return value;
  return '';
}

/** What names the query of a row: its text where it has one, otherwise its id. */
export function queryHash(row: DataRow): number {
  return row.query !== undefined ? foldedHash(row.query) : hash53(`id ${row.queryId ?? ''}`);
}
