import { AttuneError } from '@attune/errors';
import type { BundleRecord } from '@attune/store';
import { type Static, Type } from 'typebox';
import type { ServerApp } from '../route.js';
import { Model, ModelList, ModelParams } from '../schemas/embeddings.js';

const config = { scope: 'search', bodyLimit: 0, timeoutMs: 10_000, errors: 'openai' } as const;
const tags = ['models'];

/** Models, in the shape of OpenAI's API with more said of each. */
export async function modelRoutes(app: ServerApp): Promise<void> {
  const { service } = app;

  app.route({
    method: 'GET',
    url: '/v1/models',
    config,
    schema: { operationId: 'listModels', tags, summary: 'All models', response: { 200: ModelList } },
    handler: async () => {
      const records = await service.store.list('bundle');
      return { object: 'list' as const, data: records.map(({ name, value }) => modelOf(name, value)) };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/models/:model',
    config,
    schema: {
      operationId: 'getModel',
      tags,
      summary: 'One model; of a collection or alias, the one in service',
      params: ModelParams,
      response: { 200: Model },
    },
    handler: async (request) => {
      const { model } = request.params;
      const found = await service.store.get('bundle', model);
      if (found !== undefined) return modelOf(model, found.value);
      const inService = await service.collection(model).catch((error: unknown) => {
        if (error instanceof AttuneError && error.code === 'NOT_FOUND') throw noModel(model);
        throw error;
      });
      const bundle = await service.store.get('bundle', inService.bundle);
      if (bundle === undefined) throw noModel(model);
      return modelOf(model, bundle.value);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/models/:model',
    config: { ...config, scope: 'admin', timeoutMs: 60_000 },
    schema: {
      operationId: 'removeModel',
      tags,
      summary: 'Removes a model, unless a release or a job uses it',
      params: ModelParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await service.models.remove(request.params.model);
      return reply.code(204).send(null);
    },
  });
}

function modelOf(
  id: string,
  { createdAt, kind, dim, fingerprint, base, job }: BundleRecord,
): Static<typeof Model> {
  const created = Math.floor(createdAt / 1000);
  return { id, object: 'model', created, owned_by: 'attune', kind, dim, fingerprint, base, job };
}

function noModel(name: string): AttuneError {
  return new AttuneError(
    'NOT_FOUND',
    `Expected the name of a model, collection or alias, as GET /v1/models lists them, but there is none called ${name}.`,
  );
}
