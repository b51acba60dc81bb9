import type { KeptUbiEvent } from '@attune/schema';
import { number } from './columns.js';
import type { Connection } from './connection.js';
import { hiddenRows } from './failures.js';
import { checkKey, checkNumber, isStorable } from './names.js';
import {
  eventCrc,
  type IdempotencyColumns,
  idempotencyColumns,
  idempotencyCrc,
  readIdempotency,
  searchCrc,
} from './rows.js';
import { addToTotal, eventsTotal, readTotalOf } from './totals.js';
import type { AppendedEvents, SearchRecord } from './types.js';

/**
 * Writes searches and the events that cite them. Every method runs within a transaction of its caller's. Events are trusted to be as
 * `keptEvents` of @attune/schema gives them.
 */
export class EventWrites {
  readonly #connection: Connection;
  readonly #now: () => number;

  /** @param now  milliseconds since 1970; may fall, as clocks do */
  constructor(connection: Connection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
  }

  /** Of two searches with one query id the first stays, because events may have cited it. */
  recordSearches(searches: readonly SearchRecord[]): void {
    for (const [place, { queryId, collection, at, ...rest }] of searches.entries()) {
      checkKey(queryId, `the query id of search ${place}`);
      checkKey(collection, `the collection of search ${place}`);
      checkNumber(at, `the time of search ${place}`);
      const body = JSON.stringify(rest);
      this.#connection.run(
        'INSERT INTO searches (query_id, collection, at, body, crc) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        queryId,
        collection,
        at,
        body,
        searchCrc(queryId, collection, at, body),
      );
    }
  }

  appendEvents(events: readonly KeptUbiEvent[], idempotencyKey?: string): AppendedEvents {
    const withoutSearch = events.filter(({ query_id }) => !this.#isSearch(query_id)).length;
    if (idempotencyKey !== undefined) {
      checkKey(idempotencyKey, 'the idempotency key');
      const known = this.#connection.get<IdempotencyColumns>(
        `SELECT ${idempotencyColumns()} FROM idempotency WHERE key = ?`,
        idempotencyKey,
      );
      if (known !== undefined) return { ...readIdempotency(this.#connection.file, known), withoutSearch };
    }
    const [last, lastReceivedAt] = this.#connection.get<[number, number]>(
      `SELECT ${number('sequence')}, ${number('received_at')} FROM events ORDER BY sequence DESC LIMIT 1`,
    ) ?? [0, 0];
    if (last !== readTotalOf(this.#connection, eventsTotal))
      throw hiddenRows(this.#connection.file, 'events');
    const receivedAt = Math.max(lastReceivedAt, this.#now());
    for (const [place, event] of events.entries()) {
      const sequence = last + 1 + place;
      // What cannot be a key is none; the body keeps it as it came.
      const queryId = isStorable(event.query_id) ? event.query_id : null;
      const application = isStorable(event.application) ? event.application : null;
      const body = JSON.stringify(event);
      this.#connection.run(
        'INSERT INTO events (sequence, received_at, query_id, application, body, crc) VALUES (?, ?, ?, ?, ?, ?)',
        sequence,
        receivedAt,
        queryId,
        application,
        body,
        eventCrc(sequence, receivedAt, queryId, application, body),
      );
    }
    addToTotal(this.#connection, eventsTotal, events.length);
    const answer = { first: last + 1, count: events.length, withoutSearch };
    if (idempotencyKey !== undefined) {
      const crc = idempotencyCrc(idempotencyKey, receivedAt, answer.first, answer.count);
      this.#connection.run(
        'INSERT INTO idempotency (key, at, first, count, crc) VALUES (?, ?, ?, ?, ?)',
        idempotencyKey,
        receivedAt,
        answer.first,
        answer.count,
        crc,
      );
    }
    return answer;
  }

  #isSearch(queryId: string | undefined): boolean {
    if (!isStorable(queryId)) return false;
    return this.#connection.get('SELECT 1 FROM searches WHERE query_id = ?', queryId) !== undefined;
  }

  /** Searches that no event cites, and idempotency keys, from before. */
  prune(searchesBefore: number): void {
    checkNumber(searchesBefore, 'searchesBefore');
    this.#connection.run(
      'DELETE FROM searches WHERE at < ? AND NOT EXISTS ' +
        '(SELECT 1 FROM events WHERE events.query_id = searches.query_id)',
      searchesBefore,
    );
    this.#connection.run('DELETE FROM idempotency WHERE at < ?', searchesBefore);
  }
}
