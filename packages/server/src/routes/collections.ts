import { AttuneError } from '@attune/errors';
import { Type } from '@attune/schema/typebox';
import { checkCollection, isFor } from '../bound-keys.js';
import { KiB, type ServerApp } from '../route.js';
import {
  CollectionSettings,
  CollectionSummary,
  ConfigureCollection,
  CreateCollection,
} from '../schemas/collections.js';
import { CollectionParams, listOf } from '../schemas/primitives.js';

const tags = ['collections'];

/** Collections: made, listed, configured, dropped. */
export async function collectionRoutes(app: ServerApp): Promise<void> {
  app.route({
    method: 'GET',
    url: '/v1/collections',
    config: { scope: 'search', bodyLimit: 0, timeoutMs: 10_000, checksCollections: true },
    schema: {
      operationId: 'listCollections',
      tags,
      summary: 'All collections, or those that the key is for',
      response: { 200: listOf('CollectionList', CollectionSummary) },
    },
    handler: async ({ key }) => {
      const all = await app.service.collections();
      return { data: all.filter(({ name }) => isFor(key, name)) };
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/collections',
    config: { scope: 'write', bodyLimit: 64 * KiB, cost: 'long', timeoutMs: 60_000, checksCollections: true },
    schema: {
      operationId: 'createCollection',
      tags,
      summary: 'Makes a collection; its model is attune-base-en unless it is given',
      body: CreateCollection,
      response: { 201: CollectionSummary },
    },
    handler: async (request, reply) => {
      const { name, ...options } = request.body;
      checkCollection(request.key, name);
      const summary = await app.service.createCollection(name, options);
      return reply.code(201).header('location', `/v1/collections/${name}`).send(summary);
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/collections/:collection',
    config: { scope: 'search', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'getCollection',
      tags,
      summary: 'One collection, by its name or an alias',
      params: CollectionParams,
      response: { 200: CollectionSummary },
    },
    handler: async (request) => app.service.collection(request.params.collection),
  });

  app.route({
    method: 'GET',
    url: '/v1/collections/:collection/settings',
    config: { scope: 'train', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'getCollectionSettings',
      tags,
      summary: 'When and from what a collection learns, and the golden set that candidates must pass',
      params: CollectionParams,
      response: { 200: CollectionSettings },
    },
    handler: async (request) => {
      const { name } = await app.service.collection(request.params.collection);
      const found = await app.service.store.get('collection', name);
      if (found !== undefined) return found.value;
      throw new AttuneError('NOT_FOUND', `There is no collection ${JSON.stringify(name)} any more.`);
    },
  });

  app.route({
    method: 'PATCH',
    url: '/v1/collections/:collection',
    config: { scope: 'admin', bodyLimit: 64 * KiB, timeoutMs: 30_000 },
    schema: {
      operationId: 'configureCollection',
      tags,
      summary: 'Changes when and from what it learns, and the golden set that candidates must pass',
      params: CollectionParams,
      body: ConfigureCollection,
      response: { 200: CollectionSettings },
    },
    handler: async (request) => {
      const { golden, learning } = request.body;
      const { name } = await app.service.collection(request.params.collection);
      const record = await app.service.store.get('collection', name);
      return app.service.configure(name, {
        ...(golden !== undefined && { golden }),
        // What is not named stays as it is.
        ...(learning !== undefined &&
          record !== undefined && {
            learning: { ...record.value.learning, ...learning },
          }),
      });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/collections/:collection',
    config: { scope: 'admin', bodyLimit: 0, timeoutMs: 60_000 },
    schema: {
      operationId: 'dropCollection',
      tags,
      summary: 'Drops a collection with its documents, releases and decisions; events stay',
      params: CollectionParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { collection } = request.params;
      await app.service.dropCollection(collection);
      app.metrics.forgetCollection(collection);
      return reply.code(204).send(null);
    },
  });
}
