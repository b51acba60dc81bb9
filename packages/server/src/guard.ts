import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { bodyIsComing, mostBytesOf } from './body-state.js';
import { checkBound } from './bound-keys.js';
import { checkContentEncoding } from './compression.js';
import { costBefore } from './cost.js';
import type { CostLimits } from './cost-limits.js';
import { HttpError } from './errors.js';
import type { KeyRing, KeyView } from './keys.js';
import { Lifetime } from './lifetime.js';
import type { Load } from './load.js';
import type { MemoryBudget, RequestMemory } from './memory-budget.js';
import type { ServerMetrics } from './metrics.js';
import { checkLocal, corsHeaders } from './origins.js';
import type { DeclaredRoute } from './route.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose request it is; null while the server is open, and on open routes. */
    key: KeyView | null;
    /** What it holds: given back when the answer is out. */
    memory: RequestMemory;
  }
}

/** When keys are asked for: from the first one on, always, or never. */
export type KeyPolicy = 'fromFirst' | 'required' | 'none';

export interface Guards {
  keys: KeyRing;
  policy: KeyPolicy;
  load: Load;
  memory: MemoryBudget;
  costs: CostLimits;
  origins: ReadonlySet<string>;
  metrics: ServerMetrics;
  /** A collection's name by its name or an alias; what is neither, as it is. */
  nameOf(nameOrAlias: string): string;
}

/**
 * What a route does first, before a byte of the body is read: who asks, and may they; is there room; then the rest of the request's
 * life. It calls back in the same turn unless the keys have to be read.
 */
export function guardOf(
  route: DeclaredRoute,
  { unshed }: { unshed: boolean },
  guards: Guards,
): onRequestHookHandler {
  const { keys, policy, load, memory, costs, origins, metrics } = guards;
  const isStream = route.timeoutMs === null;
  const needsKeys = route.scope !== 'open' && policy !== 'none';

  function admit(request: FastifyRequest, reply: FastifyReply): void {
    authorise(route, request, guards);
    const refusal = unshed ? undefined : load.refusal(isStream);
    if (refusal !== undefined) {
      metrics.shed(refusal.code);
      throw refusal;
    }
    checkContentEncoding(request.headers['content-encoding']);
    request.memory.add(memoryOf(route, request));
    request.cost = costs.request(request.key);
    request.cost?.add(costBefore(route.cost, request));
    if (isStream) ++load.streams;
    else ++load.requests;
    reply.raw.once('close', () => {
      if (isStream) --load.streams;
      else --load.requests;
    });
  }

  function end(request: FastifyRequest, reply: FastifyReply, startedAt: number): void {
    request.lifetime.close();
    request.memory.release();
    // 499 is what proxies log of a client that went away before its answer.
    const status = reply.raw.writableEnded ? reply.raw.statusCode : 499;
    const elapsedMs = performance.now() - startedAt;
    metrics.request(route, status, elapsedMs);
    // The route as declared, never the path: ids and texts are the users'.
    const line = {
      request_id: request.id,
      key: request.key?.id,
      method: route.method,
      route: route.url,
      status,
      ms: Math.round(elapsedMs * 100) / 100,
    };
    if (unshed) request.log.debug(line, 'request');
    else request.log.info(line, 'request');
  }

  return (request, reply, done) => {
    prepare(request, reply, origins);
    const startedAt = performance.now();
    request.lifetime = new Lifetime(request, reply, route.timeoutMs);
    request.memory = memory.request();
    reply.raw.once('close', () => end(request, reply, startedAt));
    const reading = needsKeys ? keys.fresh() : undefined;
    if (reading === undefined) {
      try {
        admit(request, reply);
      } catch (error) {
        done(error as Error);
        return;
      }
      done();
      return;
    }
    reading.then(() => admit(request, reply)).then(() => done(), done);
  };
}

/** A body is held as it came, as a text, as the value that is read of it, and as the message to the thread that works on it. */
const copiesOfBody = 4;

/** Bytes that a request of a route holds: known before its body is read. */
function memoryOf({ bodyLimit, memoryBytes }: DeclaredRoute, request: FastifyRequest): number {
  if (memoryBytes !== undefined) return memoryBytes;
  return bodyIsComing(request) ? copiesOfBody * mostBytesOf(request, bodyLimit) : 0;
}

/** The headers of every answer. */
export function prepare(request: FastifyRequest, reply: FastifyReply, origins: ReadonlySet<string>): void {
  reply.header('x-request-id', request.id);
  reply.header('cache-control', 'no-store');
  reply.header('x-content-type-options', 'nosniff');
  const { origin } = request.headers;
  if (origin !== undefined && origins.has(origin)) reply.headers(corsHeaders(origin, false));
}

/** @throws {HttpError} 401 UNAUTHENTICATED, the same whatever was wrong with the key; 403 FORBIDDEN */
function authorise(route: DeclaredRoute, request: FastifyRequest, guards: Guards): void {
  const { keys, policy, origins } = guards;
  const { scope } = route;
  if (scope === 'open') return;
  if (policy === 'none' || (policy === 'fromFirst' && !keys.any)) {
    checkLocal(request.socket.remoteAddress, request.headers, origins);
    return;
  }
  const given = keyOf(request);
  const key = given === undefined ? undefined : keys.verify(given);
  if (key === undefined) {
    throw new HttpError(
      401,
      'UNAUTHENTICATED',
      'Expected a valid key in `Authorization: Bearer attune_…` or `x-api-key`, but there is none, or it is unknown, expired or ' +
        'revoked.',
    );
  }
  if (!key.scopes.includes(scope) && !key.scopes.includes('admin')) {
    throw new HttpError(
      403,
      'FORBIDDEN',
      `Expected a key with the scope ${scope}, but this one has ${key.scopes.join(', ')}.`,
    );
  }
  checkBound(key, route, request, guards.nameOf);
  request.key = key;
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    return authorization.slice(0, 7).toLowerCase() === 'bearer ' ? authorization.slice(7).trim() : undefined;
  }
  const key = headers['x-api-key'] ?? headers['api-key'];
  return typeof key === 'string' ? key : undefined;
}
