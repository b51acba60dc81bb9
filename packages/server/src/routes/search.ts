import {
  type Checked,
  type JsonVector,
  type SearchRequest,
  SearchRequestSchema,
  type WeightedPart,
} from '@attune/schema';
import type { SearchAnswer } from '@attune/service';
import { costOfSearch } from '../cost.js';
import { float32OfBase64 } from '../float32-base64.js';
import { KiB, type ServerApp } from '../route.js';
import { CollectionParams } from '../schemas/primitives.js';
import { SearchResult } from '../schemas/search.js';
import { sendWritten } from '../written.js';

/** A search over HTTP: its body is checked by its schema, and answered with what the threads behind have written. */
export async function searchRoutes(app: ServerApp): Promise<void> {
  const { service, metrics } = app;
  app.route({
    method: 'POST',
    url: '/v1/collections/:collection/search',
    config: { scope: 'search', bodyLimit: 256 * KiB, timeoutMs: 30_000 },
    schema: {
      operationId: 'search',
      tags: ['search'],
      summary: 'Finds documents by texts, by vectors, or by both',
      description:
        'A page ends after `limit` hits, or where they are 4 MiB long, but has one at least: `next_offset` says where the next begins.',
      params: CollectionParams,
      body: SearchRequestSchema,
      response: { 200: SearchResult },
    },
    handler: async (request, reply) => {
      const { collection } = request.params;
      if (request.cost !== null) {
        const isFiltered = request.body.filter !== undefined;
        const documents = isFiltered ? (await service.collection(collection)).documents : 0;
        request.cost.add(costOfSearch(request.body, documents));
      }
      const startedAt = performance.now();
      const { signal } = request.lifetime;
      const answer = await service.searchChecked(collection, inMemory(request.body), { signal });
      metrics.search(collection, performance.now() - startedAt);
      request.memory.add(answer.hitsJson.length);
      return sendWritten(reply, bodyOf(answer));
    },
  });
}

/** @param body  checked by its schema */
function inMemory({ vector, query, ...rest }: SearchRequest): Checked<SearchRequest<Float32Array>> {
  const request: SearchRequest<Float32Array> = { ...rest };
  if (vector !== undefined) request.vector = float32Of(vector);
  if (query !== undefined) request.query = isList(query) ? query.map(partInMemory) : partInMemory(query);
  return request as Checked<SearchRequest<Float32Array>>;
}

const isList = (query: object): query is readonly WeightedPart[] => Array.isArray(query);

function partInMemory(part: WeightedPart): WeightedPart<Float32Array> {
  return 'vector' in part ? { ...part, vector: float32Of(part.vector) } : part;
}

function float32Of(vector: JsonVector): Float32Array {
  return typeof vector === 'string' ? float32OfBase64(vector) : Float32Array.from(vector);
}

/** The hits are JSON already: the thread that searched wrote them. */
function bodyOf({ queryId, release, fingerprint, hitsJson, nextOffset }: SearchAnswer): string {
  return (
    `{"query_id":${JSON.stringify(queryId)},"release":${release},"fingerprint":"${fingerprint}","hits":${hitsJson},` +
    `"next_offset":${nextOffset}}`
  );
}
