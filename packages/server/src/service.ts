import type { Readable } from 'node:stream';
import type { CollectionSummary, SearchAnswer, SearchRequest } from '@attune/service';
import type {
  BundleRecord,
  CollectionRecord,
  DatasetRecord,
  DecisionRecord,
  DocumentWrite,
  JobRecord,
  KeyRecord,
  ReleaseRecord,
  StoredDocument,
  StoredRecord,
  UbiEvent,
  WriteResult,
} from '@attune/store';

/** What the API calls: the part of the service's class that HTTP reaches. */
export interface Service {
  readonly folder: string;
  readonly store: {
    readonly health: { state: 'ok' | 'full' | 'failed'; reason?: string | undefined };
    get(kind: 'key', name: string): Promise<StoredRecord<'key'> | undefined>;
    list(kind: 'key', options?: object): Promise<StoredRecord<'key'>[]>;
    list(kind: 'alias', options?: object): Promise<StoredRecord<'alias'>[]>;
    list(kind: 'bundle', options?: object): Promise<StoredRecord<'bundle'>[]>;
    list(kind: 'decision', options?: object): Promise<StoredRecord<'decision'>[]>;
    get(kind: 'bundle', name: string): Promise<StoredRecord<'bundle'> | undefined>;
    get(kind: 'decision', name: string): Promise<StoredRecord<'decision'> | undefined>;
    get(kind: 'collection', name: string): Promise<StoredRecord<'collection'> | undefined>;
    change(
      changes: readonly { kind: 'key'; name: string; put: KeyRecord; version?: number | undefined }[],
    ): Promise<void>;
    countEvents(): Promise<number>;
  };
  readonly jobs: Jobs;
  readonly models: Models;
  readonly datasets: Datasets;
  ready(): { ready: boolean; waiting: string[] };
  createCollection(
    name: string,
    options: { bundle?: string | undefined; lexical?: Record<string, unknown> | undefined },
  ): Promise<CollectionSummary>;
  dropCollection(name: string): Promise<void>;
  collections(): Promise<CollectionSummary[]>;
  collection(nameOrAlias: string): Promise<CollectionSummary>;
  setAlias(alias: string, collection: string): Promise<void>;
  removeAlias(alias: string): Promise<void>;
  configure(
    collection: string,
    change: {
      golden?: CollectionRecord['golden'] | undefined;
      learning?: Partial<CollectionRecord['learning']> | undefined;
    },
  ): Promise<CollectionRecord>;
  write(
    collection: string,
    writes: readonly DocumentWrite[],
    options?: { refresh?: boolean | undefined },
  ): Promise<WriteResult[]>;
  document(collection: string, id: string): Promise<StoredDocument | undefined>;
  documents(
    collection: string,
    options: { after?: string | undefined; limit: number },
  ): Promise<StoredDocument[]>;
  search(collection: string, request: SearchRequest): Promise<SearchAnswer>;
  embed(
    model: string,
    texts: readonly string[] | { ids: Int32Array; offsets: Uint32Array },
    role: 'query' | 'document',
    options?: { signal?: AbortSignal | undefined },
  ): Promise<{ vectors: Float32Array; dim: number; tokens: number; fingerprint: string }>;
  recordEvents(
    events: readonly UbiEvent[],
    options: { idempotencyKey?: string | undefined },
  ): Promise<{ count: number }>;
  promote(
    collection: string,
    bundle: string,
    options: { reason: 'gate' | 'hand'; signal?: AbortSignal | undefined },
  ): Promise<ReleaseRecord & { number: number }>;
  rollBack(collection: string): Promise<ReleaseRecord & { number: number }>;
  releases(collection: string): Promise<(ReleaseRecord & { number: number })[]>;
  close(): Promise<void>;
}

export type JobView = { id: string } & JobRecord;
export type JobKind = 'train' | 'evaluate' | 'cycle' | 'validate';

export interface Jobs {
  start(kind: JobKind, request: unknown, options?: { idempotencyKey?: string | undefined }): Promise<JobView>;
  get(id: string): Promise<JobView>;
  list(options: {
    after?: string | undefined;
    limit: number;
    kind?: JobKind | undefined;
  }): Promise<JobView[]>;
  cancel(id: string): Promise<JobView>;
  watch(id: string, listener: (event: { id: number; job: JobView }) => void): () => void;
}

export interface Models {
  list(): Promise<({ name: string } & BundleRecord)[]>;
  get(name: string): Promise<({ name: string } & BundleRecord) | undefined>;
  remove(name: string): Promise<void>;
}

export interface Datasets {
  put(name: string, file: string, stream: Readable): Promise<{ name: string } & DatasetRecord>;
  get(name: string): Promise<{ name: string } & DatasetRecord>;
  list(): Promise<({ name: string } & DatasetRecord)[]>;
  remove(name: string): Promise<void>;
  report(name: string): Promise<unknown>;
}

export type Decision = { name: string } & DecisionRecord;
