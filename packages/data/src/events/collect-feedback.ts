import { canonicalJson } from '@attune/files';
import { foldText } from '@attune/text';
import { caps, withinCaps } from './caps.js';

/** One thing that a person did, with what is known of the search that it answers. */
export interface FeedbackEvent {
  /** Such as `click`. */
  action: string;
  /** Milliseconds since 1970, by the server's clock. */
  at: number;
  /** When it was done, milliseconds since 1970: of senders who are believed. `at` unless set. */
  doneAt?: number | undefined;
  /** Id of the API key that sent it; null where none was needed. */
  key?: string | null | undefined;
  /** Order of arrival. */
  sequence: number;
  /** Of the search that the event cites. */
  queryId?: string | undefined;
  /** Text of that search; without one, the event's own. */
  query?: string | undefined;
  /** Missing where the event is about the search itself. */
  documentId?: string | undefined;
  /** The rank, from 1, that the client saw the document at. What the search record says counts more. */
  position?: number | undefined;
  sessionId?: string | undefined;
  clientId?: string | undefined;
  /** When the search was answered, milliseconds since 1970. */
  searchedAt?: number | undefined;
  /** Ids of the documents that the search showed, best first; missing where there is no record of it. */
  shown?: readonly string[] | undefined;
  /** Rank of the first of `shown`, from 0: above 0 on later pages. */
  offset?: number | undefined;
  /** Of the search; `@attune/search`'s Filter. */
  filter?: unknown;
  /** Number of the release that answered. */
  release?: number | undefined;
}

export interface FeedbackOptions {
  /** By action: what it says about the document. 0: it was seen. Actions that are not named count for nothing. */
  actionWeights: Readonly<Record<string, number>>;
  isDocument: (id: string) => boolean;
  /**
   * Strangers may send any number of events, in any number of names: they are held to the {@link caps}, and what names neither client,
   * session nor search is one person's together. In an `operator`'s own log it is a person's each. `strangers` unless set.
   */
  from?: 'strangers' | 'operator' | undefined;
}

/** All that one person saw of one query and did there: however often it was repeated, it counts once. */
export interface Visit {
  /** Number of the query: {@link Feedback.queries}. */
  query: number;
  /** Of its last event. */
  at: number;
  sequence: number;
  /** Whether a search record says what was shown; else only what the events themselves name is known. */
  isRecorded: boolean;
  /** What was shown; one answer's ids are one array, however many visits it had. */
  pages: Page[];
  /** document -> weight of the strongest action. */
  acted: Map<string, number>;
}

/** Ids of an answer, best first; those of unknown documents are ''. */
export interface Page {
  ids: readonly string[];
  /** Rank of the first, from 0. */
  offset: number;
}

/** A text as it was first asked, with its filter. */
export interface LoggedQuery {
  text: string;
  filter: unknown;
}

/** What became of the events. All that is not `used` was left out, for the reason that its count names. */
export interface FeedbackCounts {
  events: number;
  used: number;
  /** Of the same person, on the same document for the same query, and no stronger. */
  repeated: number;
  /** In the name of another person than the search that it cites, and nothing that was not done there already. */
  sameSearch: number;
  /** Beyond what one client may count for, of all that is done, in one day, and on one document: see {@link caps}. */
  overShare: number;
  overDay: number;
  overDocument: number;
  unknownDocument: number;
  /** On a document that the cited search did not show. */
  notShown: number;
  /** On a document that stands deeper than {@link caps} has people look. */
  tooDeep: number;
  /** By the server's clock, earlier than the search that it cites. */
  beforeSearch: number;
  withoutQuery: number;
  /** Not about a document; what its search showed is used. */
  withoutDocument: number;
  /** By action. */
  unknownAction: Record<string, number>;
  /** Clients, or sessions where no client is named. */
  people: number;
}

export interface Feedback {
  queries: LoggedQuery[];
  /** In the order of their last events. */
  visits: Visit[];
  counts: FeedbackCounts;
}

/** A visit with whose it is, and the day, counted from 1970, on which it ended. */
interface OpenVisit extends Visit {
  actor: string;
  day: number;
}

const dayMs = 86_400_000;

/**
 * Who did it. Without client and session, every search is a person of its own. A client is known by its key too, so that nobody uses up
 * what another key's clients may count for. A client that lies about its id is many people to us, but not in one search: {@link personsOf}.
 */
function actorOf(event: FeedbackEvent, from: FeedbackOptions['from']): string {
  const { key = null, clientId, sessionId, queryId, sequence } = event;
  if (clientId) return JSON.stringify([key, 'client', clientId]);
  if (sessionId) return JSON.stringify([key, 'session', sessionId]);
  if (queryId) return JSON.stringify([key, 'search', queryId]);
  return JSON.stringify([key, from === 'operator' ? sequence : 'nobody']);
}

/**
 * Tells whose an event is. A recorded search is one person's: the first that an event of it names. So however many people are
 * said to have acted on one answer, it counts once.
 */
function personsOf({ from }: FeedbackOptions) {
  const personOf = new Map<string, string>();
  return (event: FeedbackEvent): { actor: string; isNamed: boolean } => {
    const named = actorOf(event, from);
    const { queryId, searchedAt } = event;
    if (queryId === undefined || searchedAt === undefined) return { actor: named, isNamed: true };
    const actor = personOf.get(queryId) ?? named;
    if (actor === named) personOf.set(queryId, named);
    return { actor, isNamed: actor === named };
  };
}

