import type { Document, KeptUbiEvent } from '@attune/schema';

/** What the store keeps. Everything here is plain data: it crosses threads, and it is written with a checksum. */

/** A document as it was last written. */
export interface StoredDocument extends Document {
  /** Place of its last write among all writes of its collection; grows, never repeats. */
  sequence: number;
}

/** Which documents are asked for: the next by id, in the order of its UTF-8 bytes. */
export interface DocumentsOptions {
  /** They come after this one. From the first unless set. */
  after?: string | undefined;
  limit: number;
  /** They end where they hold so many bytes, but there is one at least. 8 MiB unless set. */
  mostBytes?: number | undefined;
}

/** Some of the documents of a collection, by id. */
export interface DocumentsPage {
  documents: StoredDocument[];
  /** No other follows. */
  isLast: boolean;
}

export interface WriteResult {
  id: string;
  /** `notFound`: a patch or a delete of a document that is not there; nothing was written. */
  status: 'created' | 'updated' | 'deleted' | 'notFound';
  /** Of the write; 0 for `notFound`. */
  sequence: number;
}

/** The newest state of a document that was written after some sequence; without `document`, it was deleted. */
export interface DocumentChange {
  sequence: number;
  id: string;
  document: StoredDocument | undefined;
}

/** A document's vector. It counts only as long as the document's sequence is the one it was made from. */
export interface StoredVector {
  id: string;
  sequence: number;
  /** float32, [dim] */
  vector: Float32Array;
}

/** What is kept of the searches that no event cites: milliseconds since 1970, and bytes of all searches. */
export interface SearchesToKeep {
  before: number;
  mostBytes: number;
}

/** One answered search, so that an event that cites its query id is known to be about this text and these documents. */
export interface SearchRecord {
  queryId: string;
  collection: string;
  text: string;
  /** Milliseconds since 1970. */
  at: number;
  release: number;
  fingerprint: string;
  /** Ids of the documents shown, best first. */
  hits: string[];
  /** Rank of the first of them, from 0: above 0 on later pages. */
  offset: number;
  filter?: unknown;
}

/** What became of events that were appended. */
export interface AppendedEvents {
  /** Sequence of the first. */
  first: number;
  count: number;
  /** Those of them that cite no search of this store. */
  withoutSearch: number;
}

/** An event as it was kept, with the search that it cites. */
export interface StoredEvent {
  /** Order of arrival; time is what a client says it is, this is not. */
  sequence: number;
  /** Milliseconds since 1970, by the server's clock, never falling. */
  receivedAt: number;
  event: KeptUbiEvent;
  search: SearchRecord | undefined;
  source: EventSource;
}

/** Who sent an event, and what it is good for. */
export interface EventSource {
  /** Id of the API key; null where none was needed, and for events of before there was this. */
  key: string | null;
  /** Whether it may tell of searches that were made elsewhere. */
  mayImport: boolean;
  /** It is kept, and counts no more. */
  isTakenBack: boolean;
}

/** Who sends events. */
export interface EventSender extends Pick<EventSource, 'key' | 'mayImport'> {
  /** Names of the collections whose searches they may cite. Unless set: all. */
  collections?: readonly string[] | undefined;
}

export interface AppendOptions {
  /** The same events under the same key are kept once. */
  idempotencyKey?: string | undefined;
  /** Nobody, who may import, unless set. */
  sender?: EventSender | undefined;
}

/**
 * Small records, by kind and name. A change of several is one transaction, which is how a promotion flips everything
 * at once.
 */
export interface Records {
  /** Name: the collection's. */
  collection: CollectionRecord;
  /** Name: the alias. */
  alias: { collection: string };
  /** Name: the bundle's. */
  bundle: BundleRecord;
  /** Name: `COLLECTION/NUMBER`. */
  release: ReleaseRecord;
  /** Name: the dataset's. */
  dataset: DatasetRecord;
  /** Name: the job's id; ids sort by time. */
  job: JobRecord;
  /** Name: the key's id. */
  key: KeyRecord;
  /** Name: `COLLECTION/ID`; ids sort by time. */
  decision: DecisionRecord;
}

export interface CollectionRecord {
  createdAt: number;
  /** Number of the release in service. */
  release: number;
  /** Name of the frozen dataset whose judged queries every candidate has to pass; null: none yet. */
  golden: { dataset: string; slice: string } | null;
  learning: LearningSettings;
  /**
   * Settings of the search by words that a person gave; the others come with each model. Opaque here. Missing in records of before there
   * was this.
   */
  lexical?: object | undefined;
}

