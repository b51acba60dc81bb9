import type { FeedbackEvent } from './collect-feedback.js';

/** A search as a log of UBI records it. */
export interface LoggedSearch {
  query: string;
  /** Ids of the documents that it was answered with, best first; empty where the log does not say. */
  hits: readonly string[];
  at: number;
  clientId: string | undefined;
  sessionId: string | undefined;
}

export interface JoinedSearches<Event> {
  /** With text, what was shown, and the rank from 1, as far as the log says them. */
  events: Event[];
  /** Searches whose hits no event brings along: what was shown in vain. */
  unanswered: FeedbackEvent[];
  /** Whether the rank of nearly every document is known. */
  areRanked: boolean;
}

/** Of a search itself. No event of a log is without an action. */
export const noAction = '';

/** So many of the events may say nothing of the rank, such as purchases from the cart. */
const mostUnranked = 0.01;

/**
 * Joins the events of a log to its searches, wherever in the file those stand. An event without a rank takes the one that another event of its search
 * gives the document.
 *
 * @param events    with their ordinals as `position`, from 0 or from 1
 * @param isPlaced  whether an event is about a document that stood at a rank
 */
export function joinSearches<Event extends FeedbackEvent>(
  events: readonly Event[],
  searches: ReadonlyMap<string, LoggedSearch>,
  isPlaced: (event: Event) => boolean,
): JoinedSearches<Event> {
  const lowest = events.reduce(
    (low, { position = low }) => Math.min(low, position),
    Number.POSITIVE_INFINITY,
  );
  const fromOne = lowest === 0 ? 1 : 0;
  const joinedIds = new Set<string>();
  const joined = events.map((event): Event => {
    const { queryId, documentId, position } = event;
    const search = queryId === undefined ? undefined : searches.get(queryId);
    const hits = search?.hits ?? [];
    // A click on what is not among the hits, such as on a later page, counts by itself.
    const isOfHits = hits.length > 0 && (documentId === undefined || hits.includes(documentId));
    if (isOfHits) joinedIds.add(queryId!);
    return {
      ...event,
      query: event.query ?? search?.query,
      position: position === undefined ? undefined : position + fromOne,
      shown: isOfHits ? hits : undefined,
    };
  });
  const unanswered: FeedbackEvent[] = [];
  for (const [queryId, { query, hits, at, clientId, sessionId }] of searches) {
    if (hits.length === 0 || joinedIds.has(queryId)) continue;
    const sequence = events.length + unanswered.length;
    unanswered.push({ action: noAction, at, sequence, queryId, query, shown: hits, clientId, sessionId });
  }
  const placed = joined.filter(isPlaced);
  const unranked = rankByOthers(placed);
  return { events: joined, unanswered, areRanked: unranked <= mostUnranked * placed.length };
}

/** @returns how many events have no rank after it */
function rankByOthers(events: FeedbackEvent[]): number {
  const lacking = events.filter(({ shown, position }) => shown === undefined && position === undefined);
  if (lacking.length === 0 || lacking.length === events.length) return lacking.length;
  const keyOf = ({ queryId, documentId }: FeedbackEvent) =>
    queryId === undefined ? undefined : JSON.stringify([queryId, documentId]);
  const wanted = new Map<string | undefined, number | undefined>(
    lacking.map((event) => [keyOf(event), undefined]),
  );
  wanted.delete(undefined);
  for (const event of events) {
    const key = keyOf(event);
    if (event.position === undefined || !wanted.has(key)) continue;
    wanted.set(key, Math.min(event.position, wanted.get(key) ?? event.position));
  }
  for (const event of lacking) event.position = wanted.get(keyOf(event));
  return lacking.filter(({ position }) => position === undefined).length;
}
