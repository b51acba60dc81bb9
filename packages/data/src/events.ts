import type { DataRow } from './rows.js';
import type { InteractionRow, SourceLine } from './types.js';

/** What an action says about the document it was done to. Others than these count for nothing. */
export const defaultActionWeights: Readonly<Record<string, number>> = {
  impression: 0,
  click: 1,
  add_to_cart: 5,
  purchase: 20,
};

export interface EventCounts {
  /** Events that became part of an interaction. */
  used: number;
  /** By action: events that have no weight. */
  unweighted: Map<string, number>;
  /** Events without a query's text of their own, whose query id no query row has. */
  unknownQuery: number;
  /** Events that name no document. */
  withoutDocument: number;
}

interface Pending {
  queryId: string | undefined;
  query: string | undefined;
  documentId: string;
  weight: number;
  source: SourceLine;
}

/**
 * Turns UBI events into interactions: the weights of all that people did to one document for one query text, added up. What was
 * shown and never acted on has weight 0. A query's text is the event's own, or that of the last query row with its id,
 * wherever in the file that stands.
 */
export class EventAggregator {
  readonly #weights: Readonly<Record<string, number>>;
  readonly #textOf = new Map<string, string>();
  readonly #pending: Pending[] = [];
  readonly counts: EventCounts = { used: 0, unweighted: new Map(), unknownQuery: 0, withoutDocument: 0 };

  constructor(weights: Readonly<Record<string, number>> = defaultActionWeights) {
    this.#weights = weights;
  }

  add(row: DataRow): void {
    const { event, queryId, query, documentId } = row;
    if (event === undefined || row.rejected !== undefined) return;
    if (event.kind === 'query') {
      if (queryId !== undefined && query !== undefined) this.#textOf.set(queryId, query);
      return;
    }
    const action = event.action ?? '';
    const weight = Object.hasOwn(this.#weights, action) ? this.#weights[action] : undefined;
    if (weight === undefined) {
      this.counts.unweighted.set(action, (this.counts.unweighted.get(action) ?? 0) + 1);
    } else if (documentId === undefined) {
      this.counts.withoutDocument += 1;
    } else {
      const source = { file: row.source.path, line: row.line };
      this.#pending.push({ queryId, query, documentId, weight, source });
    }
  }

  /** Query ids are given by text, "q0" first, because one person's query id is new at every search. */
  interactions(): InteractionRow[] {
    const byPair = new Map<string, InteractionRow>();
    const idOf = new Map<string, string>();
    for (const { queryId, query, documentId, weight, source } of this.#pending) {
      const text = query ?? (queryId === undefined ? undefined : this.#textOf.get(queryId));
      if (text === undefined) {
        this.counts.unknownQuery += 1;
        continue;
      }
      this.counts.used += 1;
      const id = idOf.get(text) ?? `q${idOf.size}`;
      idOf.set(text, id);
      const key = `${id} ${documentId}`;
      const interaction = byPair.get(key);
      if (interaction === undefined)
        byPair.set(key, { queryId: id, query: text, documentId, weight, source });
      else interaction.weight += weight;
    }
    return [...byPair.values()];
  }
}
