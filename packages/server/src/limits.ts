import { defaultMemoryBytes } from './memory-budget.js';

/** What the server takes on at most. Beyond it, a request is answered at once with 429 or 503 and Retry-After. */
export interface ServerLimits {
  /** Connections, idle ones too; one more is closed at once. */
  maxConnections: number;
  /** Requests under way; answers that stay open are counted apart. */
  maxRequests: number;
  /** Answers that stay open, such as server-sent events. */
  maxStreams: number;
  /** Bytes that requests under way hold together, bodies and answers; half of the heap's limit unless set. */
  maxMemoryBytes: number;
  /** Milliseconds that the event loop may run late, twice in a row, before requests are shed. */
  maxEventLoopDelayMs: number;
  /** Time for a request's headers. */
  headersTimeoutMs: number;
  /** An idle connection is kept for this long. */
  keepAliveTimeoutMs: number;
  /** Time for a request that its route does not set, body included. */
  requestTimeoutMs: number;
  /** After it, what is still under way at `close` is cut off. */
  drainTimeoutMs: number;
  /** Levels of a JSON body. */
  maxJsonDepth: number;
  /** Of one uploaded file. */
  maxUploadBytes: number;
  /** Time for one uploaded file. */
  uploadTimeoutMs: number;
  /** An answer that stays open says something this often, if only that it is there. */
  heartbeatMs: number;
}

export const defaultLimits: ServerLimits = {
  maxConnections: 10_000,
  maxRequests: 1024,
  maxStreams: 256,
  maxMemoryBytes: defaultMemoryBytes(),
  maxEventLoopDelayMs: 250,
  headersTimeoutMs: 10_000,
  keepAliveTimeoutMs: 72_000,
  requestTimeoutMs: 30_000,
  drainTimeoutMs: 8000,
  maxJsonDepth: 32,
  maxUploadBytes: 16 * 2 ** 30,
  uploadTimeoutMs: 4 * 3_600_000,
  heartbeatMs: 15_000,
};
