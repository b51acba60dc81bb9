import { AttuneError } from '@attune/errors';
import type { Message } from './messages.js';
import { PendingCalls, type Post } from './pending-calls.js';
import { errorOf } from './plain-error.js';
import type {
  AnswerOf,
  CallArguments,
  Caller,
  CallOptions,
  Handlers,
  InputOf,
  Protocol,
  TellArguments,
} from './protocol.js';
import { type HandlerTable, ServedCalls } from './served-calls.js';
import type { StopFlag } from './stop-flag.js';

/** How a worker ended that nobody had asked to. */
export interface Death {
  /** What is known of it: `RangeError: too far`, `exit code 3`, `SIGKILL`, `could not be started: …`. */
  reason: string;
  /** Null where a signal ended it, and where it could not be started. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** What a thread threw and nobody caught. */
  cause?: unknown;
}

export type LinkOptions<P extends Protocol> = {
  /** Makes the error of calls once the worker was closed. */
  closed: () => AttuneError;
  /** Called once, when the worker has ended and was not closed: makes the error of all calls that wait and of those that come. */
  died: (death: Death) => AttuneError;
} & OpenInput<InputOf<P['open']>> &
  ParentHandlers<P['parent']>;

/** What the worker is opened with. */
type OpenInput<Input> = undefined extends Input ? { open?: undefined } : { open: Input };

/** What the worker may ask of its parent. */
type ParentHandlers<Calls> = keyof Calls extends never
  ? { handlers?: undefined }
  : { handlers: Handlers<Calls> };

/** A thread or a process, as a link needs it. */
export interface WorkerHandle {
  readonly pid?: number | undefined;
  readonly post: Post;
  /** Ends it at once. */
  terminate(): void;
  /** Called in turn for all that comes from the worker; `ended` once, after the last message. */
  listen(received: (message: Message) => void, ended: (death: Death) => void): void;
  /** A program waits for its worker, or may end without it; where there is none, it waits. */
  keepAlive?: ((isNeeded: boolean) => void) | undefined;
  /** Where memory can be shared. */
  readonly stopFlag?: StopFlag | undefined;
}

export interface CloseOptions {
  /** Tells the worker to stop when it has not ended by then; never unless set. */
  stopAfterMs?: number | undefined;
  /** Terminates it when it has not ended by then; never unless set. */
  timeoutMs?: number | undefined;
}

/** Whether a worker that was closed ended by itself. */
export type Ending = 'closed' | 'terminated';

/** A parent's side of its worker: a thread or a child process, which it has started and ends. */
export class Link<P extends Protocol> implements Caller<P['worker']> {
  /** Resolves when the worker is open. Rejects with what opening threw, and such a worker ends by itself. */
  readonly opened: Promise<AnswerOf<P['open']>>;
  /** Resolves when the worker is gone, for whatever reason. */
  readonly ended: Promise<void>;
  readonly #worker: WorkerHandle;
  readonly #options: LinkOptions<P>;
  readonly #pending: PendingCalls;
  readonly #served: ServedCalls;
  #settleOpened!: { resolve(state: AnswerOf<P['open']>): void; reject(error: AttuneError): void };
  #hasEnded = false;
  /** Why there are no more answers, where the end of the worker is no death. */
  #endError: AttuneError | undefined;
  #closing: Promise<Ending> | undefined;
  #closeError: AttuneError | undefined;

  constructor(worker: WorkerHandle, options: LinkOptions<P>) {
    this.#worker = worker;
    this.#options = options;
    this.#pending = new PendingCalls(worker.post, () => this.#keepAlive());
    this.#served = new ServedCalls(worker.post, (options.handlers ?? {}) as HandlerTable);
    this.opened = new Promise((resolve, reject) => {
      this.#settleOpened = { resolve, reject };
    });
    // Whoever starts a worker may look at it later.
    this.opened.catch(() => undefined);
    this.ended = new Promise((resolve) => {
      worker.listen(
        (message) => this.#receive(message),
        (death) => {
          this.#end(death);
          resolve();
        },
      );
    });
    this.#open(options.open);
  }

  /** Of a child process; undefined where it could not be started, and for a thread. */
  get pid(): number | undefined {
    return this.#worker.pid;
  }

  call<Name extends keyof P['worker'] & string>(
    name: Name,
    ...[input, options]: CallArguments<P['worker'][Name]>
  ): Promise<AnswerOf<P['worker'][Name]>> {
    const answer = this.#pending.call(name, input, options as CallOptions<unknown> | undefined);
    return answer as Promise<AnswerOf<P['worker'][Name]>>;
  }

  tell<Name extends keyof P['worker'] & string>(
    name: Name,
    ...[input, transfer]: TellArguments<P['worker'][Name]>
  ): void {
    this.#pending.tell(name, input, transfer);
  }

  /** Sets the stop flag and aborts `stopped` in the worker, which decides what it gives up. */
  stop(): void {
    this.#worker.stopFlag?.set();
    this.#worker.post({ kind: 'stop' });
  }

  /**
   * Ends the worker once it has answered what it was asked, and resolves when it is gone. Calls are refused from now on. A second call
   * waits for the first.
   *
   * @throws {AttuneError} what the worker's own `close` threw
   */
  close(options: CloseOptions = {}): Promise<Ending> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close({ stopAfterMs, timeoutMs }: CloseOptions): Promise<Ending> {
    if (this.#hasEnded) return 'closed';
    let ending: Ending = 'closed';
    const terminate = () => {
      ending = 'terminated';
      this.#terminate(this.#options.closed());
    };
    this.#pending.refuse(this.#options.closed());
    this.#worker.keepAlive?.(true);
    this.#worker.post({ kind: 'close' });
    const stopping = stopAfterMs === undefined ? undefined : setTimeout(() => this.stop(), stopAfterMs);
    const terminating = timeoutMs === undefined ? undefined : setTimeout(terminate, timeoutMs);
    await this.ended;
    clearTimeout(stopping);
    clearTimeout(terminating);
    if (this.#closeError !== undefined) throw this.#closeError;
    return ending;
  }

  #open(input: unknown): void {
    try {
      this.#worker.post({ kind: 'open', input, stop: this.#worker.stopFlag?.memory });
    } catch (error) {
      const message = `Expected plain data to open a worker with: ${(error as Error).message}`;
      this.#failOpening(new AttuneError('INVALID_ARGUMENT', message, { cause: error }));
      this.#worker.terminate();
    }
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case 'opened':
        this.#settleOpened.resolve(message.state as AnswerOf<P['open']>);
        this.#keepAlive();
        return;
      case 'failed':
        this.#failOpening(errorOf(message.error));
        return;
      case 'closed':
        this.#endError = this.#options.closed();
        this.#closeError = message.error && errorOf(message.error);
        return;
      case 'call':
      case 'tell':
      case 'abort':
        this.#served.receive(message);
        return;
      case 'answer':
      case 'answers':
      case 'refusal':
      case 'progress':
        this.#pending.receive(message);
    }
  }

  #failOpening(error: AttuneError): void {
    this.#endError = error;
    this.#settleOpened.reject(error);
    this.#pending.end(error);
  }

  #terminate(error: AttuneError): void {
    this.#endError ??= error;
    this.#worker.terminate();
  }

  #end(death: Death): void {
    this.#hasEnded = true;
    const error = this.#endError ?? this.#options.died(death);
    this.#settleOpened.reject(error);
    this.#pending.end(error);
  }

  #keepAlive(): void {
    this.#worker.keepAlive?.(this.#closing !== undefined || this.#pending.isBusy);
  }
}
