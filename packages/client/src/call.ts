import type { paths } from './api.js';
import type { Reply } from './reply.js';
import type { CallOptions, Outgoing, Transport } from './transport.js';

type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

/** Paths of the OpenAPI document that have an operation of this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: object } ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends PathOf<M>> = paths[P] extends { [K in M]: infer O } ? O : never;

/** The query of an operation. */
export type Query<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;

/** The JSON body of an operation's request. */
export type Body<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { requestBody?: infer B }
    ? NonNullable<B> extends { content: { 'application/json': infer T } }
      ? T
      : never
    : never;

type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? T : undefined;

/** The JSON body of an operation's good answer; undefined where it has none. */
export type Answer<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: infer R }
    ? { [S in keyof R & (200 | 201 | 202 | 204)]: JsonOf<R[S]> }[keyof R & (200 | 201 | 202 | 204)]
    : never;

/** What goes into a request beside its method and path. */
export interface Parts extends CallOptions {
  /** Fills `{name}` in the path. */
  in?: Record<string, string> | undefined;
  query?: Record<string, unknown> | undefined;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is; its type is a header. */
  body?: BodyInit | undefined;
  headers?: Record<string, string> | undefined;
  /** GET, PUT, PATCH and DELETE say what shall be, so twice is as good as once; a POST has to say so. */
  repeatable?: boolean | undefined;
}

/** Sends requests to operations that the OpenAPI document has, and to no others: the compiler checks each path. */
export class Caller {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer as it comes. */
  send<M extends Method, P extends PathOf<M>>(method: M, path: P, parts: Parts = {}): Promise<Reply> {
    const outgoing: Outgoing = {
      method: method.toUpperCase(),
      path: filled(path as string, parts.in ?? {}),
      query: parts.query,
      headers: parts.headers,
      body: parts.body,
      repeatable: parts.repeatable ?? method !== 'post',
      signal: parts.signal,
      timeoutMs: parts.timeoutMs,
    };
    if (parts.json !== undefined) {
      outgoing.body = JSON.stringify(parts.json);
      outgoing.headers = { 'content-type': 'application/json', ...parts.headers };
    }
    return this.#transport.send(outgoing);
  }

  /** The answer's JSON, as the document describes it. */
  async json<M extends Method, P extends PathOf<M>>(
    method: M,
    path: P,
    parts: Parts = {},
  ): Promise<Answer<M, P>> {
    return (await this.send(method, path, parts)).json<Answer<M, P>>();
  }
}

function filled(path: string, values: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    // A URL cannot hold these as a name: `.` and `..` are taken out of paths before they are sent.
    if (typeof value !== 'string' || value === '' || value === '.' || value === '..') {
      throw new TypeError(`Expected ${name} to be a name, but received ${JSON.stringify(value)}.`);
    }
    return encodeURIComponent(value);
  });
}

/** A key that no other request has. Made of random bytes, because `randomUUID` is not there on pages without TLS. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
