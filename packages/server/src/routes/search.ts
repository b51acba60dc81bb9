import { limits } from '@attune/schema';
import type { SearchAnswer } from '@attune/service';
import { float32OfBase64 } from '../float32-base64.js';
import { KiB, type ServerApp } from '../route.js';
import { CollectionParams } from '../schemas/primitives.js';
import { SearchBody, SearchResult } from '../schemas/search.js';
import { sendWritten } from '../written.js';

const defaultLimit = 10;

export async function searchRoutes(app: ServerApp): Promise<void> {
  const { service, metrics } = app;
  app.route({
    method: 'POST',
    url: '/v1/collections/:collection/search',
    config: { scope: 'search', bodyLimit: 256 * KiB, timeoutMs: 30_000 },
    schema: {
      operationId: 'search',
      tags: ['search'],
      summary: 'Finds documents by text, by vector, or by both',
      params: CollectionParams,
      body: SearchBody,
      response: { 200: SearchResult },
    },
    handler: async (request, reply) => {
      const { collection } = request.params;
      const {
        text,
        vector,
        mode,
        limit = defaultLimit,
        offset = 0,
        filter,
        modifiers,
        record,
      } = request.body;
      const startedAt = performance.now();
      const answer = await service.search(collection, {
        text,
        vector: vector === undefined ? undefined : float32Of(vector),
        mode,
        limit,
        offset,
        filter,
        modifiers,
        record,
        signal: request.lifetime.signal,
      });
      metrics.search(collection, performance.now() - startedAt);
      return sendWritten(reply, bodyOf(answer, limit, offset));
    },
  });
}

function float32Of(vector: number[] | string): Float32Array {
  return typeof vector === 'string' ? float32OfBase64(vector) : Float32Array.from(vector);
}

/** The hits are JSON already: the thread that searched wrote them. */
function bodyOf(
  { queryId, release, fingerprint, hitsJson, count }: SearchAnswer,
  limit: number,
  offset: number,
): string {
  const next = offset + limit;
  const nextOffset = count < limit || next > limits.search.offset ? 'null' : String(next);
  return (
    `{"query_id":${JSON.stringify(queryId)},"release":${release},"fingerprint":"${fingerprint}","hits":${hitsJson},` +
    `"next_offset":${nextOffset}}`
  );
}
