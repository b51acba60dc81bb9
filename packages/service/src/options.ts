export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

export interface ServiceOptions {
  /** Makes the data folder where there is none. True unless set. */
  create?: boolean | undefined;
  /** Searches of a collection that may wait; one more is OVERLOADED. 1,024 unless set. */
  maxQueuedSearches?: number | undefined;
  /**
   * Conditions × documents of the long filters of a collection that are looked up at once; one more is OVERLOADED, but one alone is looked
   * up however long it is. 2^28 unless set.
   */
  maxFilterWork?: number | undefined;
  /** Collections that there may be; one more is a CONFLICT. 32 unless set. */
  maxCollections?: number | undefined;
  /**
   * Collections that are open at once, each of which takes 100 to 180 MB beside its documents. Where another is asked, the longest unused is
   * closed; one that has something under way is not, so there may be more for a while. 8 unless set.
   */
  openCollections?: number | undefined;
  /** What happens beside the answers. Nobody hears of it unless set. */
  log?: Log | undefined;
  /** From a write to the refresh that shows it, at most, while refreshes are quick. 100 unless set. */
  refreshMs?: number | undefined;
  /** Documents up to which a collection is one segment, made anew at every refresh. 1,000 unless set. */
  foldRows?: number | undefined;
  /** Rows of a tail (or a quarter of the base, if that is more) beyond which it is merged. 4,000 unless set. */
  tailRows?: number | undefined;
  /** A thread that closes longer is stopped; what it was saving is made again from the store. 10,000 unless set. */
  closeTimeoutMs?: number | undefined;
  /** What is kept of what is no longer in use. */
  retention?: Partial<RetentionSettings> | undefined;
  /** When the store is read through for damage. */
  scrub?: Partial<ScrubSettings> | undefined;
}

export interface ScrubSettings {
  /** From the start to the first. 600,000 unless set: 10 minutes. */
  afterMs: number;
  /** From the end of one to the next. 86,400,000 unless set: a day. */
  everyMs: number;
}

export interface RetentionSettings {
  /** Ended jobs, the newest of them. 1,000 unless set. */
  jobs: number;
  /** Days after its end for which a job is kept at most. 90 unless set. */
  jobDays: number;
  /** Models of each collection that the gate refused and nothing uses, the newest of them. 5 unless set. */
  refusedCandidates: number;
  /** Days for which a search that no event cites is kept. 30 unless set. */
  searchDays: number;
  /** Bytes that noted searches may take, beyond which the oldest that no event cites go. 1 GiB unless set. */
  searchBytes: number;
  /** Days for which the idempotency key of events is known. 7 unless set. */
  idempotencyDays: number;
}

/** The options, whole. */
export interface ServiceSettings {
  maxQueuedSearches: number;
  maxFilterWork: number;
  maxCollections: number;
  openCollections: number;
  log: Log;
  refreshMs: number;
  foldRows: number;
  tailRows: number;
  closeTimeoutMs: number;
  retention: RetentionSettings;
  scrub: ScrubSettings;
}

/**
 * 1,000 ranges over 50,000 documents took 0.8 s of one of two slow cores (2026-11-30), so this is about 5 s, and a few times that where others
 * have the core too. A search over HTTP may take 30 s: what had to wait behind more would be looked up for nobody.
 */
const defaultFilterWork = 2 ** 28;

export function serviceSettings(options: ServiceOptions): ServiceSettings {
  return {
    maxQueuedSearches: options.maxQueuedSearches ?? 1024,
    maxFilterWork: options.maxFilterWork ?? defaultFilterWork,
    maxCollections: options.maxCollections ?? 32,
    openCollections: options.openCollections ?? 8,
    log: options.log ?? (() => undefined),
    refreshMs: options.refreshMs ?? 100,
    foldRows: options.foldRows ?? 1000,
    tailRows: options.tailRows ?? 4000,
    closeTimeoutMs: options.closeTimeoutMs ?? 10_000,
    retention: {
      jobs: 1000,
      jobDays: 90,
      refusedCandidates: 5,
      searchDays: 30,
      searchBytes: 2 ** 30,
      idempotencyDays: 7,
      ...options.retention,
    },
    scrub: { afterMs: 600_000, everyMs: 86_400_000, ...options.scrub },
  };
}
