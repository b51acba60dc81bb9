import type { TransferListItem } from 'node:worker_threads';
import type { Message } from './messages.js';
import { type ParentChannel, parentChannel } from './parent-channel.js';
import { PendingCalls } from './pending-calls.js';
import { type PlainError, plainError } from './plain-error.js';
import type { CallOptions, InputOf, Parent, Protocol, Served } from './protocol.js';
import { ServedBatches } from './served-batches.js';
import { type HandlerTable, ServedCalls } from './served-calls.js';
import { StopFlag } from './stop-flag.js';

/**
 * Makes this thread or process what its parent has started it as. Calls that come before it is open wait until it is.
 *
 * @param open  gets what the parent gave, and says what is served; what it throws, `opened` rejects with in the parent
 * @throws {Error} in a program that nobody has started as a worker
 */
export function serve<P extends Protocol>(
  open: (input: InputOf<P['open']>, parent: Parent<P['parent']>) => Served<P> | Promise<Served<P>>,
): void {
  new ServingWorker(parentChannel(), open as Open);
}

/** Without the types, which `serve` has checked. */
type Open = (input: unknown, parent: Parent<object>) => AnyServed | Promise<AnyServed>;
type AnyServed = Served<Protocol>;

class ServingWorker {
  readonly #channel: ParentChannel;
  readonly #open: Open;
  /** What this worker asks of its parent. */
  readonly #pending: PendingCalls;
  readonly #stopping = new AbortController();
  #stopFlag = new StopFlag();
  #served: ServedCalls | ServedBatches | undefined;
  #onClose: AnyServed['close'];
  /** What came before the worker was open. */
  readonly #early: Message[] = [];

  constructor(channel: ParentChannel, open: Open) {
    this.#channel = channel;
    this.#open = open;
    this.#pending = new PendingCalls(channel.post);
    channel.listen((message) => this.#receive(message));
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case 'open':
        if (message.stop !== undefined) this.#stopFlag = new StopFlag(message.stop);
        void this.#begin(message.input);
        return;
      case 'stop':
        this.#stopFlag.set();
        this.#stopping.abort();
        return;
      case 'call':
      case 'tell':
      case 'abort':
        if (this.#served === undefined) this.#early.push(message);
        else this.#served.receive(message);
        return;
      case 'close':
        if (this.#served === undefined) this.#early.push(message);
        else void this.#close(this.#served);
        return;
      case 'answer':
      case 'answers':
      case 'refusal':
      case 'progress':
        this.#pending.receive(message);
    }
  }

  async #begin(input: unknown): Promise<void> {
    let served: AnyServed;
    try {
      served = await this.#open(input, this.#parent());
    } catch (error) {
      this.#channel.end({ kind: 'failed', error: plainError(error) });
      return;
    }
    const { post } = this.#channel;
    this.#onClose = served.close;
    this.#served = served.batch
      ? new ServedBatches(post, served.batch, {
          take: () => this.#early.shift() ?? this.#channel.take(),
          receive: (message) => this.#receive(message),
        })
      : new ServedCalls(post, served.calls as HandlerTable);
    post({ kind: 'opened', state: served.opened });
    for (let next = this.#early.shift(); next !== undefined; next = this.#early.shift()) this.#receive(next);
  }

  async #close(served: ServedCalls | ServedBatches): Promise<void> {
    await served.idle();
    let error: PlainError | undefined;
    try {
      await this.#onClose?.();
    } catch (thrown) {
      error = plainError(thrown);
    }
    this.#channel.end({ kind: 'closed', error });
  }

  #parent(): Parent<object> {
    const pending = this.#pending;
    return {
      call: (name: string, input?: unknown, options?: CallOptions<unknown>) =>
        pending.call(name, input, options),
      tell: (name: string, input?: unknown, transfer?: readonly TransferListItem[]) =>
        pending.tell(name, input, transfer),
      stopped: this.#stopping.signal,
      stopFlag: this.#stopFlag,
    } as Parent<object>;
  }
}
