import { isBlank, type NumeralForm, textOfValue, weightOfValue } from '../values.js';
import { foldLabel } from './labels.js';

/** Different values that are remembered; of more it is only known that there are many. */
const mostDistinct = 1000;

/** What the first rows of a column hold. */
export class ColumnSample {
  readonly column: string;
  readonly form: NumeralForm;
  /** Values that are not blank. */
  filled = 0;
  /** Numbers, numerals and true or false, not negative. */
  numbers = 0;
  /** Numbers that stand there as a share of a hundred, such as "3.5 %". */
  percentages = 0;
  whole = 0;
  highest = 0;
  /** number -> rows */
  readonly #rowsOf = new Map<number, number>();
  /** Folded texts that are no number, and how they are written. */
  readonly labels = new Map<string, string>();

  constructor(column: string, form: NumeralForm = {}) {
    this.column = column;
    this.form = form;
  }

  add(value: unknown): void {
    if (isBlank(value)) return;
    this.filled += 1;
    const percentage = percentageOf(value, this.form);
    const number = percentage ?? weightOfValue(value, this.form);
    if (number === undefined || Number.isNaN(number)) {
      const text = textOfValue(value);
      if (this.labels.size < mostDistinct) this.labels.set(foldLabel(text), text.trim());
      return;
    }
    if (!Number.isFinite(number) || number < 0) return;
    this.numbers += 1;
    if (percentage !== undefined) this.percentages += 1;
    if (Number.isInteger(number)) this.whole += 1;
    this.highest = Math.max(this.highest, number);
    const rows = this.#rowsOf.get(number);
    if (rows !== undefined || this.#rowsOf.size < mostDistinct) this.#rowsOf.set(number, (rows ?? 0) + 1);
  }

  /** Different numbers; past 1,000 they are no longer told apart. */
  get distinct(): number {
    return this.#rowsOf.size;
  }

  /** Different numbers, lowest first. */
  get values(): number[] {
    return [...this.#rowsOf.keys()].sort((a, b) => a - b);
  }

  /** The share of the numbers above 0 that reach half of the highest: of grades most do, of counts hardly one. */
  get shareOfUpperHalf(): number {
    let positive = 0;
    let upper = 0;
    for (const [value, rows] of this.#rowsOf) {
      if (value > 0) positive += rows;
      if (value > 0 && value >= this.highest / 2) upper += rows;
    }
    return positive > 0 ? upper / positive : 0;
  }
}

/** "3.5 %" as 0.035; undefined for what has no sign of percent. */
export function percentageOf(value: unknown, form: NumeralForm): number | undefined {
  if (typeof value !== 'string') return undefined;
  const [, numeral] = /^\s*(.*\d)\s*[%％]\s*$/u.exec(value) ?? [];
  return numeral === undefined ? undefined : (weightOfValue(numeral, form) ?? Number.NaN) / 100;
}
