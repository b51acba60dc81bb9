import { type TransferListItem, Worker } from 'node:worker_threads';
import { AttuneError } from '@attune/errors';
import { plainError } from './answer-batch.js';
import {
  type FromIndexing,
  type IndexingReplies,
  type IndexingRequest,
  type IndexingStart,
  indexingThreadFile,
  type ToIndexing,
  type Wish,
  type WishReplies,
} from './indexing-messages.js';
import { Pending } from './pending.js';
import { errorOf } from './thread-link.js';

export interface IndexingEvents {
  progress(done: number, total: number): void;
  wish(wish: Wish): Promise<WishReplies[keyof WishReplies]>;
  /** The thread ended without being asked to. */
  died(reason: string): void;
}

/** The searching thread's side of the indexing thread, which it starts and which ends with it. */
export class IndexingLink {
  readonly #worker: Worker;
  readonly #events: IndexingEvents;
  readonly #pending = new Pending();
  readonly #exited: Promise<void>;
  #closing = false;
  #dead = false;

  constructor(start: IndexingStart, events: IndexingEvents) {
    this.#events = events;
    this.#worker = new Worker(indexingThreadFile, { workerData: start });
    this.#worker.on('message', (message: FromIndexing) => this.#receive(message));
    let reason = 'it ended';
    this.#worker.on('error', (error: Error) => {
      reason = `${error.name}: ${error.message}`;
    });
    this.#exited = new Promise((done) => {
      this.#worker.on('exit', (code) => {
        this.#dead = true;
        if (!this.#closing) events.died(`${reason}, exit code ${code}`);
        this.#pending.rejectAll(unavailable(`the indexing thread has ended (${reason}, exit code ${code})`));
        done();
      });
    });
  }

  /** @throws {AttuneError} what the thread threw; UNAVAILABLE when it has ended */
  request<Kind extends IndexingRequest['kind']>(
    request: Extract<IndexingRequest, { kind: Kind }>,
    transfer: TransferListItem[] = [],
  ): Promise<IndexingReplies[Kind]> {
    if (this.#dead) return Promise.reject(unavailable('the indexing thread has ended'));
    return this.#pending.ask((id) => this.#post({ id, request }, transfer));
  }

  /** Ends the thread once it has answered. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#dead) return;
    await this.request({ kind: 'close' }).catch(() => undefined);
    await this.#exited;
  }

  #post(message: ToIndexing, transfer: TransferListItem[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromIndexing): void {
    if (message.kind === 'progress') this.#events.progress(message.done, message.total);
    else if (message.kind === 'wish') void this.#grant(message.id, message.wish);
    else if (message.kind === 'answer') this.#pending.resolve(message.id, message.value);
    else this.#pending.reject(message.id, errorOf(message.error));
  }

  async #grant(wish: number, asked: Wish): Promise<void> {
    try {
      const value = await this.#events.wish(asked);
      if (!this.#dead) this.#post({ wish, value }, value ? [value.buffer as ArrayBuffer] : []);
    } catch (error) {
      if (!this.#dead) this.#post({ wish, error: plainError(error) });
    }
  }
}

function unavailable(why: string): AttuneError {
  return new AttuneError('UNAVAILABLE', `No answer: ${why}. Try again in a moment.`);
}
