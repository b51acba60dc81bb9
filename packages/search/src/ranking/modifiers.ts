import { AttuneError } from '@attune/errors';
import type { ScoreModifier, ScoreModifiers } from '@attune/schema';
import type { AttributeTable } from '../attributes/attribute-table.js';
import type { RankedRows } from './ranked-rows.js';

/**
 * What score modifiers do to each row of a table. A score below 0 gets worse where the product is above 1. Only rows that a search gave
 * are modified, so ask it for more than you show. Products and sums that grow beyond all numbers end at the largest.
 */
export class RowModifiers {
  /** [rows] */
  readonly #factors: Float64Array;
  readonly #additions: Float64Array;

  /** @throws {AttuneError} INVALID_ARGUMENT for a field whose values are no usable numbers */
  constructor(table: AttributeTable, { multiplyBy = [], add = [] }: ScoreModifiers) {
    this.#factors = new Float64Array(table.count).fill(1);
    this.#additions = new Float64Array(table.count);
    for (const modifier of multiplyBy) {
      forEachValue(table, modifier, (row, value) => {
        this.#factors[row] = finite(this.#factors[row]! * value);
      });
    }
    for (const modifier of add) {
      forEachValue(table, modifier, (row, value) => {
        this.#additions[row] = finite(this.#additions[row]! + value);
      });
    }
  }

  /** The same rows with their modified scores, best first; equal scores in the order of their rows. */
  apply({ rows, scores }: RankedRows): RankedRows {
    const modified = Float32Array.from(rows, (row, i) =>
      asFloat32(finite(scores[i]! * this.#factors[row]!) + this.#additions[row]!),
    );
    const order = [...rows.keys()].sort((a, b) => modified[b]! - modified[a]! || rows[a]! - rows[b]!);
    return {
      rows: Int32Array.from(order, (i) => rows[i]!),
      scores: Float32Array.from(order, (i) => modified[i]!),
    };
  }
}

/** A number beyond the largest is the largest: so 0 times it is 0, and no score is none. */
const finite = (value: number): number => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));

const largestFloat32 = 3.4028234663852886e38;
const asFloat32 = (value: number): number => Math.min(largestFloat32, Math.max(-largestFloat32, value));

function forEachValue(
  table: AttributeTable,
  { field, weight = 1, log = false }: ScoreModifier,
  use: (row: number, value: number) => void,
): void {
  for (let row = 0; row < table.count; ++row) {
    const value = table.value(row, field);
    if (value === undefined) continue;
    const usable = typeof value === 'number' && Number.isFinite(value) && (!log || value > -1);
    if (!usable) {
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected the field ${field} to hold numbers${log ? ' above -1, as ln(1 + value) needs' : ''}, but row ${row} holds ` +
          `${JSON.stringify(value)}.`,
      );
    }
    use(row, finite(weight * (log ? Math.log1p(value) : value)));
  }
}
