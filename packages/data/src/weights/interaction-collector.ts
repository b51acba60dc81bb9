import type { WeightKind } from '@attune/schema';
import { getOrAdd } from '../slices.js';
import type { InteractionRow } from '../types.js';
import { fitRatePrior, type RatePrior, smoothedRate } from './rates.js';

/**
 * Interactions as their rows come in. Rows of one query and document become one: counts are added, as are actions beside impressions, while grades,
 * labels and rates, of which several are several opinions, are averaged.
 */
export class InteractionCollector {
  readonly interactions: InteractionRow[] = [];
  readonly #pairs = new Map<string, Map<string, InteractionRow>>();
  readonly #impressions = new Map<InteractionRow, number>();

  /** @param impressions  how often the document was shown; undefined where the log does not count that */
  add(row: InteractionRow, kind: WeightKind, impressions?: number): void {
    const pairs = getOrAdd(this.#pairs, row.queryId, () => new Map());
    const known = pairs.get(row.documentId);
    if (known === undefined) {
      pairs.set(row.documentId, row);
      this.interactions.push(row);
      if (impressions !== undefined) this.#impressions.set(row, impressions);
      return;
    }
    const rows = known.rows ?? rowsOf(known);
    rows.all += 1;
    if (row.weight > 0) rows.positive += 1;
    known.rows = rows;
    const shown = this.#impressions.get(known);
    if (impressions !== undefined) this.#impressions.set(known, (shown ?? 0) + impressions);
    const isAdded = kind === 'counts' || shown !== undefined;
    known.weight += isAdded ? row.weight : (row.weight - known.weight) / rows.all;
  }

  /**
   * Makes rates of the actions, where it is known of all of them how often they could have been done. What was never acted on keeps the
   * weight 0. Where every row is one impression, and a pair has less than two of them, there is no rate to speak of.
   *
   * @returns the prior that they are smoothed by; undefined where they stay what they are
   */
  finishRates(): RatePrior | undefined {
    if (this.#impressions.size < this.interactions.length) return undefined;
    const shown = [...this.#impressions.values()].reduce((sum, impressions) => sum + impressions, 0);
    const rows = this.interactions.reduce((sum, row) => sum + rowsOf(row).all, 0);
    if (shown === rows && rows < 2 * this.interactions.length) return undefined;
    const exposures = [...this.#impressions].map(([row, impressions]) => ({
      row,
      actions: row.weight,
      // Who acted has seen it, whatever was counted.
      impressions: Math.max(impressions, rowsOf(row).positive, 1),
    }));
    if (!exposures.some(({ actions }) => actions > 0)) return undefined;
    const prior = fitRatePrior(exposures);
    for (const exposure of exposures) {
      if (exposure.actions > 0) exposure.row.weight = smoothedRate(exposure, prior);
    }
    return prior;
  }
}

/** How many rows of the source an interaction was made of. */
export function rowsOf({ rows, weight }: InteractionRow): { all: number; positive: number } {
  return rows ?? { all: 1, positive: weight > 0 ? 1 : 0 };
}
