import { AttuneConnectionError } from './errors.js';

/**
 * Ends a request when nothing has come for `timeoutMs`, or when the caller says so. `restart` gives it the whole time again, so that a
 * stream may last as long as something comes.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #caller: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #expired = false;

  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#caller = caller;
    if (caller?.aborted) this.#follow();
    else caller?.addEventListener('abort', this.#follow);
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    if (this.#timeoutMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => {
      this.#expired = true;
      this.#controller.abort();
    }, this.#timeoutMs);
  }

  /** Stops the clock until `restart`. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  stop(): void {
    this.hold();
    this.#caller?.removeEventListener('abort', this.#follow);
  }

  /** What to throw for what a fetch or a read threw: the caller's own reason, a timeout, or a broken connection. */
  reasonFor(error: unknown, what: string): unknown {
    if (this.#caller?.aborted) return this.#caller.reason;
    if (this.#expired) {
      return new AttuneConnectionError('timeout', `${what}: nothing came for ${this.#timeoutMs} ms.`);
    }
    return new AttuneConnectionError('network', `${what}: ${describeFailure(error)}.`, { cause: error });
  }

  #follow = (): void => this.#controller.abort();
}

/** fetch says only "fetch failed"; its cause says why, such as ECONNREFUSED. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  return cause instanceof Error && cause.message !== ''
    ? `${error.message} (${cause.message})`
    : error.message;
}

/** Resolves after `delayMs`; rejects with the signal's reason when that comes first. */
export function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', end, { once: true });
  });
}