/** Joins events to visits: one for each person and query. */
export function collectFeedback(events: Iterable<FeedbackEvent>, options: FeedbackOptions): Feedback {
  const counts: FeedbackCounts = {
    events: 0,
    used: 0,
    repeated: 0,
    sameSearch: 0,
    overShare: 0,
    overDay: 0,
    overDocument: 0,
    unknownDocument: 0,
    notShown: 0,
    tooDeep: 0,
    beforeSearch: 0,
    withoutQuery: 0,
    withoutDocument: 0,
    unknownAction: {},
    people: 0,
  };
  const queries: LoggedQuery[] = [];
  const queryOf = new Map<string, number>();
  const visits = new Map<string, OpenVisit>();
  const personOf = personsOf(options);
  const numberOf = (text: string, filter: unknown): number => {
    const key = `${foldText(text)}\n${canonicalJson(filter)}`;
    const number = queryOf.get(key) ?? queries.length;
    if (number === queries.length) {
      queries.push({ text: text.trim(), filter });
      queryOf.set(key, number);
    }
    return number;
  };

  const knownOf = (ids: readonly string[]) =>
    ids.every(options.isDocument) ? ids : ids.map((id) => (options.isDocument(id) ? id : ''));
  const deepest = options.from === 'operator' ? Number.POSITIVE_INFINITY : caps.deepestRank;
  const lookedAt = (ids: readonly string[], offset: number) =>
    offset + ids.length <= deepest ? ids : ids.slice(0, Math.max(0, deepest - offset));

  for (const event of events) {
    counts.events += 1;
    const { action, documentId, query, shown, offset = 0 } = event;
    const weight = Object.hasOwn(options.actionWeights, action) ? options.actionWeights[action]! : undefined;
    if (query === undefined || query.trim() === '') {
      counts.withoutQuery += 1;
      continue;
    }
    if (event.searchedAt !== undefined && event.at < event.searchedAt) {
      counts.beforeSearch += 1;
      continue;
    }
    if (documentId !== undefined && rankOf(event, documentId) > deepest) {
      counts.tooDeep += 1;
      continue;
    }
    const { actor, isNamed } = personOf(event);
    const number = numberOf(query, event.filter);
    const key = `${number} ${actor}`;
    let visit = visits.get(key);
    if (visit === undefined) {
      visit = {
        actor,
        query: number,
        at: event.at,
        day: 0,
        sequence: event.sequence,
        isRecorded: false,
        pages: [],
        acted: new Map(),
      };
      visits.set(key, visit);
    }
    visit.at = Math.max(visit.at, event.at);
    visit.day = Math.max(visit.day, Math.floor((event.doneAt ?? event.at) / dayMs));
    visit.sequence = Math.max(visit.sequence, event.sequence);
    if (shown !== undefined) {
      visit.isRecorded = true;
      see(visit, { ids: knownOf(lookedAt(shown, offset)), offset });
    }
    if (weight === undefined) {
      const before = Object.hasOwn(counts.unknownAction, action) ? counts.unknownAction[action]! : 0;
      counts.unknownAction[action] = before + 1;
    } else if (documentId === undefined) {
      counts.withoutDocument += 1;
    } else if (!options.isDocument(documentId)) {
      counts.unknownDocument += 1;
    } else if (shown !== undefined && !shown.includes(documentId)) {
      counts.notShown += 1;
    } else {
      if (shown === undefined) see(visit, { ids: [documentId], offset: rankOf(event, documentId) - 1 });
      if (weight <= 0) {
        counts.used += 1;
      } else if (weight > (visit.acted.get(documentId) ?? 0)) {
        counts.used += 1;
        visit.acted.set(documentId, weight);
      } else {
        counts[isNamed ? 'repeated' : 'sameSearch'] += 1;
      }
    }
  }
  const ordered = [...visits.values()].sort((a, b) => a.at - b.at || a.sequence - b.sequence);
  const kept = options.from === 'operator' ? ordered : withinCaps(ordered, counts);
  counts.people = new Set(ordered.map(({ actor }) => actor)).size;
  return { queries, visits: kept.map(({ actor: _actor, day: _day, ...visit }) => visit), counts };
}

/** From 1. What the search record says counts more than what the client says. */
function rankOf({ shown, offset = 0, position }: FeedbackEvent, documentId: string): number {
  if (shown === undefined) return Math.max(1, Math.floor(position ?? 1));
  return offset + shown.indexOf(documentId) + 1;
}

function see(visit: Visit, { ids, offset }: Page): void {
  const isKnown = visit.pages.some(
    (page) =>
      page.offset === offset && page.ids.length === ids.length && page.ids.every((id, i) => id === ids[i]),
  );
  if (!isKnown) visit.pages.push({ ids, offset });
}

/** Calls back for every document that a visit was shown, with its best rank, from 1. */
export function forEachShown({ pages }: Visit, use: (id: string, rank: number) => void): void {
  const [first] = pages;
  if (pages.length === 1) {
    first!.ids.forEach((id, i) => {
      if (id !== '') use(id, first!.offset + i + 1);
    });
    return;
  }
  const ranks = new Map<string, number>();
  for (const { ids, offset } of pages) {
    ids.forEach((id, i) => {
      if (id !== '') ranks.set(id, Math.min(ranks.get(id) ?? Number.POSITIVE_INFINITY, offset + i + 1));
    });
  }
  for (const [id, rank] of ranks) use(id, rank);
}
