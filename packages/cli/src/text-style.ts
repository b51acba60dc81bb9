import { ansiPaint, plainPaint, type TextOptions } from '@attune/report';
import type { Context } from './context.js';

/** How reports are written to this terminal. */
export const textStyle = (context: Context): TextOptions => ({
  paint: context.colors ? ansiPaint : plainPaint,
  width: process.stdout.columns ?? 110,
});
