import type { Part } from './types.js';

/** Words that programs write where there is nothing. A model would learn them as words. */
const wordsForNothing = new Set(['nan', 'null', 'none', 'n/a', '#n/a', 'undefined', '<na>', 'nil']);

/** True for nothing, blanks, and a word for nothing ("nan", "null", "None", "N/A" and the like) standing alone. */
export function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'number') return Number.isNaN(value);
  if (typeof value !== 'string') return Array.isArray(value) && value.every(isBlank);
  if (value.length > 16) return value.trim() === '';
  const trimmed = value.trim();
  return trimmed === '' || wordsForNothing.has(trimmed.toLowerCase());
}

/** The text of a value: lists are joined by commas, objects are JSON, blanks at the ends stay. */
export function textOfValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(textOfValue).join(', ');
  if (typeof value === 'object') return jsonOf(value);
  return String(value);
}

/** JSON of a value. A bigint stands there as its digits in quotes. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
}

/** An id: numbers become their decimal digits, blanks around it go; undefined when blank. */
export function idOfValue(value: unknown): string | undefined {
  if (typeof value === 'bigint') return String(value);
  // From 1e21 on String() would write an exponent.
  if (Number.isInteger(value) && Math.abs(value as number) >= 1e21) return String(BigInt(value as number));
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return undefined;
  // Unlike texts, ids may be a word such as "none"; only an empty one is no id.
  const id = value.trim();
  return id === '' ? undefined : id;
}

/** An id without the zeros that it begins with. */
export const stripZeros = (id: string): string => id.replace(/^0+(?=.)/, '');

/** How the numerals of a file are written. */
export interface NumeralForm {
  /** 0,25 is a quarter, as in files whose columns are not parted by commas. */
  decimalComma?: boolean | undefined;
}

/**
 * A weight: numbers, numerals, and true/false as 1/0; NaN for anything else; undefined when blank.
 *
 * @param decimalComma  0,25 is a quarter
 */
export function weightOfValue(
  value: unknown,
  { decimalComma = false }: NumeralForm = {},
): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return value === undefined || value === null ? undefined : Number.NaN;
  const text = value.trim();
  if (text === '') return undefined;
  const lower = text.toLowerCase();
  if (lower === 'true') return 1;
  if (lower === 'false') return 0;
  if (/^[-+]?inf(inity)?$/.test(lower)) return lower.startsWith('-') ? -Infinity : Infinity;
  if (decimalComma && /^[-+]?\d+,\d+$/.test(text)) return Number(text.replace(',', '.'));
  // Number() takes hexadecimal and the like for numerals; a weight is written in decimals.
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(lower) ? Number(lower) : Number.NaN;
}

/** The part that a word stands for, in whatever letters: `train`, `dev` (also valid, validation, val), `test`. */
export function partOfName(value: unknown): Part | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value.trim().toLowerCase();
  if (/^(dev|val|valid|validation)$/.test(name)) return 'dev';
  if (/^train(ing)?$/.test(name)) return 'train';
  return name === 'test' ? 'test' : undefined;
}
