import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from './errors.js';

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const loopbackAddress = /^(127\.|::1$|::ffff:127\.)/;

export const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && loopbackAddress.test(address);

/**
 * While no key exists, whoever reaches the server is let in, so only programs of this machine may: by the address they come from, by the
 * Host they ask for (a web page whose name was rebound to 127.0.0.1 asks for its own), and not from a page of elsewhere.
 *
 * @throws {HttpError} 403 FORBIDDEN
 */
export function checkLocal(
  address: string | undefined,
  headers: IncomingHttpHeaders,
  origins: ReadonlySet<string>,
): void {
  if (!isLoopback(address)) {
    throw new HttpError(
      403,
      'FORBIDDEN',
      'Until a key exists, the server answers programs of its own machine only. Make one there: POST /v1/keys.',
    );
  }
  if (!loopbackHost.test(headers.host ?? '')) {
    throw new HttpError(
      403,
      'FORBIDDEN',
      'Until a key exists, the server answers to localhost, 127.0.0.1 and [::1] only, but the Host header names another.',
    );
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host}` && !origins.has(origin)) {
    throw new HttpError(
      403,
      'FORBIDDEN',
      'Until a key exists, the server answers no web page of another origin. Name it in the option `origins`.',
    );
  }
}

/** What a browser is told about a page of an allowed origin. */
export function corsHeaders(origin: string, preflight: boolean): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'x-request-id, retry-after, location',
    vary: 'origin',
    ...(preflight
      ? {
          'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
          'access-control-allow-headers':
            'authorization, x-api-key, content-type, idempotency-key, last-event-id, x-request-id',
          'access-control-max-age': '600',
        }
      : {}),
  };
}