/** When a collection learns, and whether it may promote by itself. */
export interface LearningSettings {
  /** A cron expression (UTC), or null. */
  schedule: string | null;
  /** Starts a cycle once events judge this many queries that were not judged at the last one; null: never. */
  everyJudgedQueries: number | null;
  /** `byHand`: a candidate that passes waits for `promote`. */
  promotion: 'automatic' | 'byHand';
  /** Datasets that are learned from beside the events. */
  datasets: string[];
  /** By action name; what is not named counts for nothing. */
  actionWeights: Record<string, number>;
}

/** A model folder, kept under `bundles/NAME` and never changed. */
export interface BundleRecord {
  createdAt: number;
  fingerprint: string;
  kind: 'static' | 'transformer';
  /** Of a transformer's products; missing is 'f32'. */
  precision?: 'f32' | 'bf16' | 'int8' | undefined;
  dim: number;
  /** Name of the bundle that it was trained from; null for one that was brought in. */
  base: string | null;
  /** The job that made it; null for one that was brought in. */
  job: string | null;
  /** What it says of how words count beside it; missing where it says nothing. */
  search?: ModelSearch | undefined;
}

/** Settings that a collection takes over with a model. */
export interface ModelSearch {
  /** Opaque here. */
  settings: object;
  /** What each was chosen by. */
  choices: {
    what: string;
    chosen: string;
    metric: string;
    /** On which queries. */
    on: string;
    queryCount: number;
    /** How many were tried. */
    tried: number;
  }[];
}

/** Model, preprocessing and the way words count: what is promoted and rolled back as one. */
export interface ReleaseRecord {
  createdAt: number;
  bundle: string;
  fingerprint: string;
  /** Of a transformer's products; missing is 'f32'. */
  precision?: 'f32' | 'bf16' | 'int8' | undefined;
  /** Settings of the search by words and its weight; opaque here. */
  lexical: unknown;
  /** Why it is there: the first of its collection, a decision of the gate, a person, or a roll back to `of`. */
  reason: 'first' | 'gate' | 'hand' | 'rollback';
  /** Name of the decision that promoted it, or number of the release that was rolled back to. */
  of: string | null;
}

export interface DatasetRecord {
  createdAt: number;
  /** Files under `datasets/NAME`, with their sizes in bytes and SHA-256. */
  files: { name: string; bytes: number; sha256: string }[];
  /** Of the last validation; null before it. */
  verdict: 'pass' | 'warn' | 'fail' | null;
}

export type JobState = 'waiting' | 'running' | 'finished' | 'failed' | 'cancelled';

export interface JobRecord {
  kind: string;
  request: unknown;
  state: JobState;
  /** What it is doing, in words, such as `training`. */
  step: string;
  /** Of this step, 0 to 1. */
  progress: number;
  /** Starts of it: above 1 after a restart in its middle. */
  attempts: number;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  result: unknown;
  error: { code: string; message: string } | null;
}

export type KeyScope = 'search' | 'write' | 'feedback' | 'import' | 'train' | 'metrics' | 'admin';

export interface KeyRecord {
  createdAt: number;
  /** What a person calls it. */
  label: string;
  /** SHA-256 of the secret, in hex. The secret itself is shown once and kept nowhere. */
  sha256: string;
  scopes: KeyScope[];
  /** Names of the collections that it is for. Missing: all. */
  collections?: string[] | undefined;
  /** What its requests may cost a second. Missing: any. */
  costPerSecond?: number | undefined;
  expiresAt: number | null;
  revokedAt: number | null;
}

/** What the gate said, with every number that it rests on. */
export interface DecisionRecord {
  createdAt: number;
  job: string;
  candidate: string;
  verdict: 'promote' | 'refuse' | 'no decision';
  /** The gate's checks; opaque here. */
  report: unknown;
}

export type RecordKind = keyof Records;

/** One change of a record. `version` is what a reader saw: when the record has another one by then, nothing is written. */
export type RecordChange = {
  [Kind in RecordKind]:
    | { kind: Kind; name: string; put: Records[Kind]; version?: number | undefined }
    | { kind: Kind; name: string; remove: true; version?: number | undefined };
}[RecordKind];

export interface StoredRecord<Kind extends RecordKind> {
  name: string;
  /** 1 at first, one more at every change. */
  version: number;
  value: Records[Kind];
}

/** Damage that `verify` found. */
export interface Damage {
  file: string;
  /** Such as `documents icons/42`. */
  what: string;
}

export interface VerifyReport {
  rows: number;
  damage: Damage[];
}
