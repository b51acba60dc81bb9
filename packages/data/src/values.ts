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

/**
 * The text in memory of its own, for whoever keeps it. What was cut out of a line keeps the whole line in memory, since V8 makes it a view of the
 * line.
 */
export function ownText(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
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
  /** What parts the columns, a comma unless set: in quotes inside such a file, 1,234 is a thousand. In others it may be one and a bit. */
  delimiter?: string | undefined;
}

/**
 * A weight: numbers, numerals (also with thousands in groups), and true/false as 1/0; NaN for anything else; undefined when blank.
 *
 * @param form  of the file that the value stands in
 */
export function weightOfValue(
  value: unknown,
  { decimalComma = false, delimiter = ',' }: NumeralForm = {},
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
  const isUnclear = delimiter !== ',' && !decimalComma && /^[^,]*,\d{3}$/.test(text);
  const ungrouped = isUnclear ? text : withoutGroups(text, decimalComma);
  if (decimalComma && /^[-+]?\d+,\d+$/.test(ungrouped)) return Number(ungrouped.replace(',', '.'));
  // Number() takes hexadecimal and the like for numerals; a weight is written in decimals.
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(ungrouped) ? Number(ungrouped) : Number.NaN;
}

/** 1,234,567.5 and 1 234 567.5 as 1234567.5; with decimal commas 1.234.567,5 as 1234567,5. */
function withoutGroups(text: string, decimalComma: boolean): string {
  const isGrouped = decimalComma
    ? /^[-+]?[1-9]\d{0,2}([. '’\u00a0\u202f])\d{3}(\1\d{3})*(,\d+)?$/
    : /^[-+]?[1-9]\d{0,2}([, '’\u00a0\u202f])\d{3}(\1\d{3})*(\.\d+)?$/;
  return isGrouped.test(text) ? text.replace(decimalComma ? /[^\d,+-]/g : /[^\d.+-]/g, '') : text;
}

/** The part that a word stands for, in whatever letters: `train`, `dev` (also valid, validation, val), `test`. */
export function partOfName(value: unknown): Part | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value.trim().toLowerCase();
  if (/^(dev|val|valid|validation)$/.test(name)) return 'dev';
  if (/^train(ing)?$/.test(name)) return 'train';
  return name === 'test' ? 'test' : undefined;
}
