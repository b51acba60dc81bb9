import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { createClient } from '@attune/client';
import { createKey } from '@attune/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, linesOf, type RunningServer, startServer, withLamps } from './running-server.js';

let server: RunningServer;
/** Of the server, moved by hand. */
const clock = { ms: 1000 };
let admin: Record<string, string>;
/** 2 a second, 20 at once. */
let shop: Record<string, string>;

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const documents = '/v1/collections/shop/documents';
const search = '/v1/collections/shop/search';

beforeAll(async () => {
  server = await startServer({ now: () => clock.ms });
  await withLamps(server);
  const { key } = await createKey(server.service.store, { label: 'me', scopes: ['admin'] });
  await server.app.keys.refresh();
  admin = bearer(key);
});
afterAll(() => server.close());

const keyOf = async (costPerSecond: number | null, scopes = ['search', 'write', 'feedback', 'train']) =>
  (await server.json('POST', '/v1/keys', { label: 'shop', scopes, costPerSecond }, admin)).body;

beforeEach(async () => {
  shop = bearer((await keyOf(2)).key);
});

const ask = (method: string, path: string, body?: unknown) => server.json(method, path, body, shop);
/** Uses up all that the key may cost at once but so much. */
async function leave(cost: number): Promise<void> {
  for (let spent = 0; spent < 20 - cost; ++spent)
    expect((await ask('GET', '/v1/collections/shop')).status).toBe(200);
}
const told = ({ status, body, headers }: Answer) => [status, body.code, headers.get('retry-after')];

