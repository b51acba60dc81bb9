import { ansiPaint, plainPaint, type TextOptions, textTable } from '@attune/report';
import type { Context } from './context.js';

/** How reports are written to this terminal. */
export const textStyle = (context: Context): TextOptions => ({
  paint: context.colors ? ansiPaint : plainPaint,
  width: process.stdout.columns ?? 110,
});

/** A table for a terminal, its titles set off where there is colour. */
export const tableText = (
  context: Context,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): string =>
  textTable(
    titles.map((title) => ({ title })),
    rows,
    { paintTitle: textStyle(context).paint?.bold },
  ).join('\n');
