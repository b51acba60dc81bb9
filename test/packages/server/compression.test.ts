import { request } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf, type RunningServer, startServer, withLamps } from './running-server.js';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  await withLamps(server);
});
afterAll(() => server.close());

const search = '/v1/collections/shop/search';

interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** Nothing is packed or unpacked on the way, as fetch would. */
function raw(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(server.url + path, { method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () =>
        resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(parts) }),
      );
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip' };

describe('a packed body', () => {
  it('is what it is when unpacked, with its length and in chunks', async () => {
    const body = gzipSync(JSON.stringify({ text: 'desk lamp', limit: 1 }));
    for (const more of [{ 'content-length': String(body.length) }, { 'transfer-encoding': 'chunked' }, {}]) {
      const { status, body: answer } = await raw('POST', search, { ...packed, ...more }, body);
      expect(status, answer.toString()).toBe(200);
      expect(JSON.parse(answer.toString()).hits[0].id).toBe('oak');
    }
    const writes = Array.from({ length: 2000 }, (_, i) => ({
      id: `z${i}`,
      fields: { title: `packed ${i}` },
    }));
    const types = { ...packed, 'content-type': 'application/x-ndjson' };
    const bulk = await raw('POST', '/v1/collections/shop/documents', types, gzipSync(linesOf(writes)));
    expect(bulk.body.toString().trim().split('\n')).toHaveLength(2000);
    const upload = await raw(
      'PUT',
      '/v1/datasets/packed/files/a.csv',
      { 'content-encoding': 'gzip' },
      gzipSync('a,b\n'),
    );
    expect(JSON.parse(upload.body.toString()).files[0]).toMatchObject({ name: 'a.csv', bytes: 4 });
  });

  it('is refused by the size that it unpacks to', async () => {
    const small = gzipSync(JSON.stringify({ text: 'x'.repeat(20 * 1024 * 1024) }));
    expect(small.length).toBeLessThan(64 * 1024);
    const startedAt = performance.now();
    expect((await raw('POST', search, packed, small)).status).toBe(413);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    const lines = gzipSync(Buffer.alloc(80 * 1024 * 1024, '{}\n'));
    const types = { ...packed, 'content-type': 'text/csv' };
    expect((await raw('POST', '/v1/collections/shop/documents', types, lines)).status).toBe(413);
  });

  it.each([
    ['that is not packed', Buffer.from('{"text":"lamp"}')],
    ['that is cut off', gzipSync(JSON.stringify({ text: 'lamp'.repeat(50) })).subarray(0, -12)],
    ['of nothing', Buffer.alloc(0)],
  ])('%s is refused, and others are served after it', async (_, body) => {
    const answer = await raw('POST', search, packed, body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((await server.json('POST', search, { text: 'lamp' })).status).toBe(200);
  });
});

describe('an answer', () => {
  const list = '/v1/collections/shop/documents?limit=1000';
  beforeAll(async () => {
    const writes = Array.from({ length: 200 }, (_, i) => ({ id: `a${i}`, fields: { title: `thing ${i}` } }));
    const type = { 'content-type': 'application/x-ndjson' };
    await server.json('POST', '/v1/collections/shop/documents', linesOf(writes), type);
  });

  it.each(['gzip', 'GZIP', 'br, gzip;q=0.5', '*', 'gzip, deflate'])('is packed for %s', async (accepted) => {
    const plain = await raw('GET', list, {});
    const answer = await raw('GET', list, { 'accept-encoding': accepted });
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(answer.body.length).toBeLessThan(plain.body.length / 3);
    expect(Number(answer.headers['content-length'])).toBe(answer.body.length);
    expect(gunzipSync(answer.body)).toEqual(plain.body);
  });

  it.each(['', 'br', 'gzip;q=0', 'identity', '*;q=0, br'])('is sent as it is for %j', async (accepted) => {
    const answer = await raw('GET', list, { 'accept-encoding': accepted });
    expect([answer.headers['content-encoding'], answer.headers['vary']]).toEqual([
      undefined,
      'accept-encoding',
    ]);
    expect(JSON.parse(answer.body.toString()).data.length).toBeGreaterThan(200);
  });

  it('that is short is sent as it is, and one that comes in pieces is packed as it comes', async () => {
    const accept = { 'accept-encoding': 'gzip' };
    expect((await raw('GET', '/healthz', accept)).headers['content-encoding']).toBeUndefined();
    const input = Array.from({ length: 500 }, (_, i) => `thing ${i}`);
    const body = Buffer.from(JSON.stringify({ model: 'shop', input }));
    const types = { ...accept, 'content-type': 'application/json' };
    const answer = await raw('POST', '/v1/embeddings', types, body);
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(answer.body).toString()).data).toHaveLength(500);
    const head = await raw('HEAD', list, accept);
    expect([head.status, head.body.length, head.headers['content-encoding']]).toEqual([200, 0, undefined]);
  });
});
