import { isLearnedFrom, StoreReader } from '@attune/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './running-server.js';

let server: RunningServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const admin = { label: 'me', scopes: ['admin'] };

describe('keys', () => {
  it('are shown once, and never their hashes', async () => {
    const made = await server.json('POST', '/v1/keys', admin);
    expect(made.status).toBe(201);
    expect(made.body.key).toMatch(/^attune_[0-9a-f]{12}_[0-9a-f]{64}$/);
    const secret = made.body.key.split('_')[2];

    const list = await server.json('GET', '/v1/keys', undefined, bearer(made.body.key));
    expect(list.body.data).toEqual([
      {
        id: made.body.id,
        createdAt: expect.any(Number),
        ...admin,
        collections: null,
        costPerSecond: null,
        expiresAt: null,
        revokedAt: null,
      },
    ]);
    const hash = (await server.service.store.get('key', made.body.id))!.value.sha256;
    for (const text of [list.text, ...server.log]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(hash);
    }
    expect(made.text).not.toContain(hash);
  });

  it('close the server from the first one on, at once', async () => {
    const { key } = (await server.json('POST', '/v1/keys', admin)).body;
    expect((await server.json('GET', '/v1/keys')).status).toBe(401);
    expect((await server.json('GET', '/v1/keys', undefined, bearer(key))).status).toBe(200);
  });

  it('begin with one that can make others', async () => {
    for (const body of [
      { label: 'shop', scopes: ['search'] },
      { ...admin, expiresAt: Date.now() + 60_000 },
    ]) {
      const refused = await server.json('POST', '/v1/keys', body);
      expect(refused.status).toBe(409);
      expect(refused.body).toMatchObject({
        code: 'CONFLICT',
        detail: expect.stringContaining('scope admin'),
      });
    }
    expect((await server.json('GET', '/v1/keys')).body.data).toEqual([]);
  });

  it('open what their scopes say until they are revoked, and then nothing, at once', async () => {
    const { key } = (await server.json('POST', '/v1/keys', admin)).body;
    const shop = (await server.json('POST', '/v1/keys', { label: 'shop', scopes: ['search'] }, bearer(key)))
      .body;
    const asShop = (path: string) => server.json('GET', path, undefined, bearer(shop.key));
    expect((await asShop('/v1/collections')).status).toBe(200);
    expect((await asShop('/v1/keys')).status).toBe(403);

    const revoked = await server.json('DELETE', `/v1/keys/${shop.id}`, undefined, bearer(key));
    expect(revoked.body).toMatchObject({ id: shop.id, revokedAt: expect.any(Number) });
    expect((await asShop('/v1/collections')).status).toBe(401);
    const again = await server.json('DELETE', `/v1/keys/${shop.id}`, undefined, bearer(key));
    expect(again.body.revokedAt).toBe(revoked.body.revokedAt);
    expect((await server.json('DELETE', '/v1/keys/abc', undefined, bearer(key))).status).toBe(404);
  });

  it.each([
    ['a scope that is none', { label: 'x', scopes: ['root'] }, '/scopes'],
    ['no scope', { label: 'x', scopes: [] }, '/scopes'],
    ['a label with a line break', { label: 'x\ny', scopes: ['admin'] }, '/label'],
    ['a limit of nothing', { ...admin, costPerSecond: 0 }, '/costPerSecond'],
    ['an end in the past', { ...admin, expiresAt: 1 }, '/expiresAt'],
    ['a hash of their own', { ...admin, sha256: 'ff' }, ''],
  ])('are refused %s', async (_, body, pointer) => {
    const refused = await server.json('POST', '/v1/keys', body);
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0].pointer).toContain(pointer);
    expect((await server.json('GET', '/v1/keys')).body.data).toEqual([]);
  });

  it('let events of searches that were made elsewhere count only with the scope import, and can take theirs back', async () => {
    const { store } = server.service;
    const { key } = (await server.json('POST', '/v1/keys', admin)).body;
    const keyOf = async (...scopes: string[]) =>
      (await server.json('POST', '/v1/keys', { label: 'k', scopes }, bearer(key))).body;
    const front = await keyOf('feedback');
    const back = await keyOf('feedback', 'import');
    const event = { action_name: 'click', query_id: 'made-up', user_query: 'lamp', application: 'shop' };
    const sent = await server.json('POST', '/v1/events', event, bearer(front.key));
    expect(sent.body.note).toContain('scope import');
    expect((await server.json('POST', '/v1/events', event, bearer(back.key))).body.note).toContain(
      'user_query',
    );
    const counted = () => {
      const reader = StoreReader.open(server.service.folder);
      const found = Array.from(reader.events(), (each) => [each.source.key, isLearnedFrom(each)]);
      reader.close();
      return found;
    };
    expect(counted()).toEqual([
      [front.id, false],
      [back.id, true],
    ]);
    const path = `/v1/keys/${back.id}/events`;
    expect((await server.json('DELETE', path, undefined, bearer(front.key))).status).toBe(403);
    expect((await server.json('DELETE', path, undefined, bearer(key))).body).toEqual({ count: 1 });
    expect(counted()[1]).toEqual([back.id, false]);
    const unknown = await server.json('DELETE', '/v1/keys/000000000000/events', undefined, bearer(key));
    expect(unknown.status).toBe(404);
    expect(await store.countEvents()).toBe(2);
  });

  it('send an Idempotency-Key again with other events in vain', async () => {
    const again = { 'idempotency-key': 'again' };
    const click = (query_id: string) => ({ action_name: 'click', query_id });
    expect((await server.json('POST', '/v1/events', click('a'), again)).status).toBe(200);
    expect((await server.json('POST', '/v1/events', click('a'), again)).status).toBe(200);
    const other = await server.json('POST', '/v1/events', click('b'), again);
    expect([other.status, other.body.code]).toEqual([409, 'CONFLICT']);
  });
});

