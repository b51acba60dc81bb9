import type { FastifyReply, FastifyRequest } from 'fastify';
import { bodyIsComing } from './body-state.js';
import { HttpError } from './errors.js';

declare module 'fastify' {
  interface FastifyRequest {
    lifetime: Lifetime;
  }
}

/**
 * How long a request lasts: from its first line until its answer is out, its client has gone, or its route's time is up.
 *
 * Fastify's own `handlerTimeout` and `request.signal` end when the body has been read, because Node closes the request's stream then.
 */
export class Lifetime {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #timer: NodeJS.Timeout | undefined;
  #controller: AbortController | undefined;
  #cut = false;

  /** @param timeoutMs  null: no end but the client's */
  constructor(request: FastifyRequest, reply: FastifyReply, timeoutMs: number | null) {
    this.#request = request;
    this.#reply = reply;
    if (timeoutMs !== null) this.#timer = setTimeout(expire, timeoutMs, this);
  }

  /** Aborted when nobody waits for the answer any more. Made when it is asked for: most requests end before. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cut) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** Called once the answer is out or the connection is gone. */
  close(): void {
    clearTimeout(this.#timer);
    if (!this.#reply.raw.writableEnded) this.#end();
  }

  #end(): void {
    this.#cut = true;
    this.#controller?.abort();
  }

  /** Answers 408 when the body is late and 503 when the work is; an answer that has begun can only be cut off. */
  expire(): void {
    const { raw } = this.#reply;
    if (raw.writableEnded) return;
    if (raw.headersSent) {
      this.#end();
      raw.destroy();
      return;
    }
    const error = bodyIsComing(this.#request)
      ? new HttpError(
          408,
          'INVALID_ARGUMENT',
          'Expected the whole request within the time of its route, but it did not come.',
        )
      : new HttpError(503, 'UNAVAILABLE', 'It took longer than its route allows. Ask again, or for less.');
    this.#reply.send(error);
    this.#end();
  }
}

const expire = (lifetime: Lifetime): void => lifetime.expire();
