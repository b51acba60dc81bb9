import { Worker } from 'node:worker_threads';
import { AttuneError, type ErrorCode } from '@attune/errors';
import {
  type FromThread,
  type GenerationState,
  type MadeVectors,
  type PlainError,
  type Replies,
  type Request,
  type ThreadStart,
  type ToThread,
  threadFile,
} from './messages.js';
import { Pending } from './pending.js';

export interface LinkEvents {
  note?(level: 'info' | 'warn', message: string): void;
  /** Documents encoded, of those that the thread has to encode now. */
  progress?(done: number, total: number): void;
  /** Vectors that the thread made, for the store. */
  vectors?(fingerprint: string, made: MadeVectors): Promise<void>;
  /** The thread ended without being asked to. */
  died?(reason: string): void;
}

/** Of the time to close, what saving may take; the rest is for the end of what cannot be saved. */
const savingShare = 0.7;

/** This side of a thread: requests go out by number, answers come back to whoever waits. */
export class ThreadLink {
  /** Settles when the thread holds what it is for, or has failed to. */
  readonly opened: Promise<GenerationState>;
  readonly #worker: Worker;
  readonly #events: LinkEvents;
  readonly #pending = new Pending();
  readonly #exited: Promise<void>;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  #closing = false;
  #dead = false;

  constructor(start: Omit<ThreadStart, 'stop'>, events: LinkEvents = {}) {
    this.#events = events;
    const workerData: ThreadStart = { ...start, stop: this.#stop.buffer };
    this.#worker = new Worker(threadFile, { workerData });
    let resolve!: (state: GenerationState) => void;
    let reject!: (error: AttuneError) => void;
    this.opened = new Promise((onOpened, onFailed) => {
      resolve = onOpened;
      reject = onFailed;
    });
    // Whoever opens a thread may look at it later.
    this.opened.catch(() => undefined);
    let reason = 'it ended';
    this.#worker.on('message', (message: FromThread) => {
      if (message.kind === 'opened') resolve(message.state);
      else if (message.kind === 'failed') reject(errorOf(message.error));
      else this.#receive(message);
    });
    this.#worker.on('error', (error: Error) => {
      reason = `${error.name}: ${error.message}`;
    });
    this.#exited = new Promise((done) => {
      this.#worker.on('exit', (code) => {
        this.#dead = true;
        const error = unavailable(`Its thread has ended (${reason}, exit code ${code})`);
        reject(error);
        this.#pending.rejectAll(error);
        if (!this.#closing) events.died?.(`${reason}, exit code ${code}`);
        done();
      });
    });
  }

  /** @throws {AttuneError} what the thread threw; UNAVAILABLE when it has ended */
  request<Kind extends Request['kind']>(
    request: Extract<Request, { kind: Kind }>,
    transfer: ArrayBuffer[] = [],
  ): Promise<Replies[Kind]> {
    if (this.#dead) return Promise.reject(unavailable('Its thread has ended'));
    return this.#pending.ask((id) => this.#worker.postMessage({ id, request } satisfies ToThread, transfer));
  }

  /** Ends the thread in its own time; after `timeoutMs`, at once. */
  async close({ save, timeoutMs }: { save: boolean; timeoutMs: number }): Promise<void> {
    this.#closing = true;
    if (this.#dead) return;
    const withinMs = save ? savingShare * timeoutMs : 0;
    const stopping = setTimeout(() => Atomics.store(this.#stop, 0, 1), withinMs);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), timeoutMs);
    });
    const asked = this.request({ kind: 'close', save, withinMs }).catch((error: AttuneError) => {
      if (save) this.#events.note?.('warn', `The index was not saved: ${error.message}`);
    });
    const ended = asked.then(() => this.#exited);
    if ((await Promise.race([ended, late])) === 'late') {
      this.#events.note?.('warn', `The thread did not end within ${timeoutMs} ms and was stopped.`);
      await this.#worker.terminate();
    }
    clearTimeout(timer);
    clearTimeout(stopping);
  }

  #receive(message: Exclude<FromThread, { kind: 'opened' | 'failed' }>): void {
    if (message.kind === 'note') {
      this.#events.note?.(message.level, message.message);
    } else if (message.kind === 'progress') {
      this.#events.progress?.(message.done, message.total);
    } else if (message.kind === 'vectors') {
      void this.#keep(message.id, message.fingerprint, message.made);
    } else if (message.kind === 'answer') {
      this.#pending.resolve(message.id, message.value);
    } else {
      this.#pending.reject(message.id, errorOf(message.error));
    }
  }

  async #keep(kept: number, fingerprint: string, made: MadeVectors): Promise<void> {
    let error: PlainError | undefined;
    try {
      await this.#events.vectors?.(fingerprint, made);
    } catch (cause) {
      const { code = 'INTERNAL', message } = cause as Partial<AttuneError> & Error;
      error = { code, message };
    }
    if (!this.#dead) this.#worker.postMessage({ kept, error } satisfies ToThread);
  }
}

export function errorOf({ code, message }: PlainError): AttuneError {
  return new AttuneError(code as ErrorCode, message);
}

function unavailable(why: string): AttuneError {
  return new AttuneError('UNAVAILABLE', `${why}. Try again in a moment.`);
}
