import { HttpError } from '../errors.js';
import { createKey, findKey, listKeys, revokeKey } from '../keys.js';
import { KiB, type ServerApp } from '../route.js';
import { CreateKey, Key, KeyParams, NewKey, TakenBack } from '../schemas/keys.js';
import { listOf } from '../schemas/primitives.js';

const tags = ['keys'];

/** Keys: made, listed, revoked. A secret is in one answer, the hash of it in none. */
export async function keyRoutes(app: ServerApp): Promise<void> {
  const { store } = app.service;

  app.route({
    method: 'GET',
    url: '/v1/keys',
    config: { scope: 'admin', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'listKeys',
      tags,
      summary: 'All keys, revoked and expired ones too, without their secrets',
      response: { 200: listOf('KeyList', Key) },
    },
    handler: async () => ({ data: await listKeys(store) }),
  });

  app.route({
    method: 'POST',
    url: '/v1/keys',
    config: { scope: 'admin', bodyLimit: 4 * KiB, timeoutMs: 10_000 },
    schema: {
      operationId: 'createKey',
      tags,
      summary: 'Makes a key and shows its secret, this once; the first key closes the server to who has none',
      body: CreateKey,
      response: { 201: NewKey },
    },
    handler: async (request, reply) => {
      const { label, scopes, collections, costPerSecond, expiresAt = null } = request.body;
      if (expiresAt !== null && expiresAt <= Date.now()) {
        throw new HttpError(
          400,
          'INVALID_ARGUMENT',
          `Expected expiresAt to be in the future, in milliseconds since 1970, but received ${expiresAt}.`,
          { findings: [{ pointer: '/expiresAt', detail: 'must be in the future' }] },
        );
      }
      // The server asks everybody for a key from the first one on, also whoever would make the second.
      if (!app.keys.any && !(scopes.includes('admin') && expiresAt === null)) {
        throw new HttpError(
          409,
          'CONFLICT',
          'Expected the first key to have the scope admin and no expiry, because without such a key nobody could make another.',
        );
      }
      const made = await createKey(store, { label, scopes, collections, costPerSecond, expiresAt });
      await app.keys.refresh();
      return reply.code(201).send(made);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/keys/:id',
    config: { scope: 'admin', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'revokeKey',
      tags,
      summary: 'Ends a key, for ever and at once; it stays in the list',
      params: KeyParams,
      response: { 200: Key },
    },
    handler: async (request) => {
      const revoked = await revokeKey(store, request.params.id);
      await app.keys.refresh();
      return revoked;
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/keys/:id/events',
    config: { scope: 'admin', bodyLimit: 0, timeoutMs: 60_000 },
    schema: {
      operationId: 'takeBackEvents',
      tags,
      summary: 'Takes back every event that a key sent: no cycle learns from them any more',
      description:
        'They stay in the store. A model that has learned from them already does not forget them: roll back to the one before. The key itself ' +
        'goes on: revoke it first.',
      params: KeyParams,
      response: { 200: TakenBack },
    },
    handler: async (request) => {
      await findKey(store, request.params.id);
      return { count: await store.takeBackEvents(request.params.id) };
    },
  });
}
