import { connect } from 'node:net';
import { createKey, revokeKey } from '@attune/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './running-server.js';

const pathOf = (url: string) => url.replace(/:[a-z]+/g, 'nothing');

describe('before the first key exists', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ origins: ['https://shop.example'] });
  });
  afterAll(() => server.close());

  it('programs of this machine are let in', async () => {
    expect((await server.json('GET', '/v1/collections')).status).toBe(200);
  });

  it('a Host that was rebound to this machine is refused, on every route but the open ones', async () => {
    for (const { method, url, scope } of server.app.declaredRoutes) {
      const answer = await server.app.inject({
        method: method as 'GET',
        url: pathOf(url),
        headers: { host: 'evil.example' },
      });
      if (scope === 'open') expect(answer.statusCode, url).toBeLessThan(300);
      else expect(answer.statusCode, url).toBe(403);
    }
    for (const host of ['localhost:7400', '127.0.0.1', '[::1]:80']) {
      const answer = await server.app.inject({ url: '/v1/collections', headers: { host } });
      expect(answer.statusCode).toBe(200);
    }
  });

  it.each(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'])(
    'what came through a proxy is refused: %s',
    async (header) => {
      const headers = { host: 'localhost', [header]: '203.0.113.9' };
      const answer = await server.app.inject({ url: '/v1/collections', headers });
      expect([answer.statusCode, answer.json().detail]).toEqual([
        403,
        expect.stringContaining(`the header ${header}`),
      ]);
    },
  );

  it('another machine and a page of another origin are refused', async () => {
    const get = (options: object) => server.app.inject({ url: '/v1/collections', ...options });
    const headers = { host: 'localhost' };
    expect((await get({ headers, remoteAddress: '192.0.2.7' })).statusCode).toBe(403);
    expect((await get({ headers: { ...headers, origin: 'https://evil.example' } })).statusCode).toBe(403);
    expect((await get({ headers: { ...headers, origin: 'null' } })).statusCode).toBe(403);
    const site = (from: string) => ({ ...headers, 'sec-fetch-site': from });
    for (const from of ['cross-site', 'same-site'])
      expect((await get({ headers: site(from) })).statusCode).toBe(403);
    for (const from of ['same-origin', 'none'])
      expect((await get({ headers: site(from) })).statusCode).toBe(200);
    const allowed = await get({ headers: { ...headers, origin: 'https://shop.example' } });
    expect(allowed.statusCode).toBe(200);
    expect(allowed.headers['access-control-allow-origin']).toBe('https://shop.example');
  });

  it('a browser is told of the origins that are allowed, and of no others', async () => {
    const preflight = (origin: string) =>
      server.app.inject({
        method: 'OPTIONS',
        url: '/v1/collections/shop/search',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    const allowed = await preflight('https://shop.example');
    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers['access-control-allow-methods']).toContain('POST');
    const other = await preflight('https://shop.example.evil.example');
    expect(other.statusCode).toBe(405);
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('once a key exists', () => {
  let server: RunningServer;
  const keys = { none: '', unknown: '', wrong: '', revoked: '', expired: '' };
  const withScope: Record<string, string> = {};
  const scopes = ['search', 'write', 'feedback', 'import', 'train', 'metrics', 'admin'] as const;

  beforeAll(async () => {
    server = await startServer();
    const { store } = server.service;
    for (const scope of scopes) {
      withScope[scope] = (await createKey(store, { label: scope, scopes: [scope] })).key;
    }
    const other = (secret: string) => `attune_${secret.slice(7, 19)}_${'0'.repeat(64)}`;
    keys.wrong = other(withScope['admin']!);
    keys.unknown = `attune_000000000000_${'0'.repeat(64)}`;
    const revoked = await createKey(store, { label: 'revoked', scopes: ['admin'] });
    await revokeKey(store, revoked.id);
    keys.revoked = revoked.key;
    const expiresAt = Date.now() - 1;
    keys.expired = (await createKey(store, { label: 'expired', scopes: ['admin'], expiresAt })).key;
    await server.app.keys.refresh();
  });
  afterAll(() => server.close());

  const ask = (method: string, url: string, key: string | undefined) =>
    server.app.inject({
      method: method as 'GET',
      url: pathOf(url),
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    });

  it('every route refuses none, unknown, wrong, revoked and expired keys, all in the same words', async () => {
    expect(server.app.declaredRoutes.length).toBeGreaterThan(30);
    for (const { method, url, scope } of server.app.declaredRoutes) {
      const answers = new Set<string>();
      for (const [kind, key] of Object.entries(keys)) {
        const answer = await ask(method, url, kind === 'none' ? undefined : key);
        if (scope === 'open') {
          expect(answer.statusCode, `${method} ${url} with ${kind}`).toBeLessThan(300);
          continue;
        }
        expect(answer.statusCode, `${method} ${url} with ${kind}`).toBe(401);
        const { date: _, 'x-request-id': id, ...headers } = answer.headers;
        answers.add(JSON.stringify([headers, answer.body.replace(String(id), '')]));
      }
      expect(answers.size, `${method} ${url}`).toBe(scope === 'open' ? 0 : 1);
    }
  });

  it('every route refuses a key of any other scope, and lets its own and admin through', async () => {
    for (const { method, url, scope } of server.app.declaredRoutes) {
      if (scope === 'open') continue;
      for (const given of scopes) {
        const { statusCode } = await ask(method, url, withScope[given]);
        const name = `${method} ${url} with ${given}`;
        if (given === scope || given === 'admin') expect([401, 403], name).not.toContain(statusCode);
        else expect(statusCode, name).toBe(403);
      }
    }
  });

  it('what cannot be undone wants more than `write`: a collection is dropped by admin alone', () => {
    const scopeOf = (method: string, path: string) =>
      server.app.declaredRoutes.find((route) => route.method === method && route.url === path)?.scope;
    expect(scopeOf('DELETE', '/v1/collections/:collection')).toBe('admin');
    expect(scopeOf('DELETE', '/v1/collections/:collection/documents/:id')).toBe('write');
  });

  it('a key may come as x-api-key too, and not in the path', async () => {
    const key = withScope['search']!;
    const get = (url: string, headers = {}) => server.app.inject({ url, headers });
    expect((await get('/v1/collections', { 'x-api-key': key })).statusCode).toBe(200);
    expect((await get('/v1/collections', { authorization: `bearer ${key}` })).statusCode).toBe(200);
    expect((await get('/v1/collections', { authorization: `Basic ${key}` })).statusCode).toBe(401);
    expect((await get(`/v1/collections?key=${key}`)).statusCode).toBe(401);
  });

  it('what a body says is not looked at before: 401 comes while the body is still to come', async () => {
    const answer = await headersOnly(server.url, '/v1/collections/shop/documents', {
      'content-type': 'application/x-ndjson',
      'content-length': '100000',
    });
    expect(answer).toMatch(/^HTTP\/1.1 401/);
    expect(answer).toMatch(/connection: close/i);
    for (const type of ['application/json', 'text/nonsense', '']) {
      const early = await headersOnly(server.url, '/v1/embeddings', {
        'content-type': type,
        'transfer-encoding': 'chunked',
      });
      expect(early).toMatch(/^HTTP\/1.1 401/);
    }
  });

  it('a key that is revoked is refused within a second', async () => {
    const { id, key } = await createKey(server.service.store, { label: 'brief', scopes: ['search'] });
    const status = async () => (await ask('GET', '/v1/collections', key)).statusCode;
    const until = async (wanted: number) => {
      const startedAt = performance.now();
      while ((await status()) !== wanted) {
        expect(performance.now() - startedAt).toBeLessThan(1000);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    await until(200);
    await revokeKey(server.service.store, id);
    await until(401);
  });

  it('no secret is in the log', () => {
    const all = server.log.join('\n');
    for (const key of [...Object.values(withScope), keys.revoked]) {
      expect(all).not.toContain(key.slice(20));
    }
  });
});

/** Sends a request's head and nothing of its body, and gives what comes back within a second. */
function headersOnly(url: string, path: string, headers: Record<string, string>): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\n${lines.join('')}\r\n`);
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}
