import type { PlainError } from './plain-error.js';

/** What crosses between the two sides. Messages arrive in the order in which they were sent. */
export type Message = ParentMessage | WorkerMessage | PeerMessage;

/** The parent to its worker. */
export type ParentMessage =
  /** The first. `stop` is the memory of the stop flag, which only threads can share. */
  | { kind: 'open'; input: unknown; stop: SharedArrayBuffer | undefined }
  | { kind: 'stop' }
  /** The last but for answers: the worker answers what it was asked, then ends. */
  | { kind: 'close' };

/** A worker to its parent. */
export type WorkerMessage =
  | { kind: 'opened'; state: unknown }
  /** The last. */
  | { kind: 'failed'; error: PlainError }
  /** The last. */
  | { kind: 'closed'; error: PlainError | undefined };

/** Either to the other. */
export type PeerMessage =
  | CallMessage
  | { kind: 'tell'; name: string; input: unknown }
  | { kind: 'abort'; id: number }
  | { kind: 'progress'; id: number; progress: unknown }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'refusal'; id: number; error: PlainError }
  | { kind: 'answers'; answers: ({ id: number; value: unknown } | { id: number; error: PlainError })[] };

/** Numbered by the side that calls. */
export interface CallMessage {
  kind: 'call';
  id: number;
  name: string;
  input: unknown;
  /** Only where the caller has a signal: most calls have none, and need no controller. */
  isAbortable?: true;
}
