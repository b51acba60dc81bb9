import { canonicalJson } from '@attune/files';
import { foldText } from '@attune/text';

/** One thing that a person did, with what is known of the search that it answers. */
export interface FeedbackEvent {
  /** Such as `click`. */
  action: string;
  /** Milliseconds since 1970, by the server's clock. */
  at: number;
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
  /** One client's actions count up to this share of all others' (0.01), but always up to `clientFloor` (20). */
  clientShare?: number | undefined;
  clientFloor?: number | undefined;
  /**
   * Whose the events are that name neither client, session nor search: one person's together (`together`, unless set), because strangers
   * may send any number of them; or a person's each (`apart`), as in an operator's own log.
   */
  nameless?: 'together' | 'apart' | undefined;
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
  /** Beyond what one client may count for. */
  overShare: number;
  unknownDocument: number;
  /** On a document that the cited search did not show. */
  notShown: number;
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

interface OpenVisit extends Visit {
  actor: string;
}

/**
 * Who did it. Without client and session, every search is a person of its own. A client that lies about its id is many people to us:
 * whoever takes events from strangers has to set the id itself.
 */
function actorOf(event: FeedbackEvent, { nameless }: FeedbackOptions): string {
  const { clientId, sessionId, queryId, sequence } = event;
  if (clientId) return `client ${clientId}`;
  if (sessionId) return `session ${sessionId}`;
  if (queryId) return `search ${queryId}`;
  return nameless === 'apart' ? `event ${sequence}` : 'nobody';
}

/** Joins events to visits: one for each person and query. */
export function collectFeedback(events: Iterable<FeedbackEvent>, options: FeedbackOptions): Feedback {
  const counts: FeedbackCounts = {
    events: 0,
    used: 0,
    repeated: 0,
    overShare: 0,
    unknownDocument: 0,
    notShown: 0,
    beforeSearch: 0,
    withoutQuery: 0,
    withoutDocument: 0,
    unknownAction: {},
    people: 0,
  };
  const queries: LoggedQuery[] = [];
  const queryOf = new Map<string, number>();
  const visits = new Map<string, OpenVisit>();
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
    const actor = actorOf(event, options);
    const number = numberOf(query, event.filter);
    const key = `${number} ${actor}`;
    let visit = visits.get(key);
    if (visit === undefined) {
      visit = {
        actor,
        query: number,
        at: event.at,
        sequence: event.sequence,
        isRecorded: false,
        pages: [],
        acted: new Map(),
      };
      visits.set(key, visit);
    }
    visit.at = Math.max(visit.at, event.at);
    visit.sequence = Math.max(visit.sequence, event.sequence);
    if (shown !== undefined) {
      visit.isRecorded = true;
      see(visit, { ids: knownOf(shown), offset });
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
      if (shown === undefined)
        see(visit, { ids: [documentId], offset: Math.max(1, Math.floor(event.position ?? 1)) - 1 });
      if (weight <= 0) {
        counts.used += 1;
      } else if (weight > (visit.acted.get(documentId) ?? 0)) {
        counts.used += 1;
        visit.acted.set(documentId, weight);
      } else {
        counts.repeated += 1;
      }
    }
  }
  const ordered = [...visits.values()].sort((a, b) => a.at - b.at || a.sequence - b.sequence);
  const kept = withinShare(ordered, options, counts);
  counts.people = new Set(ordered.map(({ actor }) => actor)).size;
  return { queries, visits: kept.map(({ actor: _actor, ...visit }) => visit), counts };
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

/**
 * Visits of each person up to the cap, the earliest first. The cap counts what others did, so that nobody raises the own cap by
 * doing more.
 */
function withinShare(
  visits: readonly OpenVisit[],
  options: FeedbackOptions,
  counts: FeedbackCounts,
): OpenVisit[] {
  const { clientShare = 0.01, clientFloor = 20 } = options;
  const actionsOf = new Map<string, number>();
  let total = 0;
  for (const { actor, acted } of visits) {
    actionsOf.set(actor, (actionsOf.get(actor) ?? 0) + acted.size);
    total += acted.size;
  }
  const taken = new Map<string, { actions: number; visits: number }>();
  return visits.filter(({ actor, acted }) => {
    const own = actionsOf.get(actor)!;
    const cap = Math.max(clientFloor, Math.floor(clientShare * (total - own)));
    const so = taken.get(actor) ?? { actions: 0, visits: 0 };
    // What was only seen counts too, or a flood of empty searches would push every rate down.
    const fits = so.actions + acted.size <= cap && so.visits < cap;
    if (fits) taken.set(actor, { actions: so.actions + acted.size, visits: so.visits + 1 });
    else {
      counts.overShare += acted.size;
      counts.used -= acted.size;
    }
    return fits;
  });
}
