import type { TSchema } from '@attune/schema/typebox';
import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import { nameComponents } from './named-components.js';
import type { RouteScope, ServerApp } from './route.js';
import { shared } from './schemas/shared.js';

/** The OpenAPI 3.1 document, made from the schemas that requests are checked against. */
export async function registerOpenApi(app: ServerApp, version: string): Promise<void> {
  for (const [name, schema] of Object.entries(shared)) app.addSchema({ ...schema, $id: name });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Attune',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        description:
          'Search that learns: documents in, answers out, what people do with them back in. Errors are RFC 9457 problems; on ' +
          'the routes of embeddings and models they are OpenAI’s error object.',
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: '`attune_<id>_<secret>`' },
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        },
      },
    },
    transformObject: (document) =>
      nameComponents('openapiObject' in document ? document.openapiObject : document.swaggerObject),
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json['$id'] ?? `def-${i}`) },
    transform: ({ schema, url, route }) => ({
      schema: described(schema as FastifySchema, route as unknown as RouteOptions),
      url,
    }),
  });
}

/** A route's schema with what follows from its declaration: security, streamed bodies and the errors that it can answer. */
function described(schema: FastifySchema, route: RouteOptions): FastifySchema {
  const config = route.config;
  if (config === undefined || schema === undefined) return schema;
  const { scope, streams, errors } = config;
  return {
    ...schema,
    ...(streams === undefined ? {} : { body: { content: mapValues(streams, (body) => ({ schema: body })) } }),
    security: scope === 'open' ? [] : [{ bearer: [scope] }, { apiKey: [scope] }],
    response: { ...(schema.response as object), ...errorResponses(schema, scope, route, errors) },
  };
}

const said: Record<number, string> = {
  400: 'Something in the request is not as its schema or the collection asks.',
  401: 'No valid key.',
  403: 'The key lacks the scope, or there is no key yet and the request is not of this machine.',
  404: 'Something that the path or body names is not there.',
  409: 'It is not possible in the present state.',
  413: 'The body is larger than the route takes.',
  415: 'Another media type than the route takes, or a body that is packed in another way than gzip.',
  429: 'Too much is under way, or the key has a limit that is used up (RATE_LIMITED); again after Retry-After.',
  500: 'A fault inside; the log says which under the request id.',
  503: 'Not now; again after Retry-After.',
  507: 'The disk is full.',
};

function errorResponses(
  schema: FastifySchema,
  scope: RouteScope,
  route: RouteOptions,
  errors: 'openai' | undefined,
): Record<number, unknown> {
  const writes = route.method !== 'GET';
  const takesBody = (route.config?.bodyLimit ?? 0) > 0;
  const statuses = [400, 429, 500, 503];
  if (scope !== 'open') statuses.push(401, 403);
  if (schema.params !== undefined || takesBody) statuses.push(404);
  if (takesBody) statuses.push(413, 415);
  if (writes) statuses.push(409, 507);
  const media = errors === 'openai' ? 'application/json' : 'application/problem+json';
  const ref = { $ref: errors === 'openai' ? 'OpenAiError#' : 'Problem#' };
  return Object.fromEntries(
    statuses
      .sort((a, b) => a - b)
      .map((status) => [status, { description: said[status], content: { [media]: { schema: ref } } }]),
  );
}

function mapValues<T>(object: Record<string, TSchema>, map: (value: TSchema) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}
