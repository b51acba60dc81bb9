import { setImmediate } from 'node:timers/promises';
import { BulkTurns } from '../bulk-turns.js';
import { BulkWriter } from '../bulk-writer.js';
import { HttpError } from '../errors.js';
import { checkCharset } from '../json.js';
import { linesOf } from '../lines.js';
import { MiB, type ServerApp } from '../route.js';
import { BulkLine, BulkResult, RefreshQuery } from '../schemas/documents.js';
import { CollectionParams } from '../schemas/primitives.js';
import { sendWritten } from '../written.js';

const ndjson = 'application/x-ndjson';
const limits = { maxBytes: 64 * MiB, maxLineBytes: MiB, maxLines: 100_000 };

/** Lines are read for so long before other requests have their turn: what arrives at once may be many. */
const turnMs = 2;

/** Many documents in one request, as lines that are written while the rest arrives. */
export async function bulkRoutes(app: ServerApp): Promise<void> {
  // Of this route alone: elsewhere a body is JSON. The stream is left unread for the handler.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(ndjson, (request, stream, done) => {
    try {
      checkCharset(request.headers['content-type']);
      if (Number(request.headers['content-length'] ?? 0) > limits.maxBytes) throw tooLarge();
      done(null, stream);
    } catch (error) {
      done(error as Error);
    }
  });

  const turns = new BulkTurns(() => app.service.waitingSearches().some(({ waiting }) => waiting > 0));

  app.route({
    method: 'POST',
    url: '/v1/collections/:collection/documents',
    config: {
      scope: 'write',
      bodyLimit: limits.maxBytes,
      timeoutMs: 300_000,
      streams: { [ndjson]: BulkLine },
    },
    schema: {
      operationId: 'writeDocuments',
      tags: ['documents'],
      summary: 'Writes, patches and deletes many documents, one a line',
      description:
        'Answers a line for each that is not blank, in order, once all are durable. A bad line is answered with its error ' +
        'and the rest is written. At most 64 MiB, 100,000 lines, 1 MiB a line.',
      params: CollectionParams,
      querystring: RefreshQuery,
      response: { 200: { content: { [ndjson]: { schema: BulkResult } } } },
    },
    handler: async (request, reply) => {
      const { collection } = request.params;
      const refresh = request.query.refresh === 'wait';
      await app.service.collection(collection); // NOT_FOUND before a line is read
      const writer = new BulkWriter(
        async (writes, isLast) => {
          const isRefreshed = refresh && isLast;
          const write = () => app.service.writeChecked(collection, writes, { refresh: isRefreshed });
          // What waits for its refresh is not in the way of others: they share it.
          const results = await (isRefreshed ? write() : turns.run(write));
          app.metrics.written(writes.length);
          return results;
        },
        { maxDepth: app.limits.maxJsonDepth, folder: app.service.folder },
      );
      let last = 0;
      let turnEnds = performance.now() + turnMs;
      try {
        // A request without a body is one without lines.
        const body = (request.body ?? []) as AsyncIterable<Buffer>;
        for await (const line of linesOf(body, limits)) {
          request.lifetime.signal.throwIfAborted();
          last = line.number;
          await writer.add(line);
          if (performance.now() > turnEnds) {
            await setImmediate();
            turnEnds = performance.now() + turnMs;
          }
        }
        await writer.end();
      } catch (error) {
        // What is written stays written, so its answers are due whatever ends the request.
        if (writer.written === 0) throw error;
        await writer.end();
        writer.refuseRest(last + 1, error);
        reply.header('connection', 'close');
      }
      return sendWritten(reply, writer.answers, ndjson);
    },
  });
}

function tooLarge(): HttpError {
  return new HttpError(
    413,
    'INVALID_ARGUMENT',
    'Expected a body of at most 64 MiB, but it is larger. Send it in parts.',
  );
}
