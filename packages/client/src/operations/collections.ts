import type { Caller } from '../call.js';
import type { CallOptions } from '../transport.js';
import type {
  Alias,
  Collection,
  CollectionSettings,
  ConfigureCollection,
  CreateCollection,
  Decision,
  DecisionPage,
  ListedRelease,
  PageQuery,
  PromotedRelease,
  Release,
} from '../types.js';

const one = '/v1/collections/{collection}';

/** Building the index of a large collection takes its time. */
const promotionTimeoutMs = 1_800_000;

/** Collections, and what is in service in each. A collection is named, or meant by an alias. */
export const collectionOperations = (caller: Caller) => ({
  list: async (options?: CallOptions): Promise<Collection[]> =>
    (await caller.json('get', '/v1/collections', options)).data,

  /** Its model is attune-base-en unless set. */
  create: (collection: CreateCollection, options?: CallOptions): Promise<Collection> =>
    caller.json('post', '/v1/collections', { timeoutMs: 60_000, ...options, json: collection }),

  get: (collection: string, options?: CallOptions): Promise<Collection> =>
    caller.json('get', one, { ...options, in: { collection } }),

  /** When and from what it learns, and the golden set that candidates must pass. */
  settings: (collection: string, options?: CallOptions): Promise<CollectionSettings> =>
    caller.json('get', `${one}/settings`, { ...options, in: { collection } }),

  /** Changes what is named of its settings. */
  configure: (
    collection: string,
    change: ConfigureCollection,
    options?: CallOptions,
  ): Promise<CollectionSettings> =>
    caller.json('patch', one, { ...options, in: { collection }, json: change }),

  /** Drops it with its documents, releases and decisions. */
  delete: (collection: string, options?: CallOptions): Promise<void> =>
    caller.json('delete', one, { timeoutMs: 60_000, ...options, in: { collection } }),

  /** Goes back to what was in service before. */
  rollBack: (collection: string, options?: CallOptions): Promise<Release> =>
    caller.json('post', `${one}/rollback`, {
      timeoutMs: promotionTimeoutMs,
      ...options,
      in: { collection },
    }),

  /** Puts a model in service; resolves when searches are answered by it. */
  promote: (
    collection: string,
    model: string,
    { anyway, ...options }: CallOptions & { anyway?: boolean | undefined } = {},
  ): Promise<PromotedRelease> =>
    caller.json('post', `${one}/promote`, {
      timeoutMs: promotionTimeoutMs,
      ...options,
      in: { collection },
      json: { model, ...(anyway && { anyway }) },
    }),

  /** All that was ever in service, the newest first. */
  releases: async (collection: string, options?: CallOptions): Promise<ListedRelease[]> =>
    (await caller.json('get', `${one}/releases`, { ...options, in: { collection } })).data,

  /** What the gate said of candidates, the newest first. */
  decisions: (collection: string, query?: PageQuery, options?: CallOptions): Promise<DecisionPage> =>
    caller.json('get', `${one}/decisions`, { ...options, in: { collection }, query }),

  decision: (collection: string, decision: string, options?: CallOptions): Promise<Decision> =>
    caller.json('get', `${one}/decisions/{decision}`, { ...options, in: { collection, decision } }),
});

/** Second names of collections. */
export const aliasOperations = (caller: Caller) => ({
  list: async (options?: CallOptions): Promise<Alias[]> =>
    (await caller.json('get', '/v1/aliases', options)).data,

  set: (alias: string, collection: string, options?: CallOptions): Promise<Alias> =>
    caller.json('put', '/v1/aliases/{alias}', { ...options, in: { alias }, json: { collection } }),

  delete: (alias: string, options?: CallOptions): Promise<void> =>
    caller.json('delete', '/v1/aliases/{alias}', { ...options, in: { alias } }),
});
