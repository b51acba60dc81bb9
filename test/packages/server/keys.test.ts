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
      { id: made.body.id, createdAt: expect.any(Number), ...admin, expiresAt: null, revokedAt: null },
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
