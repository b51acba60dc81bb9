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
});
