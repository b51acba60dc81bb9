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

export interface NativeAddon {
  setErrorClass(errorClass: new (code: never, message: string) => Error): void;
  runtimeInfo(): RuntimeInfo;
  Task: new () => Task;
}
