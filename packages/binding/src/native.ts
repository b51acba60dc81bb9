/**
 * The addon's surface, as native/binding exports it. Types only: what each call means is said where the package that
 * uses it wraps it.
 */

export interface RuntimeInfo {
  /** The CPU level in use: the fastest this CPU can run, or the one named by ATTUNE_LEVEL. */
  level: string;
  /** Every level this CPU can run, the slowest first. */
  levels: string[];
  /** Threads that share one loop: ATTUNE_THREADS, or the number of cores. */
  threads: number;
}

/** The progress of one piece of long work, and the way to cancel it. */
export interface Task {
  cancel(): void;
  progress(): { done: number; total: number };
}

/** Answers are [queries, k]: rows in the order of adding, scores higher is better; -1 and -Infinity where there is none. */
export interface NativeHits {
  rows: Int32Array;
  scores: Float32Array;
}

/** Exact search. Typed arrays are copied at the call; a search or a save sees the rows that stood when it was called. */
export interface FlatIndex {
  readonly dim: number;
  readonly metric: 'cosine' | 'innerProduct' | 'l2';
  readonly count: number;
  readonly fingerprint: string;
  add(vectors: Float32Array): void;
  search(
    queries: Float32Array,
    k: number,
    allowed: Uint32Array | undefined,
    task: Task | undefined,
  ): Promise<NativeHits>;
  save(path: string, fingerprint: string, task: Task | undefined): Promise<void>;
}

export interface FlatIndexClass {
  new (dim: number, metric: 'cosine' | 'innerProduct' | 'l2'): FlatIndex;
  load(path: string, expectedFingerprint: string | undefined, task: Task | undefined): Promise<FlatIndex>;
}

export interface NativeAddon {
  setErrorClass(errorClass: new (code: never, message: string) => Error): void;
  runtimeInfo(): RuntimeInfo;
  FlatIndex: FlatIndexClass;
  Task: new () => Task;
}
