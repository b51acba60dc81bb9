import type { TransferListItem } from 'node:worker_threads';
import { AttuneError } from '@attune/errors';
import type { Message, PeerMessage } from './messages.js';
import { errorOf, type PlainError } from './plain-error.js';
import type { CallOptions } from './protocol.js';

/** @throws {Error} when the message can't be cloned */
export type Post = (message: Message, transfer?: readonly TransferListItem[]) => void;

export type ReplyMessage = Extract<PeerMessage, { kind: 'answer' | 'answers' | 'refusal' | 'progress' }>;

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: AttuneError): void;
  onProgress: ((progress: unknown) => void) | undefined;
  /** Ends listening to the caller's signal. */
  unwatch: (() => void) | undefined;
}

const noOptions: CallOptions<unknown> = {};

/** What this side has asked of the other. */
export class PendingCalls {
  readonly #post: Post;
  readonly #onBusy: (isBusy: boolean) => void;
  readonly #pending = new Map<number, PendingCall>();
  #lastId = 0;
  #refusal: AttuneError | undefined;

  /** @param onBusy  called when the first of some calls begins to wait, and when the last of them is settled */
  constructor(post: Post, onBusy: (isBusy: boolean) => void = () => undefined) {
    this.#post = post;
    this.#onBusy = onBusy;
  }

  get isBusy(): boolean {
    return this.#pending.size > 0;
  }

  /** As Caller has it. */
  call(name: string, input: unknown, options: CallOptions<unknown> = noOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#refusal !== undefined) throw this.#refusal;
      const { signal, onProgress } = options;
      if (signal?.aborted)
        throw new AttuneError('CANCELLED', `The call of ${name} was cancelled before it was begun.`);
      const id = ++this.#lastId;
      this.#send(
        signal ? { kind: 'call', id, name, input, isAbortable: true } : { kind: 'call', id, name, input },
        options.transfer,
      );
      this.#pending.set(id, { resolve, reject, onProgress, unwatch: signal && this.#watch(id, signal) });
      if (this.#pending.size === 1) this.#onBusy(true);
    });
  }

  /** As Caller has it. */
  tell(name: string, input: unknown, transfer?: readonly TransferListItem[]): void {
    this.#send({ kind: 'tell', name, input }, transfer);
  }

  receive(message: ReplyMessage): void {
    switch (message.kind) {
      case 'progress':
        this.#pending.get(message.id)?.onProgress?.(message.progress);
        return;
      case 'answer':
        this.#take(message.id)?.resolve(message.value);
        break;
      case 'refusal':
        this.#refuse(message.id, message.error);
        break;
      case 'answers':
        for (const answer of message.answers) {
          if ('error' in answer) this.#refuse(answer.id, answer.error);
          else this.#take(answer.id)?.resolve(answer.value);
        }
    }
    if (this.#pending.size === 0) this.#onBusy(false);
  }

  /** Rejects calls from now on; those that wait may still be answered. */
  refuse(error: AttuneError): void {
    this.#refusal = error;
  }

  /** Rejects calls from now on and those that wait, for nobody will answer. */
  end(error: AttuneError): void {
    this.#refusal = error;
    for (const id of this.#pending.keys()) this.#take(id)!.reject(error);
  }

  #send(message: PeerMessage & { name: string }, transfer: readonly TransferListItem[] | undefined): void {
    try {
      this.#post(message, transfer);
    } catch (error) {
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected plain data for ${message.name}: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }

  #watch(id: number, signal: AbortSignal): () => void {
    const abort = () => this.#post({ kind: 'abort', id });
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }

  #refuse(id: number, error: PlainError): void {
    this.#take(id)?.reject(errorOf(error));
  }

  #take(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    call?.unwatch?.();
    return call;
  }
}
