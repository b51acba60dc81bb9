import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { Type } from '@attune/schema/typebox';
import type { FastifyRequest } from 'fastify';
import { mostBytesOf } from '../body-state.js';
import { BulkTurns } from '../bulk-turns.js';
import { BulkWriter } from '../bulk-writer.js';
import { oweBody } from '../cost.js';
import { endConnection, HttpError } from '../errors.js';
import { checkCharset } from '../json.js';
import { elementsOf } from '../json-elements.js';
import { type Line, linesOf } from '../lines.js';
import { MiB, type ServerApp } from '../route.js';
import { BulkLine, BulkList, BulkResult, RefreshQuery, Table } from '../schemas/documents.js';
import { CollectionParams } from '../schemas/primitives.js';
import { linesOfTable } from '../table-lines.js';
import { sendWritten } from '../written.js';

const ndjson = 'application/x-ndjson';
const json = 'application/json';
const csv = 'text/csv';
const tsv = 'text/tab-separated-values';
const limits = { maxBytes: 64 * MiB, maxLineBytes: MiB, maxLines: 100_000 };

/** A table is held as rows, as documents, and as those that are checked. */
const copiesOfTable = 3;

/** Lines are read for so long before other requests have their turn: what arrives at once may be many. */
const turnMs = 2;

/** Many documents in one request; lines and lists are written while the rest arrives. */
export async function bulkRoutes(app: ServerApp): Promise<void> {
  // Of this route alone: elsewhere a body is read whole. The stream is left unread for the handler.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([ndjson, json, csv, tsv], (request, stream, done) => {
    try {
      if (!isTable(request)) checkCharset(request.headers['content-type']);
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
      cost: 'body',
      memoryBytes: 8 * MiB, // a unit, what is read of it, and a chunk
      timeoutMs: 300_000,
      streams: { [ndjson]: BulkLine, [json]: BulkList, [csv]: Table, [tsv]: Table },
    },
    schema: {
      operationId: 'writeDocuments',
      tags: ['documents'],
      summary:
        'Writes, patches and deletes many documents: one a line, a JSON list, or a table whose rows are documents',
      description:
        'Answers a line for each, in order, once all are durable. A bad line is answered with its error and the rest is written. After 100 ' +
        'messages of one kind more of them are counted, in a line at the end. When the first 100 lines are all wrong, nothing is written, ' +
        'and the answer is 422 with their errors. At most 64 MiB, 100,000 lines, 1 MiB a line.',
      params: CollectionParams,
      querystring: RefreshQuery,
      response: {
        200: { content: { [ndjson]: { schema: BulkResult } } },
        422: {
          description: 'The first 100 lines are all wrong; nothing was written.',
          content: { 'application/problem+json': { schema: Type.Ref('Problem') } },
        },
      },
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
        {
          maxDepth: app.limits.maxJsonDepth,
          folder: app.service.folder,
          called: mediaTypeOf(request) === json ? 'document' : 'line',
        },
      );
      let last = 0;
      let turnEnds = performance.now() + turnMs;
      try {
        const body = bodyOf(request);
        for await (const line of await linesOfBody(request, body, writer)) {
          request.lifetime.signal.throwIfAborted();
          last = line.number;
          oweBody(request, line.bytes.length);
          await writer.add(line);
          if (performance.now() > turnEnds) {
            await setImmediate();
            turnEnds = performance.now() + turnMs;
          }
        }
        await writer.end();
      } catch (error) {
        // What is written stays written, so its answers are due whatever ends the request. The lines before a limit are written too.
        if (error instanceof HttpError && error.status === 413) await writer.end();
        if (writer.written === 0) {
          await writer.discard();
          throw error;
        }
        await writer.end();
        writer.refuseRest(last + 1, error);
        endConnection(request, reply);
      }
      // Its time was up, and it has been told so.
      if (reply.sent) return writer.discard();
      return sendWritten(reply, await writer.answers(), ndjson);
    },
  });
}

/** A request without a body is one without lines. One that is left in its middle stays open, because it carries the answer. */
function bodyOf({ body }: FastifyRequest): AsyncIterable<Buffer> {
  if (body === undefined || body === null) return Readable.from([]);
  return (body as Readable).iterator({ destroyOnReturn: false });
}

const mediaTypeOf = ({ headers }: FastifyRequest): string =>
  (headers['content-type'] ?? ndjson).split(';', 1)[0]!.trim().toLowerCase();

const isTable = (request: FastifyRequest): boolean => [csv, tsv].includes(mediaTypeOf(request));

async function linesOfBody(
  request: FastifyRequest,
  body: AsyncIterable<Buffer>,
  writer: BulkWriter,
): Promise<AsyncIterable<Line> | Iterable<Line>> {
  const type = mediaTypeOf(request);
  if (type === json) return elementsOf(body, limits);
  if (!isTable(request)) return linesOf(body, limits);
  // It is read whole, because its columns are known from all of it.
  request.memory.add(copiesOfTable * mostBytesOf(request, limits.maxBytes));
  const { lines, errors } = await linesOfTable(body, limits, type === tsv ? 'tsv' : 'csv');
  for (const error of errors) writer.refuseRows(error);
  return lines;
}

function tooLarge(): HttpError {
  return new HttpError(
    413,
    'INVALID_ARGUMENT',
    'Expected a body of at most 64 MiB, but it is larger. Send it in parts.',
  );
}