describe('a key with a limit', () => {
  it('is shown with it, in the list too', async () => {
    const made = await keyOf(50);
    expect(made.costPerSecond).toBe(50);
    const { data } = (await server.json('GET', '/v1/keys', undefined, admin)).body;
    const limits = new Map(
      data.map((key: { id: string; costPerSecond: unknown }) => [key.id, key.costPerSecond]),
    );
    expect(limits.get(made.id)).toBe(50);
    expect([...limits.values()]).toContain(null);
    for (const costPerSecond of [0, 1.5, 1_000_001, '5'])
      expect(
        (await server.json('POST', '/v1/keys', { label: 'x', scopes: ['search'], costPerSecond }, admin))
          .status,
      ).toBe(400);
  });

  it('is refused beyond it with Retry-After, and taken on again after that time; others are not hindered', async () => {
    const other = bearer((await keyOf(2)).key);
    const free = bearer((await keyOf(null)).key);
    await leave(1);
    expect((await ask('POST', search, { text: 'lamp' })).status).toBe(200);
    const refused = await ask('POST', search, { text: '台灯' });
    expect(told(refused)).toEqual([429, 'RATE_LIMITED', '1']);
    expect(refused.body.detail).toContain(
      'at most 2 a second and 20 at once, but this one costs 1 and 0 are left',
    );
    for (const headers of [other, free, admin])
      expect((await server.json('POST', search, { text: 'lamp' }, headers)).status).toBe(200);
    clock.ms += 1000;
    expect((await ask('POST', search, { text: 'lamp' })).status).toBe(200);
  });

  it('pays for what a search asks for, once its body is read and before it is searched', async () => {
    await leave(12);
    const dear = { query: Array.from({ length: 32 }, () => ({ text: 'lamp' })) };
    expect(told(await ask('POST', search, dear))).toEqual([429, 'RATE_LIMITED', '4']);
    clock.ms += 4000;
    expect((await ask('POST', search, dear)).status).toBe(200);
    expect(told(await ask('POST', search, { text: 'lamp' }))).toEqual([429, 'RATE_LIMITED', '7']); // 12 are owed
    clock.ms += 7000;
    const filter = { field: 'price', atMost: 50 };
    expect((await ask('POST', search, { text: 'lamp', filter })).body.hits).toHaveLength(2);
  });

  it('pays for a filter by its conditions and the documents that there are', async () => {
    await server.service.createCollection('many');
    const writes = Array.from({ length: 520 }, (_, i) => ({
      op: 'upsert' as const,
      id: `${i}`,
      fields: { title: `橡木台灯 ${i}` },
      attributes: { price: i },
    }));
    await server.service.write('many', writes, { refresh: true });
    const or = Array.from({ length: 1024 }, (_, i) => ({ field: 'price', atLeast: i, below: i + 1 }));
    await leave(2);
    const path = '/v1/collections/many/search';
    expect((await ask('POST', path, { text: '台灯', filter: { or: or.slice(0, 500) } })).status).toBe(200);
    clock.ms += 500;
    expect(told(await ask('POST', path, { text: '台灯', filter: { or } }))).toEqual([
      429,
      'RATE_LIMITED',
      '1',
    ]);
    clock.ms += 500;
    expect((await ask('POST', path, { text: '台灯', filter: { or } })).status).toBe(200);
  });

  it('pays for bodies before they are read, where they say their length', async () => {
    await leave(5);
    const { hostname, port } = new URL(server.url);
    const headers = { ...shop, 'content-type': 'application/json', 'content-length': 40_000 };
    const status = await new Promise((resolve, reject) => {
      const sent = httpRequest(
        { hostname, port, method: 'PUT', path: `${documents}/late`, headers },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
          sent.destroy();
        },
      );
      sent.on('error', reject);
      sent.flushHeaders(); // and no body
    });
    expect(status).toBe(429);
    const lines = linesOf([{ id: 'new', fields: { title: 'Lamp '.repeat(2000) } }]);
    const bulk = (body: string) =>
      fetch(server.url + documents, {
        method: 'POST',
        headers: { ...shop, 'content-type': 'application/x-ndjson' },
        body,
      });
    expect((await bulk(lines)).status).toBe(200); // 10 KB: 3
    expect((await bulk(lines)).status).toBe(429);
  });

  it('pays for bodies that do not say their length when they have come, bulk writes by a debt', async () => {
    await leave(5);
    const packed = (path: string, type: string, body: string, method = 'POST') =>
      fetch(server.url + path, {
        method,
        headers: { ...shop, 'content-type': type, 'content-encoding': 'gzip' },
        body: gzipSync(body),
      });
    const document = JSON.stringify({ fields: { title: '台灯 '.repeat(3000) } });
    expect((await packed(`${documents}/packed`, 'application/json', document, 'PUT')).status).toBe(429);
    const click = { action_name: 'click', user_query: 'lamp '.repeat(1000) };
    const events = JSON.stringify(Array(8).fill(click));
    expect((await packed('/v1/events', 'application/json', events)).status).toBe(429);
    const lines = linesOf(
      Array.from({ length: 8 }, (_, i) => ({ id: `${i}`, fields: { title: 'Lamp '.repeat(2000) } })),
    );
    expect((await packed(documents, 'application/x-ndjson', lines)).status).toBe(200);
    expect(told(await ask('GET', '/v1/collections'))).toEqual([429, 'RATE_LIMITED', '9']);
  });

  it('pays for embeddings by texts, for pages by their length, and for what starts a job', async () => {
    await leave(4);
    const input = Array.from({ length: 64 }, (_, i) => `橡木 ${i}`);
    const embed = (texts: string[]) => ask('POST', '/v1/embeddings', { model: 'shop', input: texts });
    const refused = await embed(input);
    expect([refused.status, refused.body.error.code, refused.body.error.type]).toEqual([
      429,
      'RATE_LIMITED',
      'rate_limit_error',
    ]);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await embed(input.slice(0, 33))).status).toBe(200); // 3
    expect((await ask('GET', `${documents}?limit=100`)).status).toBe(429);
    expect((await ask('GET', `${documents}?limit=99`)).status).toBe(200);
    const job = { kind: 'validate', dataset: 'none' };
    expect(told(await ask('POST', '/v1/jobs', job))).toEqual([429, 'RATE_LIMITED', '10']);
    clock.ms += 10_000;
    expect((await ask('POST', '/v1/jobs', job)).status).not.toBe(429);
    expect(told(await ask('GET', '/v1/collections'))).toEqual([429, 'RATE_LIMITED', '41']);
  });

  it('is counted in the metrics by its id, and never by its secret', async () => {
    const { id, key } = await keyOf(1);
    shop = bearer(key);
    for (let i = 0; i < 12; ++i) await ask('GET', '/v1/collections');
    const { text } = await server.json('GET', '/metrics', undefined, admin);
    expect(text).toContain(`attune_requests_over_limit_total{key="${id}"} 2\n`);
    for (const each of [text, ...server.log]) expect(each).not.toContain(key.split('_')[2]);
  });

  it('is waited for by the client, as a busy server is', async () => {
    await leave(0);
    const client = createClient({
      url: server.url,
      key: shop['authorization']!.slice('Bearer '.length),
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        if (answer.status === 429) clock.ms += 1000;
        return answer;
      },
    });
    expect((await client.search('shop', { text: 'lamp' })).hits.length).toBeGreaterThan(0);
  });
});

it('every route that takes a body of documents, texts or events is paid by it, and what is long as such', () => {
  const of = (kind: string) =>
    server.app.declaredRoutes
      .filter(({ cost }) => cost === kind)
      .map(({ method, url }) => `${method} ${url}`)
      .sort();
  expect(of('body')).toEqual(
    [
      'PATCH /v1/collections/:collection/documents/:id',
      'POST /v1/collections/:collection/documents',
      'POST /v1/embeddings',
      'POST /v1/events',
      'PUT /v1/collections/:collection/documents/:id',
      'DELETE /v1/collections/:collection/documents/:id',
    ].sort(),
  );
  expect(of('long')).toEqual([
    'POST /v1/collections',
    'POST /v1/collections/:collection/promote',
    'POST /v1/collections/:collection/rollback',
    'POST /v1/datasets/:dataset/validate',
    'POST /v1/jobs',
    'POST /v1/models',
    'PUT /v1/datasets/:dataset/files/:file',
  ]);
  const known = server.app.declaredRoutes.filter(
    ({ memoryBytes, cost }) => memoryBytes !== undefined && cost === 'one',
  );
  expect(known).toEqual([]);
});