describe('a key for some collections', () => {
  const shop = { label: 'shop', scopes: ['search', 'write', 'feedback'], collections: ['shop'] };
  let all: Record<string, string>;
  let bound: Record<string, string>;
  beforeEach(async () => {
    all = bearer((await server.json('POST', '/v1/keys', admin)).body.key);
    bound = bearer((await server.json('POST', '/v1/keys', shop, all)).body.key);
    for (const name of ['shop', 'other']) await server.json('POST', '/v1/collections', { name }, all);
    await server.json('PUT', '/v1/aliases/window', { collection: 'shop' }, all);
    await server.json('PUT', '/v1/aliases/door', { collection: 'other' }, all);
  });
  const status = async (method: string, path: string, body?: object) =>
    (await server.json(method, path, body, bound)).status;

  it('opens what is of them, by their aliases too, and nothing of others', async () => {
    const document = { fields: { title: 'oak desk' } };
    for (const [own, others] of [
      ['shop', 'other'],
      ['window', 'door'],
      ['shop', 'none'],
    ]) {
      const both = async (method: string, path: (name: string) => string, body?: object) => [
        await status(method, path(own!), body),
        await status(method, path(others!), body),
      ];
      expect(await both('GET', (name) => `/v1/collections/${name}`)).toEqual([200, 403]);
      expect(await both('PUT', (name) => `/v1/collections/${name}/documents/a`, document)).toEqual([
        own === 'shop' && others === 'other' ? 201 : 200,
        403,
      ]);
      expect(await both('GET', (name) => `/v1/collections/${name}/documents`)).toEqual([200, 403]);
      const search = { text: 'oak' };
      expect(await both('POST', (name) => `/v1/collections/${name}/search`, search)).toEqual([200, 403]);
      expect(await status('POST', '/v1/embeddings', { model: own, input: 'oak' })).toBe(200);
      expect(await status('POST', '/v1/embeddings', { model: others, input: 'oak' })).toBe(403);
    }
  });

  it('lists and makes its own alone, and opens no route that is of all', async () => {
    const list = await server.json('GET', '/v1/collections', undefined, bound);
    expect(list.body.data.map(({ name }: { name: string }) => name)).toEqual(['shop']);
    expect(await status('POST', '/v1/collections', { name: 'third' })).toBe(403);
    expect(await status('POST', '/v1/collections', { name: 'shop' })).toBe(409);
    expect(await status('POST', '/v1/embeddings', { model: 'attune-base-en', input: 'oak' })).toBe(403);
    for (const path of ['/v1/models', '/v1/keys', '/v1/jobs', '/v1/aliases', '/metrics'])
      expect(await status('GET', path), path).toBe(403);
  });

  it('sends events of their searches, and none of those of others', async () => {
    const searched = async (name: string) => {
      await server.json('PUT', `/v1/collections/${name}/documents/a`, { fields: { title: 'oak' } }, all);
      return (await server.json('POST', `/v1/collections/${name}/search`, { text: 'oak' }, all)).body
        .query_id;
    };
    const clickIn = (queryId: string) => ({
      action_name: 'click',
      query_id: queryId,
      event_attributes: { object: { object_id: 'a' } },
    });
    const [own, others] = [clickIn(await searched('shop')), clickIn(await searched('other'))];
    const refused = await server.json('POST', '/v1/events', [own, others], bound);
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toContain('number 1 cites a search in another collection. None is kept.');
    expect((await server.json('POST', '/v1/events', [own], bound)).body).toEqual({
      count: 1,
      without_search: 0,
    });
  });

  it('has no scope that is about all, and some collections', async () => {
    for (const [wrong, detail] of [
      [{ ...shop, scopes: ['search', 'admin'] }, 'but received admin, which is about all of them'],
      [{ ...shop, scopes: ['import', 'feedback'] }, 'but received import'],
      [{ ...shop, collections: [] }, 'collections'],
      [{ ...shop, collections: ['no name'] }, 'collections'],
    ] as const) {
      const refused = await server.json('POST', '/v1/keys', wrong, all);
      expect(refused.status).toBe(400);
      expect(JSON.stringify(refused.body)).toContain(detail);
    }
    const made = await server.json('POST', '/v1/keys', { ...shop, collections: ['shop', 'shop'] }, all);
    expect(made.body.collections).toEqual(['shop']);
  });
});
