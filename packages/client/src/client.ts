import { Caller } from './call.js';
import { AttuneApiError } from './errors.js';
import { datasetOperations, keyOperations, modelOperations } from './operations/administration.js';
import { aliasOperations, collectionOperations } from './operations/collections.js';
import { documentOperations } from './operations/documents.js';
import { jobOperations } from './operations/jobs.js';
import { embeddingOperations, eventOperations, searchOperation } from './operations/search.js';
import { type CallOptions, type ClientOptions, Transport } from './transport.js';

export type Client = ReturnType<typeof createClient>;

/**
 * A client of one server. Every method takes `{ signal, timeoutMs }` last, and throws AttuneApiError when the server says no, and
 * AttuneConnectionError when it says nothing. A busy server (429, 503) is asked again when it says when, and when that can do no harm.
 *
 * @throws {TypeError} for a url that is none
 */
export function createClient(options: ClientOptions) {
  const caller = new Caller(new Transport(options));
  const collections = collectionOperations(caller);
  return {
    collections,
    documents: documentOperations(caller),
    search: searchOperation(caller),
    embeddings: embeddingOperations(caller),
    events: eventOperations(caller),
    datasets: datasetOperations(caller),
    jobs: jobOperations(caller),
    models: { ...modelOperations(caller), promote: collections.promote },
    rollBack: collections.rollBack,
    aliases: aliasOperations(caller),
    keys: keyOperations(caller),

    /** Whether every collection answers. */
    async ready(options?: CallOptions): Promise<boolean> {
      try {
        return (await caller.json('get', '/readyz', { ...options, repeatable: false })).ready;
      } catch (error) {
        if (error instanceof AttuneApiError && error.status === 503) return false;
        throw error;
      }
    },
  };
}
