import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from './errors.js';

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const loopbackAddress = /^(127\.|::1$|::ffff:127\.)/;

export const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && loopbackAddress.test(address);

/** What proxies add of whom they ask for. */
const proxyHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];

/** What browsers say of a request that no other site has made; other programs say nothing. */
const ownSites: readonly unknown[] = [undefined, 'same-origin', 'none'];

/**
 * While no key exists, whoever reaches the server is let in, so only programs of this machine may: by the address they come from, not through
 * a proxy (which comes from its own address), by the Host they ask for (a web page whose name was rebound to 127.0.0.1 asks for its own), and
 * not from a page of elsewhere, which a browser tells by Origin or, where it sends none, by Sec-Fetch-Site.
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
  const proxied = proxyHeaders.find((name) => headers[name] !== undefined);
  if (proxied !== undefined) {
    throw new HttpError(
      403,
      'FORBIDDEN',
      `Until a key exists, the server answers programs of its own machine only, but this request came through a proxy: it has the header ${proxied}. ` +
        'Make a key on that machine: POST /v1/keys.',
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
  const isOwn =
    origin === undefined ? ownSites.includes(headers['sec-fetch-site']) : origin === `http://${headers.host}`;
  if (!isOwn && !(origin !== undefined && origins.has(origin))) {
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
