import { batchesOf } from '../batches.js';
import type { Caller } from '../call.js';
import { linesOf } from '../reply.js';
import type { CallOptions } from '../transport.js';
import type {
  Document,
  DocumentBody,
  DocumentPage,
  DocumentPatch,
  DocumentWrite,
  PageQuery,
  WriteOutcome,
  WriteResult,
} from '../types.js';

const all = '/v1/collections/{collection}/documents';
const one = `${all}/{id}` as const;

export interface WriteOptions extends CallOptions {
  /** `wait`: answered only when searches see what was written. */
  refresh?: 'wait' | undefined;
}

/** Documents of a collection. */
export const documentOperations = (caller: Caller) => ({
  /**
   * Writes documents in batches, one after the other, and gives what became of each, in order. A write that is refused is one of the
   * outcomes and stops no other; of a batch with more than 100 that are refused for one reason, the others are one outcome with their
   * `count`. Nothing is sent before it is asked for, so go through all of them:
   *
   *     for await (const { line, error } of client.documents.write('icons', documents)) if (error) console.error(line, error.detail);
   *
   * @throws {AttuneApiError} for a batch that is refused as a whole; what was told before it is kept
   */
  async *write(
    collection: string,
    writes: Iterable<DocumentWrite> | AsyncIterable<DocumentWrite>,
    { refresh, ...options }: WriteOptions = {},
  ): AsyncGenerator<WriteOutcome, void, undefined> {
    // In batches and not as one stream, because browsers send no streams over HTTP/1, and a batch can be sent again.
    for await (const { body, before } of batchesOf(writes, { mostLines: 1000, mostCharacters: 2 ** 20 })) {
      const reply = await caller.send('post', all, {
        timeoutMs: 300_000,
        ...options,
        in: { collection },
        query: { refresh },
        headers: { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson' },
        body,
        // Each line says what a document shall be.
        repeatable: true,
      });
      for await (const text of linesOf(reply.pieces())) {
        const outcome = JSON.parse(text) as WriteOutcome;
        yield { ...outcome, line: before + outcome.line };
      }
    }
  },

  /** By id, a page at a time. */
  list: (collection: string, query?: PageQuery, options?: CallOptions): Promise<DocumentPage> =>
    caller.json('get', all, { ...options, in: { collection }, query }),

  /** By id, all of them. */
  async *all(collection: string, options?: CallOptions): AsyncGenerator<Document, void, undefined> {
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: PageQuery = cursor === '' ? {} : { cursor };
      const page: DocumentPage = await caller.json('get', all, { ...options, in: { collection }, query });
      yield* page.data;
      cursor = page.next_cursor;
    }
  },

  get: (collection: string, id: string, options?: CallOptions): Promise<Document> =>
    caller.json('get', one, { ...options, in: { collection, id } }),

  put: (
    collection: string,
    id: string,
    document: DocumentBody,
    { refresh, ...options }: WriteOptions = {},
  ): Promise<WriteResult> =>
    caller.json('put', one, { ...options, in: { collection, id }, query: { refresh }, json: document }),

  /** Sets what is named; null takes a field or an attribute away. */
  patch: (
    collection: string,
    id: string,
    change: DocumentPatch,
    { refresh, ...options }: WriteOptions = {},
  ): Promise<WriteResult> =>
    caller.json('patch', one, { ...options, in: { collection, id }, query: { refresh }, json: change }),

  delete: (
    collection: string,
    id: string,
    { refresh, ...options }: WriteOptions = {},
  ): Promise<WriteResult> =>
    caller.json('delete', one, { ...options, in: { collection, id }, query: { refresh } }),
});
