import { Deadline, pause } from './deadline.js';
import { type AttuneApiError, apiError } from './errors.js';
import { Reply } from './reply.js';

export interface ClientOptions {
  /** Where the server listens, such as `http://127.0.0.1:8080`; a path before `/v1` is kept. */
  url: string;
  /** `attune_ID_SECRET`; not needed by a server on loopback that has no keys. */
  key?: string | undefined;
  /** Sends the requests; the global `fetch` unless set. */
  fetch?: typeof fetch | undefined;
  /** How long a request may go without any answer. 30,000 unless set; what the server may take longer for has more. */
  timeoutMs?: number | undefined;
  /** How often a request that the server was too busy for is sent again. 3 unless set; 0: never. */
  retries?: number | undefined;
  /** A server that asks for a longer wait than this is not waited for. 30,000 unless set. */
  maxRetryWaitMs?: number | undefined;
}

/** What every method takes last. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

export interface Outgoing extends CallOptions {
  method: string;
  /** From the root of the API, with its parameters filled in. */
  path: string;
  query?: Record<string, unknown> | undefined;
  headers?: Record<string, string> | undefined;
  body?: BodyInit | undefined;
  /** Whether doing it twice is as good as once; only such a request is ever sent again. */
  repeatable: boolean;
}

/** Sends requests: address, key, time limit, and the wait that a busy server asks for. */
export class Transport {
  readonly #base: string;
  readonly #key: string | undefined;
  readonly #fetch: typeof fetch;
  readonly #timeoutMs: number;
  readonly #retries: number;
  readonly #maxRetryWaitMs: number;

  constructor(options: ClientOptions) {
    this.#base = addressOf(options);
    this.#key = options.key;
    // Called as a plain function: a browser's fetch refuses to be called as a method of something else.
    const send = options.fetch ?? fetch;
    this.#fetch = (input, init) => send(input, init);
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#retries = options.retries ?? 3;
    this.#maxRetryWaitMs = options.maxRetryWaitMs ?? 30_000;
  }

  /**
   * @throws {AttuneApiError} the server said no, and may not or would not be asked again
   * @throws {AttuneConnectionError} no answer came
   */
  async send(request: Outgoing): Promise<Reply> {
    for (let repeats = 0; ; repeats++) {
      const reply = await this.#sendOnce(request);
      if (reply.response.ok) return reply;
      const error = apiError(reply.response, await reply.text());
      const waitMs = repeats < this.#retries ? this.#waitBeforeRepeat(request, error) : undefined;
      if (waitMs === undefined) throw error;
      await pause(waitMs, request.signal);
    }
  }

  async #sendOnce(request: Outgoing): Promise<Reply> {
    const deadline = new Deadline(request.timeoutMs ?? this.#timeoutMs, request.signal);
    const what = `${request.method} ${request.path}`;
    const headers = { accept: 'application/json', ...request.headers };
    try {
      const response = await this.#fetch(`${this.#base}${request.path}${queryString(request.query)}`, {
        method: request.method,
        headers: this.#key === undefined ? headers : { ...headers, authorization: `Bearer ${this.#key}` },
        // A key goes to the server it was given for, and to no other place that this one names.
        redirect: 'error',
        signal: deadline.signal,
        ...(request.body === undefined ? {} : { body: request.body }),
        // Asked for by the fetch standard when the body is a stream, and of no effect otherwise.
        ...(request.body instanceof ReadableStream ? { duplex: 'half' } : {}),
      });
      deadline.restart();
      return new Reply(response, deadline, what);
    } catch (error) {
      deadline.stop();
      throw deadline.reasonFor(error, what);
    }
  }

  /** Milliseconds; undefined: it is not sent again. */
  #waitBeforeRepeat(request: Outgoing, error: AttuneApiError): number | undefined {
    const busy = error.status === 429 || error.status === 503;
    if (!request.repeatable || !busy || error.retryAfter === undefined) return undefined;
    const waitMs = error.retryAfter * 1000;
    if (waitMs > this.#maxRetryWaitMs) return undefined;
    // Clients that were refused together should not come back together.
    return waitMs + Math.random() * Math.max(50, waitMs / 4);
  }
}

function queryString(query: Record<string, unknown> | undefined): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parts.set(name, String(value));
  }
  const text = parts.toString();
  return text === '' ? '' : `?${text}`;
}

/** @throws {TypeError} for a url that is none */
function addressOf(options: ClientOptions | null | undefined): string {
  const url: unknown = options?.url;
  if (typeof url === 'string' && URL.canParse(url)) return new URL(url).href.replace(/\/+$/, '');
  throw new TypeError(
    `Expected url to be the address of a server, such as http://127.0.0.1:7400, but received ${JSON.stringify(url)}.`,
  );
}
