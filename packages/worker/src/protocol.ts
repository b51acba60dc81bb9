import type { TransferListItem } from 'node:worker_threads';
import type { StopFlag } from './stop-flag.js';
import type { Transfer } from './transfer.js';

/**
 * What a worker and its parent say to each other, as one type that both sides are checked by. `worker` and `parent` name the functions
 * that each serves. A function takes one input and gives one answer, both plain data (structured clone); a second parameter, if it has
 * one, takes what the function reports on its way:
 *
 *     interface Training {
 *       open: (settings: Settings) => void;
 *       worker: { train: (pairs: Pair[], report: (loss: number) => void) => Float32Array };
 *       parent: { note: (message: string) => void };
 *     }
 */
export interface Protocol {
  /** What the worker is started with, and what it says once it is open. */
  open: (input: never) => unknown;
  worker: object;
  parent: object;
}

/** Undefined for a function without an input. */
export type InputOf<Call> = Call extends (...args: infer Args) => unknown
  ? Args extends [infer Input, ...unknown[]]
    ? Input
    : undefined
  : never;

export type AnswerOf<Call> = Call extends (...args: never[]) => infer Answer ? Awaited<Answer> : never;

/** Never for a function that reports nothing. */
export type ProgressOf<Call> = Call extends (...args: infer Args) => unknown
  ? Args extends [unknown, (progress: infer Progress) => void]
    ? Progress
    : never
  : never;

export interface CallOptions<Progress> {
  /** Buffers that go over instead of being copied, and are empty here from then on. A child process gets a copy. */
  transfer?: readonly TransferListItem[] | undefined;
  /** Aborting it aborts the signal that the other side's function has; the call settles as that function does. */
  signal?: AbortSignal | undefined;
  /** Only where the function reports. */
  onProgress?: ([Progress] extends [never] ? never : (progress: Progress) => void) | undefined;
}

/** What follows the name of a call. */
export type CallArguments<Call> =
  undefined extends InputOf<Call>
    ? [input?: InputOf<Call>, options?: CallOptions<ProgressOf<Call>>]
    : [input: InputOf<Call>, options?: CallOptions<ProgressOf<Call>>];

/** What follows the name of a notification. */
export type TellArguments<Call> =
  undefined extends InputOf<Call>
    ? [input?: InputOf<Call>, transfer?: readonly TransferListItem[]]
    : [input: InputOf<Call>, transfer?: readonly TransferListItem[]];

/** Calls of the functions that the other side serves. */
export interface Caller<Calls> {
  /**
   * Begins in the order of the calls.
   *
   * @throws {AttuneError} what the function threw, with INTERNAL for what was none of our errors; INVALID_ARGUMENT when the input is not
   *     plain data; CANCELLED when the signal was aborted before; what the owner chose once the worker has ended
   */
  call<Name extends keyof Calls & string>(
    name: Name,
    ...args: CallArguments<Calls[Name]>
  ): Promise<AnswerOf<Calls[Name]>>;

  /**
   * A call without an answer, in its order among the others; nothing happens once the other side has ended. What the function throws
   * is an uncaught error of the side that serves it.
   *
   * @throws {AttuneError} INVALID_ARGUMENT when the input is not plain data
   */
  tell<Name extends keyof Calls & string>(name: Name, ...args: TellArguments<Calls[Name]>): void;
}

/** What a function that is served gets beside its input. */
export interface CallContext<Progress> {
  /** Of the caller, where it gave one. */
  signal: AbortSignal | undefined;
  /** Tells the caller how far the work is. */
  report: (progress: Progress) => void;
}

/** The functions that one side serves. Those that are not async answer in the same turn of the event loop. */
export type Handlers<Calls> = {
  [Name in keyof Calls]: (
    input: InputOf<Calls[Name]>,
    context: CallContext<ProgressOf<Calls[Name]>>,
  ) => Answered<AnswerOf<Calls[Name]>> | Promise<Answered<AnswerOf<Calls[Name]>>>;
};

type Answered<Answer> = Answer | Transfer<Answer>;

/** A call as a batch has it. */
export type BatchedCall<Calls> = {
  [Name in keyof Calls]: { name: Name; input: InputOf<Calls[Name]> };
}[keyof Calls];

/** How one call of a batch went. */
export type BatchedAnswer = { value: unknown } | { error: unknown };

/**
 * Serves all calls that wait at once, at most 1000 of them, so that they may share what is dear. Its thread can't report, nor be
 * aborted.
 *
 * @param answer  to be called once, with the answers in the order of the calls; they leave as one message
 */
export type Batch<Calls> = (
  calls: BatchedCall<Calls>[],
  answer: (answers: readonly BatchedAnswer[]) => void,
) => void;

/** What a worker is once it is open. */
export type Served<P extends Protocol> = OpenedWith<AnswerOf<P['open']>> & {
  /** Called when the parent closes the worker, once all calls are answered; then the worker ends. */
  close?: (() => void | Promise<void>) | undefined;
} & ({ calls: Handlers<P['worker']>; batch?: undefined } | { batch: Batch<P['worker']>; calls?: undefined });

type OpenedWith<State> = undefined extends State ? { opened?: undefined } : { opened: State };

/** The parent, as its worker sees it. */
export interface Parent<Calls> extends Caller<Calls> {
  /** Aborted once the worker is to stop: asynchronous work looks here. */
  readonly stopped: AbortSignal;
  /** Set at that moment too: synchronous work of a thread, which hears no message meanwhile, looks here. */
  readonly stopFlag: StopFlag;
}
