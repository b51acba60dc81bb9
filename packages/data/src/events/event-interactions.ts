import { foldText } from '../normalise.js';
import type { DataRow } from '../rows.js';
import { getOrAdd } from '../slices.js';
import type { InteractionRow, SourceLine } from '../types.js';
import {
  collectFeedback,
  type FeedbackCounts,
  type FeedbackEvent,
  forEachShown,
} from './collect-feedback.js';

/** What an action says about the document it was done to. Others than these count for nothing. */
export const defaultActionWeights: Readonly<Record<string, number>> = {
  impression: 0,
  click: 1,
  add_to_cart: 5,
  purchase: 20,
};

/**
 * The interactions of a log of UBI events, by the rule that a cycle learns by: a person counts once for each query, with the strongest
 * action on each document. The weight of an interaction is the sum over the people; what was named and never acted on has weight 0. All
 * events of a query and a document are its rows. A query's text is the event's own, or that of the last query row with its id, wherever in the file that stands.
 */
export class EventInteractions {
  readonly #actionWeights: Readonly<Record<string, number>>;
  readonly #textOf = new Map<string, string>();
  readonly #events: (FeedbackEvent & { source: SourceLine })[] = [];

  constructor(actionWeights: Readonly<Record<string, number>> = defaultActionWeights) {
    this.#actionWeights = actionWeights;
  }

  add(row: DataRow): void {
    const { event, queryId, query, documentId } = row;
    if (event === undefined || row.rejected !== undefined) return;
    if (event.kind === 'query') {
      if (queryId !== undefined && query !== undefined) this.#textOf.set(queryId, query);
      return;
    }
    this.#events.push({
      action: event.action ?? '',
      at: event.timeMs ?? 0,
      sequence: this.#events.length,
      queryId,
      query,
      documentId,
      clientId: event.clientId,
      sessionId: event.sessionId,
      source: { file: row.source.path, line: row.line },
    });
  }

  /** Query ids are given by text, because one person's query id is new at every search. */
  finish(): { interactions: InteractionRow[]; counts: FeedbackCounts } {
    const eventsOf = new Map<string, { source: SourceLine; rows: { all: number; positive: number } }>();
    const pairKey = (text: string, documentId: string) => JSON.stringify([foldText(text), documentId]);
    for (const event of this.#events) {
      event.query ??= event.queryId === undefined ? undefined : this.#textOf.get(event.queryId);
      const { query, documentId, source } = event;
      if (query === undefined || documentId === undefined) continue;
      const { rows } = getOrAdd(eventsOf, pairKey(query, documentId), () => ({
        source,
        rows: { all: 0, positive: 0 },
      }));
      rows.all += 1;
      if ((this.#actionWeights[event.action] ?? 0) > 0) rows.positive += 1;
    }
    const { queries, visits, counts } = collectFeedback(this.#events, {
      actionWeights: this.#actionWeights,
      isDocument: () => true,
      // The log is the operator's own: nobody floods it.
      clientFloor: Number.POSITIVE_INFINITY,
      nameless: 'apart',
    });
    const pairs = new Map<string, InteractionRow>();
    for (const visit of visits) {
      const { text } = queries[visit.query]!;
      forEachShown(visit, (documentId) => {
        const key = pairKey(text, documentId);
        const weight = visit.acted.get(documentId) ?? 0;
        const known = pairs.get(key);
        if (known) known.weight += weight;
        else {
          pairs.set(key, {
            queryId: `q${visit.query}`,
            query: text,
            documentId,
            weight,
            ...eventsOf.get(key)!,
          });
        }
      });
    }
    return { interactions: [...pairs.values()], counts };
  }
}
