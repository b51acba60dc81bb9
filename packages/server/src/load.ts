import { AttuneError } from '@attune/errors';
import type { ServerLimits } from './limits.js';

const tickMs = 100;

/** Counts what is under way and watches how late the event loop runs: from both follows whether another request is taken on. */
export class Load {
  readonly #limits: ServerLimits;
  #timer: NodeJS.Timeout | undefined;
  #expectedAt = 0;
  #delayMs = 0;
  #delayBeforeMs = 0;
  requests = 0;
  streams = 0;
  /** Set when the server closes: what comes now is sent elsewhere. */
  draining = false;

  constructor(limits: ServerLimits) {
    this.#limits = limits;
  }

  /** Begins to watch: once the server stands, because its making holds the event loop up. */
  start(): void {
    this.#expectedAt = performance.now() + tickMs;
    this.#timer = setInterval(() => this.#tick(), tickMs);
    this.#timer.unref();
  }

  #tick(): void {
    const now = performance.now();
    this.#delayBeforeMs = this.#delayMs;
    this.#delayMs = Math.max(0, now - this.#expectedAt);
    this.#expectedAt = now + tickMs;
  }

  /** By how much the last tick was late. */
  get eventLoopDelayMs(): number {
    return this.#delayMs;
  }

  /** Why a request is not taken on now; undefined: it is. */
  refusal(isStream: boolean): AttuneError | undefined {
    if (this.draining)
      return new AttuneError('UNAVAILABLE', 'The server is shutting down. Ask another, or again soon.');
    if (isStream ? this.streams >= this.#limits.maxStreams : this.requests >= this.#limits.maxRequests) {
      return new AttuneError(
        'OVERLOADED',
        `Expected at most ${isStream ? this.#limits.maxStreams : this.#limits.maxRequests} requests under way, and so ` +
          'many are. Ask again after the time in Retry-After.',
      );
    }
    // Twice in a row: once may be anything, such as a machine that paused.
    if (Math.min(this.#delayMs, this.#delayBeforeMs) > this.#limits.maxEventLoopDelayMs) {
      return new AttuneError(
        'UNAVAILABLE',
        'The server is busier than it should be. Ask again after the time in Retry-After.',
      );
    }
    return undefined;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
