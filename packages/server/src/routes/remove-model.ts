import { Type } from 'typebox';
import type { ServerApp } from '../route.js';
import { closed, Name } from '../schemas/primitives.js';

/** Takes a model away. */
export async function removeModelRoute(app: ServerApp): Promise<void> {
  app.route({
    method: 'DELETE',
    url: '/v1/models/:model',
    config: { scope: 'admin', bodyLimit: 0, timeoutMs: 60_000, errors: 'openai' },
    schema: {
      operationId: 'removeModel',
      tags: ['models'],
      summary: 'Removes a model, unless a release or a job uses it',
      params: Type.Object({ model: Name }, closed),
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await app.service.models.remove(request.params.model);
      return reply.code(204).send(null);
    },
  });
}
