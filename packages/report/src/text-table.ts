/** Tables of fixed-width characters, and the width that text takes in a terminal. */

import stringWidth from 'string-width';

// Control characters and the marks that turn the direction of writing could move the cursor, recolour the
// terminal or reorder what is read. Data is shown, not obeyed.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/gu;
const graphemes = new Intl.Segmenter();

/** Text of unknown origin on one line, without what a terminal would obey. */
export const printable = (text: string) => text.replace(/\s+/gu, ' ').replace(unprintable, '\ufffd').trim();

/** Columns that `text` takes: East Asian characters and emoji take two, combining marks none. */
export const displayWidth = (text: string) => stringWidth(text);

/** `text` cut to `width` columns, with `…` where something is missing. */
export function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = '';
  let taken = 0;
  for (const { segment: character } of graphemes.segment(text)) {
    const next = displayWidth(character);
    if (taken + next > width - 1) break;
    cut += character;
    taken += next;
  }
  return `${cut}…`;
}

export interface Column {
  title: string;
  align?: 'left' | 'right' | undefined;
  /** Wider cells are cut. */
  most?: number | undefined;
}

export type Painter = (text: string) => string;

/**
 * Lines of a table: titles, a rule, rows; columns two blanks apart, no blanks at a line's end.
 *
 * @param paintTitle  applied after the widths are known, so that colour codes do not count
 */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { paintTitle = (text) => text }: { paintTitle?: Painter | undefined } = {},
): string[] {
  const cells = rows.map((row) =>
    columns.map(({ most }, c) => fit(printable(row[c] ?? ''), most ?? Number.POSITIVE_INFINITY)),
  );
  const widths = columns.map(({ title }, c) =>
    Math.max(displayWidth(title), ...cells.map((row) => displayWidth(row[c]!))),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, c) => {
        const blanks = ' '.repeat(widths[c]! - displayWidth(cell));
        return columns[c]!.align === 'right' ? blanks + cell : cell + blanks;
      })
      .join('  ')
      .trimEnd();
  const titles = line(columns.map(({ title }) => title));
  return [paintTitle(titles), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(line)];
}

/** Paragraph lines of at most `width` columns; a longer word stands alone. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    if (line !== '' && displayWidth(indent) + displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(indent + line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(indent + line);
  return lines;
}
