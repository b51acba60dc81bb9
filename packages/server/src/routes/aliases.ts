import { Type } from '@attune/schema/typebox';
import { KiB, type ServerApp } from '../route.js';
import { closed, listOf, Name } from '../schemas/primitives.js';

const tags = ['aliases'];
const AliasParams = Type.Object({ alias: Name }, closed);
const Alias = Type.Object({ alias: Type.String(), collection: Type.String() }, { title: 'Alias' });

/** Second names of collections, so that what callers name may change what it means. */
export async function aliasRoutes(app: ServerApp): Promise<void> {
  app.route({
    method: 'GET',
    url: '/v1/aliases',
    config: { scope: 'admin', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'listAliases',
      tags,
      summary: 'All aliases, each with the collection that it means',
      response: { 200: listOf('AliasList', Alias) },
    },
    handler: async () => {
      const records = await app.service.store.list('alias');
      return { data: records.map(({ name, value }) => ({ alias: name, collection: value.collection })) };
    },
  });

  app.route({
    method: 'PUT',
    url: '/v1/aliases/:alias',
    config: { scope: 'admin', bodyLimit: 4 * KiB, timeoutMs: 10_000 },
    schema: {
      operationId: 'setAlias',
      tags,
      summary: 'Gives a collection a second name, or lets it mean another one, between two requests',
      params: AliasParams,
      body: Type.Object(
        { collection: Name },
        { ...closed, title: 'SetAlias', examples: [{ collection: 'icons' }] },
      ),
      response: { 200: Alias },
    },
    handler: async (request) => {
      const { alias } = request.params;
      const { collection } = request.body;
      await app.service.setAlias(alias, collection);
      return { alias, collection };
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/aliases/:alias',
    config: { scope: 'admin', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'removeAlias',
      tags,
      summary: 'Takes an alias away; the collection stays',
      params: AliasParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { alias } = request.params;
      await app.service.removeAlias(alias);
      app.metrics.forgetCollection(alias);
      return reply.code(204).send(null);
    },
  });
}
