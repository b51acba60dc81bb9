import type { PackedVectors } from './document-writes.js';
import type { ListOptions } from './reads.js';
import type {
  CollectionRecord,
  DocumentWrite,
  RecordChange,
  RecordKind,
  ReleaseRecord,
  SearchRecord,
  UbiEvent,
  VerifyReport,
} from './types.js';

/** What is asked of the store's thread. Those that change something are committed before they are answered. */
export interface Requests {
  change: { changes: readonly RecordChange[] };
  createCollection: { collection: string; record: CollectionRecord; release: ReleaseRecord };
  dropCollection: { collection: string };
  writeDocuments: { collection: string; writes: readonly DocumentWrite[] };
  putVectors: { collection: string; fingerprint: string; vectors: PackedVectors };
  dropVectors: { collection: string; keep: readonly string[] };
  recordSearches: { searches: readonly SearchRecord[] };
  appendEvents: { events: readonly UbiEvent[]; idempotencyKey: string | undefined };
  prune: { searchesBefore: number };
  get: { kind: RecordKind; record: string };
  list: { kind: RecordKind; options: ListOptions };
  document: { collection: string; id: string };
  documents: { collection: string; after: string; limit: number };
  collectionCounts: { collection: string };
  countEvents: object;
}

export type RequestName = keyof Requests;
export type Request = { [Name in RequestName]: { name: Name } & Requests[Name] }[RequestName];

export interface Asked {
  id: number;
  request: Request | { name: 'close' };
}

/** Whether the store writes. `failed`: not before it is opened again; `full`: as soon as there is space. */
export interface Health {
  state: 'ok' | 'full' | 'failed';
  reason?: string;
}

export interface Answered {
  id: number;
  value?: unknown;
  error?: { code: string; message: string };
}

export type FromThread =
  | { opened: true }
  | { failed: { code: string; message: string } }
  | { answers: Answered[]; health: Health };

/** What a thread is started for. */
export type ThreadTask =
  | { task: 'write'; folder: string; create: boolean; limits?: StoreLimits | undefined }
  | { task: 'verify'; folder: string }
  | { task: 'copy'; folder: string; to: string };

/** For tests of what happens when space ends. */
export interface StoreLimits {
  /** The file may not have more pages of 4 KiB. */
  mostPages?: number | undefined;
}

export type FromSideThread =
  | { report: VerifyReport }
  | { done: true }
  | { failed: { code: string; message: string } };
