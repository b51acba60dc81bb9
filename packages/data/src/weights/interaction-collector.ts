import type { WeightKind } from '@attune/schema';
import { getOrAdd } from '../slices.js';
import type { InteractionRow } from '../types.js';

/**
 * Interactions as their rows come in. Rows of one query and document become one: counts are added, while grades, labels and rates, of which
 * several are several opinions, are averaged.
 */
export class InteractionCollector {
  readonly interactions: InteractionRow[] = [];
  readonly #pairs = new Map<string, Map<string, InteractionRow>>();

  add(row: InteractionRow, kind: WeightKind): void {
    const pairs = getOrAdd(this.#pairs, row.queryId, () => new Map());
    const known = pairs.get(row.documentId);
    if (known === undefined) {
      pairs.set(row.documentId, row);
      this.interactions.push(row);
      return;
    }
    const rows = known.rows ?? rowsOf(known);
    rows.all += 1;
    if (row.weight > 0) rows.positive += 1;
    known.rows = rows;
    known.weight += kind === 'counts' ? row.weight : (row.weight - known.weight) / rows.all;
  }
}

/** How many rows of the source an interaction was made of. */
export function rowsOf({ rows, weight }: InteractionRow): { all: number; positive: number } {
  return rows ?? { all: 1, positive: weight > 0 ? 1 : 0 };
}
