import { type Caller, newIdempotencyKey } from '../call.js';
import type { CallOptions } from '../transport.js';
import type {
  EmbeddingsRequest,
  EmbeddingsResult,
  EventsResult,
  SearchRequest,
  SearchResult,
  UbiEvent,
} from '../types.js';

/** A post that is not to count twice. */
export interface IdempotentOptions extends CallOptions {
  /** Made for this call unless set; the same key again has no second effect. */
  idempotencyKey?: string | undefined;
}

/** Finds documents. It changes nothing, so it is sent again when the server is busy. */
export const searchOperation =
  (caller: Caller) =>
  (collection: string, request: SearchRequest, options?: CallOptions): Promise<SearchResult> =>
    caller.json('post', '/v1/collections/{collection}/search', {
      ...options,
      in: { collection },
      json: request,
      repeatable: true,
    });

/** Vectors of texts, in the shape of OpenAI's API. */
export const embeddingOperations = (caller: Caller) => ({
  create: (request: EmbeddingsRequest, options?: CallOptions): Promise<EmbeddingsResult> =>
    caller.json('post', '/v1/embeddings', { timeoutMs: 60_000, ...options, json: request, repeatable: true }),
});

/** What people did with what they found. */
export const eventOperations = (caller: Caller) => ({
  /** Keeps one event or up to 1,000, all or none, and says how many of them cite no search of the server. */
  send: (
    events: UbiEvent | readonly UbiEvent[],
    { idempotencyKey = newIdempotencyKey(), ...options }: IdempotentOptions = {},
  ): Promise<EventsResult> =>
    caller.json('post', '/v1/events', {
      ...options,
      json: events,
      headers: { 'idempotency-key': idempotencyKey },
      repeatable: true,
    }),
});
