import type { AttuneError } from '@attune/errors';
import type { Service } from '@attune/service';
import Fastify, { type FastifyBaseLogger, LogController, type RouteOptions } from 'fastify';
import { packAnswer, unpackBody } from './compression.js';
import { chargeBody } from './cost.js';
import { CostLimits } from './cost-limits.js';
import { HttpError, sendError } from './errors.js';
import { type Guards, guardOf, type KeyPolicy, prepare } from './guard.js';
import { checkCharset, parseJson } from './json.js';
import { KeyRing } from './keys.js';
import { defaultLimits, type ServerLimits } from './limits.js';
import { Load } from './load.js';
import { requestId, stderrLogger } from './logging.js';
import { LongTurns } from './long-turns.js';
import { MemoryBudget } from './memory-budget.js';
import { ServerMetrics } from './metrics.js';
import { registerOpenApi } from './openapi.js';
import { type DeclaredRoute, declareRoute, type ServerApp } from './route.js';
import { routes } from './routes/index.js';
import { compileSerializer } from './serializer.js';
import { answerUnknownRoutes } from './unknown-routes.js';
import { compileValidator } from './validator.js';

export interface ServerOptions {
  /** Closed with the server. */
  service: Service;
  /** `fromFirst` unless it is given: open to this machine until the first key exists, then closed to whoever has none. */
  keys?: KeyPolicy | undefined;
  limits?: Partial<ServerLimits> | undefined;
  /** Origins of web pages that may call, exactly as browsers send them, such as `https://shop.example`. None unless it is given. */
  origins?: readonly string[] | undefined;
  /** JSON lines on stderr unless it is given. */
  logger?: FastifyBaseLogger | undefined;
  /** The clock of the limits of keys, in ms, which never goes back; `performance.now` unless it is given. */
  now?: (() => number) | undefined;
  /** Said in the OpenAPI document. */
  version?: string | undefined;
}

declare module 'fastify' {
  interface FastifyInstance {
    service: Service;
    keys: KeyRing;
    keyPolicy: KeyPolicy;
    metrics: ServerMetrics;
    limits: ServerLimits;
    longTurns: LongTurns;
    /** Aborted when the server begins to close: answers that stay open end by it. */
    closing: AbortSignal;
    /** Every route, HEAD included. */
    declaredRoutes: readonly DeclaredRoute[];
  }
}

/**
 * The HTTP API over a service, ready for `listen` or `inject`. `close` ends it: what is under way is answered, then the service is closed.
 *
 * @throws {AttuneError} INTERNAL when a route does not declare its scope, limits and schemas
 */
export async function createServer(options: ServerOptions): Promise<ServerApp> {
  const { service } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const origins: ReadonlySet<string> = new Set(options.origins);
  const policy = options.keys ?? 'fromFirst';
  const load = new Load(limits);
  const keys = new KeyRing(service.store);
  const memory = new MemoryBudget(limits.maxMemoryBytes);
  const metrics = new ServerMetrics(service, load, memory);
  const costs = new CostLimits(options.now ?? (() => performance.now()), (key) => metrics.overLimit(key));
  const declaredRoutes: DeclaredRoute[] = [];

  const app = Fastify({
    loggerInstance: options.logger ?? stderrLogger(),
    // The access line is ours: it names routes, never paths.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    // The hook below answers in our shape.
    return503OnClosing: false,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    routerOptions: { maxParamLength: 8192 },
    http: {
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      connectionsCheckingInterval: 1000,
    },
    frameworkErrors: (error, request, reply) => {
      prepare(request, reply, origins);
      sendError(badPath(error), request, reply, service.folder);
    },
  }) as unknown as ServerApp;

  app.setChildLoggerFactory((logger) => logger);
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(compileSerializer);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, service.folder));
  app.decorateRequest('key', null);
  app.decorateRequest('lifetime');
  app.decorateRequest('memory');
  app.decorateRequest('cost', null);
  const closing = new AbortController();
  app.decorate('service', service);
  app.decorate('keys', keys);
  app.decorate('keyPolicy', policy);
  app.decorate('metrics', metrics);
  app.decorate('limits', limits);
  app.decorate('longTurns', new LongTurns());
  app.decorate('closing', closing.signal);
  app.decorate('declaredRoutes', declaredRoutes);

  acceptJson(app, limits.maxJsonDepth);
  app.addHook('preParsing', unpackBody);
  app.addHook('onSend', packAnswer);
  answerUnknownRoutes(app, declaredRoutes, origins);
  const nameOf = (nameOrAlias: string) => service.collectionName(nameOrAlias) ?? nameOrAlias;
  guardRoutes(app, declaredRoutes, { keys, policy, load, memory, costs, origins, metrics, nameOf });
  drainOnClose(app, load, closing);
  await registerOpenApi(app, options.version ?? '0.1.0');
  for (const route of routes) await app.register(route);
  await keys.refresh();
  await app.ready();
  load.start();
  app.server.maxConnections = limits.maxConnections;
  // Node knows one limit for all; a route's own covers its body too and is the shorter one.
  app.server.requestTimeout = Math.max(
    limits.requestTimeoutMs,
    ...declaredRoutes.map(({ timeoutMs }) => timeoutMs ?? 0),
  );
  return app;
}

/** Bodies are JSON; what else a route takes, it says itself. */
function acceptJson(app: ServerApp, maxDepth: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const read = () => {
      chargeBody(request, body.length);
      checkCharset(request.headers['content-type']);
      // Clients that always name a media type send it with no body too.
      return body.length === 0 ? undefined : parseJson(body as Buffer, 'the body', maxDepth);
    };
    app.longTurns.read(body.length, read, done);
  });
}

function guardRoutes(app: ServerApp, declaredRoutes: DeclaredRoute[], guards: Guards): void {
  app.addHook('onRoute', (route: RouteOptions) => {
    const declared = declareRoute(route);
    declaredRoutes.push(declared);
    const guard = guardOf(declared, { unshed: route.config?.unshed === true }, guards);
    route.onRequest = [guard, ...[route.onRequest ?? []].flat()];
  });
}

/** Stops taking requests on, ends open answers, and lets go of every connection as it falls idle. */
function drainOnClose(app: ServerApp, load: Load, closing: AbortController): void {
  const { service, limits } = app;
  app.addHook('preClose', async () => {
    load.draining = true;
    closing.abort();
    const idle = setInterval(() => app.server.closeIdleConnections(), 50);
    const end = setTimeout(() => app.server.closeAllConnections(), limits.drainTimeoutMs);
    app.server.once('close', () => {
      clearInterval(idle);
      clearTimeout(end);
    });
    idle.unref();
    end.unref();
  });
  app.addHook('onClose', async () => {
    load.stop();
    await service.close();
  });
}

/** Fastify's own errors of paths: a percent sign that escapes nothing, a parameter that is too long. */
function badPath(error: Error): AttuneError {
  return new HttpError(
    400,
    'INVALID_ARGUMENT',
    `Expected a path as RFC 3986 writes it, but it is not: ${error.name}.`,
  );
}
