/**
 * Typed calls to a worker thread or a child process.
 *
 * @example
 * interface Squares {
 *   open: () => void;
 *   worker: { square: (number: number) => number };
 *   parent: Record<never, never>;
 * }
 * serve<Squares>(() => ({ calls: { square: (number) => number * number } }));      // in the worker's file
 *
 * const link = startThread<Squares>(file, { closed, died });                       // in the parent
 * await link.call('square', 12);                                                   // 144
 * await link.close();
 */

// The parent's side.
export { startThread } from './thread.js';
export type { ThreadOptions } from './thread.js';
export { startProcess } from './child-process.js';
export type { ProcessOptions } from './child-process.js';
export type { CloseOptions, Death, Ending, Link, LinkOptions } from './link.js';
export { Restarts } from './restarts.js';

// The worker's side.
export { serve } from './serve.js';
export { Transfer } from './transfer.js';
export { StopFlag } from './stop-flag.js';

// What a protocol is made of, and what both sides have by it.
export type {
  AnswerOf,
  Batch,
  BatchedAnswer,
  BatchedCall,
  CallArguments,
  CallContext,
  CallOptions,
  Caller,
  Handlers,
  Parent,
  Protocol,
  Served,
} from './protocol.js';

// Errors as they cross.
export { errorOf, plainError } from './plain-error.js';
export type { PlainError } from './plain-error.js';
