import type { Interaction } from '@attune/schema';
import { foldText } from '@attune/text';
import type { DataRow } from '../rows.js';
import { getOrAdd } from '../slices.js';
import type { InteractionRow, SourceLine } from '../types.js';
import { ImpressionLog, type RateRule } from '../weights/impression-log.js';
import { makeRates } from '../weights/make-rates.js';
import {
  collectFeedback,
  type FeedbackCounts,
  type FeedbackEvent,
  forEachShown,
} from './collect-feedback.js';
import { joinSearches, type LoggedSearch, noAction } from './join-searches.js';

/** What an action says about the document it was done to. Others than these count for nothing. */
export const defaultActionWeights: Readonly<Record<string, number>> = {
  impression: 0,
  click: 1,
  thumbs_down: 0,
  thumbs_up: 3,
  add_to_cart: 5,
  purchase: 20,
};

interface LoggedEvent extends FeedbackEvent {
  source: SourceLine;
}

/** What the events of one query's text and one document come to. */
interface PairEvents {
  source: SourceLine;
  rows: { all: number; positive: number };
}

/** A pair that somebody saw. */
interface SeenPair extends Interaction {
  /** Undefined where it only stood among the hits of searches. */
  events: PairEvents | undefined;
}

export interface LoggedInteractions {
  interactions: InteractionRow[];
  counts: FeedbackCounts;
  /** The rule by which counts became rates, where they did. */
  rates: RateRule | undefined;
}

/** So many of the actions need an impression of their own: else what was shown is known of a part alone. */
const leastShown = 0.9;

const pairKey = (text: string, documentId: string) => JSON.stringify([foldText(text), documentId]);

/**
 * The interactions of a log of UBI events, by the rule that a cycle learns by: a person counts once for each query, with the strongest
 * action on each document. The weight of an interaction is the sum over the people; what was named and never acted on has weight 0. All
 * events of a query and a document are its rows. A query's text is the event's own, or that of the last query row with its id, wherever in the file that stands.
 *
 * Where the log says what was shown, by impressions or by the hits of its searches, sums become rates: over the people who saw the
 * document, or, where ranks are known, who looked there; smoothed by a prior fitted to the log.
 */
export class EventInteractions {
  readonly #actionWeights: Readonly<Record<string, number>>;
  readonly #searches = new Map<string, LoggedSearch>();
  readonly #events: LoggedEvent[] = [];

  constructor(actionWeights: Readonly<Record<string, number>> = defaultActionWeights) {
    this.#actionWeights = actionWeights;
  }

  add(row: DataRow): void {
    const { event, queryId, query, documentId } = row;
    if (event === undefined || row.rejected !== undefined) return;
    const { action = '', timeMs: at = 0, clientId, sessionId, hits, ordinal } = event;
    if (event.kind === 'query') {
      if (queryId !== undefined && query !== undefined)
        this.#searches.set(queryId, { query, hits, at, clientId, sessionId });
      return;
    }
    this.#events.push({
      action,
      at,
      sequence: this.#events.length,
      queryId,
      query,
      documentId,
      // Of other events it is no rank: where a page was scrolled to, or a filter stands.
      position: this.#weightOf(action) === undefined ? undefined : ordinal,
      clientId,
      sessionId,
      source: { file: row.source.path, line: row.line },
    });
  }

  /**
   * Query ids are given by text, because one person's query id is new at every search.
   *
   * @param asRates  whether counts become rates where the log says what was shown; true unless set
   */
  finish({ asRates = true }: { asRates?: boolean } = {}): LoggedInteractions {
    const isPlaced = ({ action, documentId }: LoggedEvent) =>
      documentId !== undefined && this.#weightOf(action) !== undefined;
    const { events, unanswered, areRanked } = joinSearches(this.#events, this.#searches, isPlaced);
    const eventsOf = this.#byPair(events);
    const { queries, visits, counts } = collectFeedback([...events, ...unanswered], {
      actionWeights: this.#actionWeights,
      isDocument: () => true,
      from: 'operator',
    });
    counts.events -= unanswered.length;
    delete counts.unknownAction[noAction];
    const pairs = new Map<string, SeenPair>();
    const shown = new ImpressionLog<SeenPair>();
    for (const visit of visits) {
      const query = queries[visit.query]!.text;
      forEachShown(visit, (documentId, rank) => {
        const key = pairKey(query, documentId);
        const pair = getOrAdd(pairs, key, (): SeenPair => {
          const events = eventsOf.get(key);
          return { queryId: `q${visit.query}`, query, documentId, weight: 0, events };
        });
        const weight = visit.acted.get(documentId) ?? 0;
        const acted = weight > 0 ? 1 : 0;
        pair.weight += weight;
        shown.add(pair, { count: 1, rank: areRanked ? rank : undefined }, acted);
      });
    }
    const seen = [...pairs.values()];
    // Of pairs that were shown less than twice there is no rate to speak of.
    const areRates = asRates && shown.impressions >= 2 * shown.size && this.#isShown(events);
    const rates = areRates ? makeRates(seen, shown.looks(shown.impressions)) : undefined;
    const interactions = seen.flatMap(({ events, ...interaction }) =>
      events === undefined ? [] : [{ ...interaction, rows: events.rows, source: events.source }],
    );
    return { interactions, counts, rates };
  }

  #byPair(events: readonly LoggedEvent[]): Map<string, PairEvents> {
    const eventsOf = new Map<string, PairEvents>();
    for (const { action, query, documentId, source } of events) {
      if (query === undefined || documentId === undefined) continue;
      const known = getOrAdd(eventsOf, pairKey(query, documentId), () => ({
        source,
        rows: { all: 0, positive: 0 },
      }));
      const weight = this.#weightOf(action);
      known.rows.all += 1;
      if (weight !== undefined && weight > 0) known.rows.positive += 1;
    }
    return eventsOf;
  }

  /** Whether nearly all actions are on what the log says was shown in their search. */
  #isShown(events: readonly LoggedEvent[]): boolean {
    const keyOf = ({ queryId, clientId, sessionId, query, documentId }: LoggedEvent) =>
      JSON.stringify([queryId ?? [clientId, sessionId, query], documentId]);
    const acted = new Map<string, boolean>();
    for (const event of events) {
      if ((this.#weightOf(event.action) ?? 0) > 0) acted.set(keyOf(event), event.shown !== undefined);
    }
    for (const event of events) {
      const weight = this.#weightOf(event.action);
      if (weight !== undefined && weight <= 0 && acted.has(keyOf(event))) acted.set(keyOf(event), true);
    }
    const shown = [...acted.values()].filter(Boolean).length;
    return shown >= leastShown * acted.size;
  }

  #weightOf(action: string): number | undefined {
    return Object.hasOwn(this.#actionWeights, action) ? this.#actionWeights[action] : undefined;
  }
}
