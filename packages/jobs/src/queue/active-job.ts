import { AttuneError } from '@attune/errors';
import type { JobRecord, Store } from '@attune/store';
import type { JobMessage } from '../launch/protocol.js';

export type JobView = JobRecord & { id: string };

export interface JobEvent {
  /** Grows from event to event. */
  id: number;
  job: JobView;
}

/** Progress is told at once, and written this seldom: it is worth nothing after a crash. */
const saveEveryMs = 1000;
/** Until a full disk is tried again. */
const retryMs = 5000;

export const hasEnded = ({ state }: JobRecord): boolean => state !== 'waiting' && state !== 'running';

export function viewOf(id: string, record: JobRecord): JobView {
  return { id, ...record };
}

/** A job that waits or runs: its record in memory, which the store follows. */
export class ActiveJob {
  readonly id: string;
  readonly ended: Promise<void>;
  record: JobRecord;
  pid: number | undefined;
  /** Whether its record is in the store, so that it may begin. */
  isAdmitted = false;
  isCancelled = false;
  /** Resolves `ended`, and tells the last change. */
  readonly end: () => void;
  readonly #store: Store;
  readonly #onChange: (job: JobView) => void;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #step = '';

  constructor(id: string, record: JobRecord, store: Store, onChange: (job: JobView) => void) {
    this.id = id;
    this.record = record;
    this.#store = store;
    this.#onChange = onChange;
    let resolveEnded: () => void = () => undefined;
    this.ended = new Promise((resolve) => {
      resolveEnded = resolve;
    });
    this.end = () => {
      clearTimeout(this.#timer);
      onChange(this.view());
      resolveEnded();
    };
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  view(): JobView {
    return viewOf(this.id, this.record);
  }

  cancel(): void {
    this.isCancelled = true;
    this.#stopping.abort();
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Changes the record in memory; `save` or the next second brings it to the store. */
  change(change: Partial<JobRecord>, { silently = false } = {}): void {
    this.record = { ...this.record, ...change };
    if (!silently) this.#onChange(this.view());
  }

  step(step: string): void {
    this.#step = step;
    this.#advance({ step, progress: 0 });
  }

  progress(share: number): void {
    if (Number.isFinite(share)) this.#advance({ progress: Math.min(1, Math.max(0, share)) });
  }

  /** What the process says of how far it is. */
  hear(message: JobMessage): void {
    if (message.type === 'step') this.step(message.step);
    else if (message.type === 'progress') this.progress(message.progress);
    else if (message.type === 'note') this.#advance({ step: `${this.#step}: ${message.note}` });
  }

  /** Writes the record. Waits for space on a full disk, because what the job has made must not be lost. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (;;) {
      try {
        await this.#store.change([{ kind: 'job', name: this.id, put: this.record }]);
        return;
      } catch (error) {
        const isFull = error instanceof AttuneError && error.code === 'DISK_FULL';
        if (!isFull || !this.isAdmitted || this.#stopping.signal.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  #advance(change: Partial<JobRecord>): void {
    this.change(change);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#store.change([{ kind: 'job', name: this.id, put: this.record }]).catch(() => undefined);
    }, saveEveryMs);
  }
}
