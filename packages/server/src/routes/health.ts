import { Type } from '@attune/schema/typebox';
import type { ServerApp } from '../route.js';

const Alive = Type.Object({ status: Type.Literal('ok') }, { title: 'Alive' });
const Readiness = Type.Object(
  {
    ready: Type.Boolean(),
    waiting: Type.Array(Type.String(), {
      description: 'Collections that do not answer yet: their index is being opened or built.',
    }),
    store: Type.Union([Type.Literal('ok'), Type.Literal('full'), Type.Literal('failed')], {
      description:
        '`full`: the disk is; reads go on. `failed`: writing ended after an error of the disk; reads go on.',
    }),
  },
  { title: 'Readiness' },
);

const config = { scope: 'open', bodyLimit: 0, timeoutMs: 5000, unshed: true } as const;

/** Probes, the metrics and the OpenAPI document. */
export async function healthRoutes(app: ServerApp): Promise<void> {
  for (const [url, operationId] of [
    ['/healthz', 'health'],
    ['/livez', 'live'],
  ] as const) {
    app.route({
      method: 'GET',
      url,
      config,
      schema: {
        operationId,
        tags: ['operations'],
        summary: 'Whether the process answers',
        response: { 200: Alive },
      },
      handler: async () => ({ status: 'ok' as const }),
    });
  }

  app.route({
    method: 'GET',
    url: '/readyz',
    config,
    schema: {
      operationId: 'ready',
      tags: ['operations'],
      summary: 'Whether every collection answers who asks',
      response: { 200: Readiness, 503: Readiness },
    },
    handler: async (_request, reply) => {
      const { ready, waiting } = app.service.ready();
      const store = app.service.store.health.state;
      const answers = ready && store !== 'failed' && !app.closing.aborted;
      return reply.code(answers ? 200 : 503).send({ ready: answers, waiting, store });
    },
  });

  app.route({
    method: 'GET',
    url: '/metrics',
    config: { scope: 'metrics', bodyLimit: 0, timeoutMs: 10_000, unshed: true },
    schema: {
      operationId: 'metrics',
      tags: ['operations'],
      summary: 'Metrics in the text format of Prometheus',
      response: { 200: { content: { 'text/plain': { schema: Type.String() } } } },
    },
    handler: async (_request, reply) => {
      return reply.type(app.metrics.registry.contentType).send(await app.metrics.text());
    },
  });

  let document: string | undefined;
  app.route({
    method: 'GET',
    url: '/openapi.json',
    config: { scope: 'open', bodyLimit: 0, timeoutMs: 5000 },
    schema: {
      operationId: 'openapi',
      tags: ['operations'],
      summary: 'This document',
      response: { 200: Type.Unknown() },
    },
    handler: async (_request, reply) => {
      document ??= JSON.stringify(app.swagger());
      return reply.type('application/json; charset=utf-8').send(document);
    },
  });
}
