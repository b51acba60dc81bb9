import { AttuneError } from '@attune/errors';
import type { TSchema } from '@attune/schema/typebox';
import type { KeyScope } from '@attune/store';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteOptions,
} from 'fastify';
import type { CostKind } from './cost.js';

/** The Fastify instance that route files are given: schemas are TypeBox's, and type the handlers. */
export type ServerApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** `open` needs no key. */
export type RouteScope = KeyScope | 'open';

export const KiB = 1024;
export const MiB = 1024 * KiB;

/** What a page that is long holds, as values and as JSON. */
export const pageMemory = 16 * MiB;

/** What every route declares. One that does not is a fault found when the server starts. */
declare module 'fastify' {
  interface FastifyContextConfig {
    scope: RouteScope;
    /** Bytes; 0 for a route without a body. */
    bodyLimit: number;
    /** Bytes that a request holds at most, of a route that does not hold its body, or makes much of none; else it follows from the body. */
    memoryBytes?: number | undefined;
    /** What it costs a key with a limit, before its body is read; `one` unless it is given. */
    cost?: CostKind | undefined;
    /** From the request's first line until its answer begins; null only for answers that stay open, such as server-sent events. */
    timeoutMs: number | null;
    /** Its handler keeps a key that is for some collections to these. A route of one collection is kept to them without it. */
    checksCollections?: boolean | undefined;
    /** Whose error shape; problem+json unless it is given. */
    errors?: 'openai' | undefined;
    /** Bodies that are streamed and therefore not validated as a whole, by media type: for the OpenAPI document. */
    streams?: Record<string, TSchema> | undefined;
    /** Answered however loaded the server is: probes. */
    unshed?: boolean | undefined;
  }
  interface FastifySchema {
    operationId?: string;
    summary?: string;
    description?: string;
    tags?: readonly string[];
    security?: readonly Record<string, readonly string[]>[];
    hide?: boolean;
  }
}

/** A route as declared, for the OpenAPI document, the tests, and the answer to a wrong method. */
export interface DeclaredRoute {
  method: string;
  url: string;
  scope: RouteScope;
  bodyLimit: number;
  memoryBytes: number | undefined;
  cost: CostKind;
  timeoutMs: number | null;
  checksCollections: boolean;
}

/**
 * Reads and applies what a route declares.
 *
 * @throws {AttuneError} INTERNAL naming the route and what it lacks
 */
export function declareRoute(route: RouteOptions): DeclaredRoute {
  const name = `${String(route.method)} ${route.url}`;
  const lacks = (what: string) =>
    new AttuneError('INTERNAL', `Expected the route ${name} to declare ${what}, but it does not.`);
  const {
    scope,
    bodyLimit,
    memoryBytes,
    cost = 'one',
    timeoutMs,
    checksCollections = false,
  } = route.config ?? {};
  if (scope === undefined) throw lacks('config.scope');
  if (bodyLimit === undefined) throw lacks('config.bodyLimit');
  if (timeoutMs === undefined) throw lacks('config.timeoutMs');
  if (route.schema?.operationId === undefined) throw lacks('schema.operationId');
  if (route.schema.summary === undefined) throw lacks('schema.summary');
  if (route.schema.response === undefined) throw lacks('schema.response');
  route.bodyLimit = Math.max(1, bodyLimit);
  const { url } = route;
  const method = String(route.method);
  return { method, url, scope, bodyLimit, memoryBytes, cost, timeoutMs, checksCollections };
}
