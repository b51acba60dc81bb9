import type { WeightKind } from '@attune/schema';
import { PairMap } from '../pair-map.js';
import type { InteractionRow } from '../types.js';
import { ImpressionLog, type Impressions, type RateRule } from './impression-log.js';
import { makeRates } from './make-rates.js';

/**
 * Interactions as their rows come in. Rows of one query and document become one: counts are added, as are actions beside impressions, while grades,
 * labels and rates, of which several are several opinions, are averaged.
 */
export class InteractionCollector {
  readonly interactions: InteractionRow[] = [];
  readonly #pairs = new PairMap<InteractionRow>();
  readonly #shown = new ImpressionLog<InteractionRow>();

  /** @param shown  how often and at which rank the document was shown; undefined where the log does not count that */
  add(row: InteractionRow, kind: WeightKind, shown?: Impressions): void {
    const { queryId, documentId } = row;
    const known = this.#pairs.get(queryId, documentId);
    if (shown !== undefined) this.#shown.add(known ?? row, shown, row.weight);
    if (known === undefined) {
      this.#pairs.set(queryId, documentId, row);
      this.interactions.push(row);
      return;
    }
    const rows = known.rows ?? rowsOf(known);
    rows.all += 1;
    if (row.weight > 0) rows.positive += 1;
    known.rows = rows;
    const isAdded = kind === 'counts' || shown !== undefined;
    known.weight += isAdded ? row.weight : (row.weight - known.weight) / rows.all;
  }

  /**
   * Makes rates of the actions, where it is known of all of them how often they could have been done. What was never acted on keeps the
   * weight 0. Where every row is one impression, and a pair has less than two of them, there is no rate to speak of.
   *
   * @returns the rule that they are made by; undefined where they stay what they are
   */
  finishRates(): RateRule | undefined {
    const { size, impressions } = this.#shown;
    const rows = this.interactions.reduce((sum, row) => sum + rowsOf(row).all, 0);
    if (size < this.interactions.length || (impressions === rows && rows < 2 * size)) return undefined;
    const { examination, looksOf } = this.#shown.looks(rows);
    return makeRates(this.interactions, {
      examination,
      // Who acted has seen it, whatever was counted.
      looksOf: (row) =>
        examination === undefined ? Math.max(looksOf(row), 1, rowsOf(row).positive) : looksOf(row),
    });
  }
}

/** How many rows of the source an interaction was made of. */
export function rowsOf({ rows, weight }: InteractionRow): { all: number; positive: number } {
  return rows ?? { all: 1, positive: weight > 0 ? 1 : 0 };
}
