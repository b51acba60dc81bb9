import { counted } from '@attune/errors';
import { parseExactJson, type UbiEvent, UbiEventRef } from '@attune/schema';
import type { EventSender } from '@attune/store';
import { chargeBody } from '../cost.js';
import { HttpError } from '../errors.js';
import { idempotencyKeyOf } from '../idempotency.js';
import { checkCharset, parseJson } from '../json.js';
import type { KeyView } from '../keys.js';
import { MiB, type ServerApp } from '../route.js';
import { AnyEvents, EventsBody, EventsResult, maxEvents } from '../schemas/events.js';
import { IdempotencyHeaders } from '../schemas/primitives.js';

const ndjson = 'application/x-ndjson';
const lineFeed = 0x0a;

/** An event may name its document by a number. One beyond 2^53 is text, so that it keeps its digits. */
const parseEvent = (text: string): unknown => parseExactJson(text, String);

/** What people do comes back. */
export async function eventRoutes(app: ServerApp): Promise<void> {
  const { maxJsonDepth } = app.limits;
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const read = () => {
      chargeBody(request, body.length);
      checkCharset(request.headers['content-type']);
      const bytes = body as Buffer;
      return bytes.length === 0 ? undefined : parseJson(bytes, 'the body', maxJsonDepth, parseEvent);
    };
    app.longTurns.read(body.length, read, done);
  });
  app.addContentTypeParser(ndjson, { parseAs: 'buffer' }, (request, body, done) => {
    const read = () => {
      chargeBody(request, body.length);
      checkCharset(request.headers['content-type']);
      return eventsOfLines(body as Buffer, maxJsonDepth);
    };
    app.longTurns.read(body.length, read, done);
  });

  app.route({
    method: 'POST',
    url: '/v1/events',
    config: {
      scope: 'feedback',
      bodyLimit: 2 * MiB,
      cost: 'body',
      timeoutMs: 30_000,
      checksCollections: true, // the store does, by the searches that they cite
      streams: { 'application/json': EventsBody, [ndjson]: UbiEventRef },
    },
    schema: {
      operationId: 'recordEvents',
      tags: ['events'],
      summary: 'Keeps events in UBI’s shape: one, an array, or one a line; all or none',
      headers: IdempotencyHeaders,
      body: AnyEvents,
      response: { 200: EventsResult },
    },
    preValidation: (request, _reply, done) => {
      const carrier = request as { body: unknown };
      const { body } = carrier;
      if (typeof body === 'object' && body !== null && !Array.isArray(body)) carrier.body = [body];
      done();
    },
    handler: async (request) => {
      const events = request.body as UbiEvent[]; // the service checks that they are
      const idempotencyKey = idempotencyKeyOf(request);
      const sender = senderOf(request.key);
      const { count, withoutSearch } = await app.service.recordEvents(events, { idempotencyKey, sender });
      app.metrics.received(events, withoutSearch);
      const answer = { count, without_search: withoutSearch };
      return withoutSearch === 0 ? answer : { ...answer, note: noteOf(answer, sender) };
    },
  });
}

/** Where no key is needed, all that come are of this machine. */
function senderOf(key: KeyView | null): EventSender {
  const mayImport = key === null || key.scopes.some((scope) => scope === 'import' || scope === 'admin');
  return { key: key?.id ?? null, mayImport, collections: key?.collections ?? undefined };
}

function noteOf(
  { count, without_search }: { count: number; without_search: number },
  { mayImport }: EventSender,
): string {
  const learned = mayImport
    ? 'is learned from only when it has a user_query, and its application is a collection'
    : 'is learned from only when its key has the scope import too';
  return (
    `${counted(without_search, 'event')} of ${count} ${without_search === 1 ? 'cites' : 'cite'} no search of this server. Such an event ` +
    `${learned}. Send the query_id that the search answered with.`
  );
}

/** @throws {HttpError} 400 naming the line, 413 beyond 1,000 lines */
function eventsOfLines(body: Buffer, maxDepth: number): unknown[] {
  const events: unknown[] = [];
  let number = 0;
  for (let start = 0; start < body.length; ) {
    const end = body.indexOf(lineFeed, start);
    const line = body.subarray(start, end === -1 ? body.length : end);
    start = end === -1 ? body.length : end + 1;
    ++number;
    if (line.length === 0 || (line.length === 1 && line[0] === 0x0d)) continue;
    if (events.length >= maxEvents) {
      throw new HttpError(
        413,
        'INVALID_ARGUMENT',
        `Expected at most ${maxEvents} events, but there are more.`,
      );
    }
    events.push(parseJson(line, `line ${number}`, maxDepth, parseEvent));
  }
  return events;
}
