import { createHash } from 'node:crypto';
import { AttuneError } from '@attune/errors';
import type { KeptUbiEvent } from '@attune/schema';
import { bytes, number, type TextBytes, textOf } from './columns.js';
import type { Connection } from './connection.js';
import { hiddenRows } from './failures.js';
import { checkKey, checkNumber, isStorable } from './names.js';
import {
  type EventBatchColumns,
  eventBatchColumns,
  eventBatchCrc,
  eventCrc,
  type IdempotencyColumns,
  idempotencyColumns,
  idempotencyCrc,
  readEventBatch,
  readIdempotency,
  searchCrc,
} from './rows.js';
import { addToTotal, batchesTotal, eventsTotal, readTotalOf, searchBytesTotal } from './totals.js';
import type { AppendedEvents, EventSender, SearchesToKeep, SearchRecord } from './types.js';

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

  /**
   * Of two searches with one query id the first stays, because events may have cited it.
   *
   * @returns bytes that all searches take
   */
  recordSearches(searches: readonly SearchRecord[]): number {
    let added = 0;
    for (const [place, { queryId, collection, at, ...rest }] of searches.entries()) {
      checkKey(queryId, `the query id of search ${place}`);
      checkKey(collection, `the collection of search ${place}`);
      checkNumber(at, `the time of search ${place}`);
      if (this.#isSearch(queryId)) continue;
      const body = JSON.stringify(rest);
      added += Buffer.byteLength(body);
      this.#connection.run(
        'INSERT INTO searches (query_id, collection, at, body, crc) VALUES (?, ?, ?, ?, ?)',
        queryId,
        collection,
        at,
        body,
        searchCrc(queryId, collection, at, body),
      );
    }
    addToTotal(this.#connection, searchBytesTotal, added);
    return readTotalOf(this.#connection, searchBytesTotal);
  }

  /**
   * @throws {AttuneError} INVALID_ARGUMENT for an event that cites a search of a collection that the sender is not for; CONFLICT when the
   *   idempotency key came with other events
   */
  appendEvents(
    events: readonly KeptUbiEvent[],
    sender: EventSender = { key: null, mayImport: true },
    idempotencyKey?: string,
  ): AppendedEvents {
    if (sender.collections !== undefined) this.#checkCollections(events, sender.collections);
    const bodies = events.map((event) => JSON.stringify(event));
    const sha256 = createHash('sha256').update(bodies.join('\n')).digest('hex');
    const withoutSearch = events.filter(({ query_id }) => !this.#isSearch(query_id)).length;
    if (idempotencyKey !== undefined) {
      checkKey(idempotencyKey, 'the idempotency key');
      const known = this.#connection.get<IdempotencyColumns>(
        `SELECT ${idempotencyColumns()} FROM idempotency WHERE key = ?`,
        idempotencyKey,
      );
      if (known !== undefined) {
        const answer = readIdempotency(this.#connection.file, known);
        this.#checkSame(answer, sha256);
        return { ...answer, withoutSearch };
      }
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
      const body = bodies[place]!;
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
    if (events.length > 0) this.#noteSource(answer, sender, sha256);
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

  /** Events of a key count no more; they stay, so that what was learned from them can be told. @returns how many */
  takeBackEvents(key: string): number {
    const batches = this.#connection.all<EventBatchColumns>(
      `SELECT ${eventBatchColumns()} FROM event_batches WHERE key = ? AND taken_back_at IS NULL`,
      key,
    );
    const takenBackAt = this.#now();
    let events = 0;
    for (const columns of batches) {
      const { first, count, mayImport, sha256 } = readEventBatch(this.#connection.file, columns);
      events += count;
      this.#connection.run(
        'UPDATE event_batches SET taken_back_at = ?, crc = ? WHERE first = ?',
        takenBackAt,
        eventBatchCrc(first, count, key, Number(mayImport), takenBackAt, sha256),
        first,
      );
    }
    return events;
  }

  #noteSource(
    { first, count }: { first: number; count: number },
    { key, mayImport }: EventSender,
    sha256: string,
  ): void {
    addToTotal(this.#connection, batchesTotal, 1);
    this.#connection.run(
      'INSERT INTO event_batches (first, count, key, may_import, taken_back_at, sha256, crc) VALUES (?, ?, ?, ?, NULL, ?, ?)',
      first,
      count,
      key,
      Number(mayImport),
      sha256,
      eventBatchCrc(first, count, key, Number(mayImport), null, sha256),
    );
  }

  #checkCollections(events: readonly KeptUbiEvent[], allowed: readonly string[]): void {
    for (const [place, { query_id }] of events.entries()) {
      const search = isStorable(query_id)
        ? this.#connection.get<[TextBytes]>(
            `SELECT ${bytes('collection')} FROM searches WHERE query_id = ?`,
            query_id,
          )
        : undefined;
      if (search === undefined || allowed.includes(textOf(search[0]))) continue;
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected events of searches in ${allowed.join(', ')}, but number ${place} cites a search in another collection. None is kept.`,
      );
    }
  }

  /** What came before there were batches cannot be compared. */
  #checkSame({ first, count }: { first: number; count: number }, sha256: string): void {
    const found = this.#connection.get<EventBatchColumns>(
      `SELECT ${eventBatchColumns()} FROM event_batches WHERE first = ?`,
      first,
    );
    if (found === undefined || count === 0) return;
    if (readEventBatch(this.#connection.file, found).sha256 === sha256) return;
    throw new AttuneError(
      'CONFLICT',
      'Expected the events that came with this Idempotency-Key before, but these are others. Give other events another key',
    );
  }

  #isSearch(queryId: string | undefined): boolean {
    if (!isStorable(queryId)) return false;
    return this.#connection.get('SELECT 1 FROM searches WHERE query_id = ?', queryId) !== undefined;
  }

  /**
   * Forgets searches that no event cites, the oldest first: those from before a time, and others while all of them take more bytes than they may.
   * So many at once that nothing else waits long.
   *
   * @returns how many went; where it is 0 there is nothing more to forget
   */
  pruneSearches({ before, mostBytes }: SearchesToKeep): number {
    checkNumber(before, 'before');
    checkNumber(mostBytes, 'mostBytes');
    const oldest = this.#connection.all<[row: number, at: number, bytes: number]>(
      `SELECT ${number('row')}, ${number('at')}, ${number('length(CAST(body AS BLOB))')} FROM searches ` +
        'WHERE NOT EXISTS (SELECT 1 FROM events WHERE events.query_id = searches.query_id) ORDER BY at LIMIT 1000',
    );
    const kept = readTotalOf(this.#connection, searchBytesTotal);
    let freed = 0;
    let gone = 0;
    for (const [row, at, bytes] of oldest) {
      if (at >= before && kept - freed <= mostBytes) break;
      this.#connection.run('DELETE FROM searches WHERE row = ?', row);
      freed += bytes;
      gone += 1;
    }
    addToTotal(this.#connection, searchBytesTotal, -freed);
    return gone;
  }

  /** Forgets the idempotency keys of events from before a time. */
  pruneIdempotency(before: number): void {
    checkNumber(before, 'before');
    this.#connection.run('DELETE FROM idempotency WHERE at < ?', before);
  }
}
