import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from './errors.js';
import { prepare } from './guard.js';
import { corsHeaders } from './origins.js';
import type { DeclaredRoute, ServerApp } from './route.js';

/**
 * Answers what no route matches before its body is read: 405 with Allow where other methods would do, the preflight of an allowed
 * page, else 404.
 */
export function answerUnknownRoutes(
  app: ServerApp,
  routes: readonly DeclaredRoute[],
  origins: ReadonlySet<string>,
): void {
  let methods: { pattern: RegExp; method: string }[] | undefined;

  const allowed = (path: string): string[] => {
    methods ??= routes.map(({ url, method }) => ({ pattern: patternOf(url), method }));
    const matching = methods.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(matching)].sort();
  };

  const refuse = (request: FastifyRequest, reply: FastifyReply): void => {
    prepare(request, reply, origins);
    const allow = allowed(request.url.split('?', 1)[0]!);
    const { origin } = request.headers;
    if (request.method === 'OPTIONS' && allow.length > 0 && origin !== undefined && origins.has(origin)) {
      reply.code(204).headers(corsHeaders(origin, true)).send();
      return;
    }
    if (allow.length > 0) {
      throw new HttpError(
        405,
        'INVALID_ARGUMENT',
        `Expected ${allow.join(' or ')} here, but received ${request.method}.`,
        { headers: { allow: allow.join(', ') } },
      );
    }
    throw new HttpError(
      404,
      'NOT_FOUND',
      'Expected the path of a route in /openapi.json, but this is none of them.',
    );
  };

  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) {
      done();
      return;
    }
    try {
      refuse(request, reply);
      if (!reply.sent) done();
    } catch (error) {
      done(error as Error);
    }
  });
}

/** `/v1/collections/:collection` as a pattern of whole paths. */
function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('/');
  return new RegExp(`^${source}$`);
}
