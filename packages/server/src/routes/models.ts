import { AttuneError } from '@attune/errors';
import { type Static, Type } from '@attune/schema/typebox';
import type { BundleRecord } from '@attune/store';
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
    schema: {
      operationId: 'listModels',
      tags,
      summary: 'Every name that embeddings accept: models, collections and aliases',
      response: { 200: ModelList },
    },
    handler: async () => {
      const [records, collections, aliases] = await Promise.all([
        service.store.list('bundle'),
        service.collections(),
        service.aliases(),
      ]);
      const bundles = new Map(records.map(({ name, value }) => [name, value]));
      const inService = new Map(collections.map(({ name, bundle }) => [name, bundle]));
      const names: [string, string | undefined][] = [
        ...records.map(({ name }): [string, string] => [name, name]),
        // A collection that is called like a model answers for that name.
        ...inService,
        ...aliases.map(({ alias, collection }): [string, string | undefined] => [
          alias,
          inService.get(collection),
        ]),
      ];
      const data = [...new Map(names)].flatMap(([id, model]) => {
        const bundle = model === undefined ? undefined : bundles.get(model);
        return bundle === undefined ? [] : [modelOf(id, model!, bundle)];
      });
      return { object: 'list' as const, data };
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
      const { model: id } = request.params;
      const inService = await service.collection(id).catch((error: unknown) => {
        if (error instanceof AttuneError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      });
      const model = inService?.bundle ?? id;
      const found = await service.store.get('bundle', model);
      if (found === undefined) throw noModel(id);
      return modelOf(id, model, found.value);
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
      const { model } = request.params;
      await service.models.remove(model);
      app.metrics.forgetModel(model);
      return reply.code(204).send(null);
    },
  });
}

export function modelOf(
  id: string,
  model: string,
  { createdAt, kind, precision = 'f32', dim, fingerprint, base, job, search }: BundleRecord,
): Static<typeof Model> {
  const created = Math.floor(createdAt / 1000);
  return {
    id,
    object: 'model',
    created,
    owned_by: 'attune',
    model,
    kind,
    precision,
    dim,
    fingerprint,
    base,
    job,
    search: search ?? null,
  };
}

function noModel(name: string): AttuneError {
  return new AttuneError(
    'NOT_FOUND',
    `Expected the name of a model, collection or alias, as GET /v1/models lists them, but there is none called ${name}.`,
  );
}
