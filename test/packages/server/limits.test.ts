import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer, withLamps } from './running-server.js';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ limits: { headersTimeoutMs: 1500 } });
  await withLamps(server);
});
afterAll(() => server.close());

const search = '/v1/collections/shop/search';
const problem = expect.objectContaining({
  type: expect.stringMatching(/^urn:attune:error:/),
  title: expect.any(String),
  detail: expect.any(String),
  request_id: expect.any(String),
});

describe('what a body may be', () => {
  it.each([
    ['text/plain', 415],
    ['application/xml', 415],
    ['application/jsonx', 415],
    ['application/x-ndjson', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json; charset=utf-16', 415],
    ['application/json\t; charset=utf-8', 400],
    ['application/json ; charset=utf-8', 400],
    ['application/json;', 400],
    ['APPLICATION/JSON', 400],
    ['application/json, text/plain', 415],
    ['nonsense', 415],
  ])('with the Content-Type %j is answered %i: no type goes past the schema', async (type, status) => {
    const answer = await server.json('POST', '/v1/collections', '{"name":"NOT A NAME"}', {
      'content-type': type,
    });
    expect([400, 415]).toContain(answer.status);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual(problem);
  });

  it.each([
    [
      '/v1/collections',
      'text/csv',
      'a body of the Content-Type application/json, but received "text/csv"',
      'application/json',
    ],
    [
      '/v1/events',
      'text/csv',
      'application/json or application/x-ndjson, but',
      'application/json, application/x-ndjson',
    ],
    ['/v1/collections', undefined, 'but received none', 'application/json'],
    ['/v1/collections/shop/rollback', 'text/plain', 'no body, but received "text/plain"', ''],
  ])(
    'of the route %s that is %s is answered with the types that the route takes',
    async (path, type, detail, accept) => {
      const answer = await fetch(server.url + path, {
        method: 'POST',
        headers: type === undefined ? {} : { 'content-type': type },
        body: new Blob(['a,b']),
      });
      expect([answer.status, answer.headers.get('accept')]).toEqual([415, accept]);
      expect(((await answer.json()) as { detail: string }).detail).toContain(detail);
    },
  );

  it.each(['br', 'deflate', 'zstd', 'gzip, gzip'])(
    'with the Content-Encoding %s is refused unread',
    async (encoding) => {
      const answer = await server.json('POST', search, '{"text":"lamp"}', { 'content-encoding': encoding });
      expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'gzip, identity']);
      expect(answer.body).toEqual(problem);
    },
  );

  it('is refused by its size, said or not', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(300 * 1024) });
    expect((await server.json('POST', search, large)).status).toBe(413);
    const streamed = await fetch(server.url + search, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([large]).stream(),
      duplex: 'half',
    });
    expect(streamed.status).toBe(413);
  });

  const nested = (depth: number) =>
    `{"text":"a","filter":${'{"not":'.repeat(depth)}{"field":"set","equals":"wood"}${'}'.repeat(depth)}}`;
  const members = (count: number) => `{${Array.from({ length: count }, (_, i) => `"m${i}":1`).join(',')}}`;

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a text', '"lamp"'],
    ['null', 'null'],
    ['an array', '[]'],
    ['a depth of 100,000', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['a filter of 17 levels', nested(16)],
    ['a filter of 25 levels', nested(25)],
    ['10,000 members', members(10_000)],
    ['__proto__', '{"text":"a","__proto__":{"limit":5}}'],
    ['__proto__ in escapes', '{"text":"a","\\u005f\\u005fproto__":{"limit":5}}'],
    ['constructor', '{"text":"a","constructor":{"prototype":{}}}'],
    ['1e400', '{"text":"a","limit":1e400}'],
    ['NaN', '{"text":"a","limit":NaN}'],
    ['a number as text', '{"text":"a","limit":"5"}'],
    ['half a hit', '{"text":"a","limit":0.5}'],
    ['too many hits', '{"text":"a","limit":1001}'],
    ['a far page', '{"text":"a","offset":10001}'],
    ['an unknown mode', '{"text":"a","mode":"magic"}'],
    ['an unknown member', '{"text":"a","k":5}'],
    ['a blank text', '{"text":"  "}'],
    ['a lone surrogate', '{"text":"\\ud800"}'],
    ['a vector of another size', '{"vector":[1,2,3]}'],
    ['a vector beyond float32', '{"vector":[1e39]}'],
    ['a vector of text', '{"vector":"not base64!"}'],
    ['a vector of odd bytes', '{"vector":"QUJD"}'],
    ['a filter as text', '{"text":"a","filter":"set = wood"}'],
    ['a filter of two forms', '{"text":"a","filter":{"field":"set","equals":"wood","and":[]}}'],
    ['a filter without a bound', '{"text":"a","filter":{"field":"set"}}'],
    ['bounds of two types', '{"text":"a","filter":{"field":"price","atLeast":1,"atMost":"z"}}'],
    [
      '1,025 terms',
      `{"text":"a","filter":{"or":[${'{"field":"set","equals":1},'.repeat(1024)}{"field":"set","equals":1}]}}`,
    ],
  ])('%s is answered 400', async (_what, body) => {
    const startedAt = performance.now();
    const answer = await server.json('POST', search, body);
    expect(answer.body).toEqual(problem);
    expect(answer.status).toBe(400);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(answer.text).not.toMatch(/\/tmp\/|at .*\.(ts|js):\d/);
  });

  it('-0, duplicate members and the largest filter are as JSON has them', async () => {
    const values = JSON.stringify(Array.from({ length: 1024 }, (_, i) => `set ${i}`));
    for (const body of [
      '{"text":"lamp","offset":-0}',
      '{"text":"chair","text":"lamp"}',
      `{"text":"lamp","filter":{"field":"set","in":${values}}}`,
      nested(15),
    ]) {
      expect((await server.json('POST', search, body)).status, body.slice(0, 60)).toBe(200);
    }
  });
});

describe('what a path may be', () => {
  it.each([
    '/v1/collections/%zz',
    '/v1/collections/..%2f..%2fetc%2fpasswd',
    '/v1/collections/%2e%2e',
    '/v1/collections/a%00b',
    `/v1/collections/${'a'.repeat(300)}`,
    '/v1/collections/%D1%95hop',
    '/v1/collections/SHOP',
    '/v1/collections/-shop',
    '/v1/collections/shop/documents/%0a',
    '/v1/collections/shop/documents/%ED%A0%80',
    `/v1/collections/shop/documents/${'a'.repeat(513)}`,
    '/v1/collections/shop/documents?limit=0',
    '/v1/collections/shop/documents?limit=1e9',
    '/v1/collections/shop/documents?cursor=%00',
    '/v1/collections/shop/documents?unknown=1',
  ])('%s is answered 400', async (path) => {
    // As it is: fetch would resolve the dots.
    const answer = await raw(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 400/);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual(problem);
  });

  it('that is of no route is answered 404, a wrong method 405 with what is allowed', async () => {
    const nowhere = await server.json('GET', '/v1/nowhere');
    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'NOT_FOUND']);
    const wrong = await server.json('PUT', '/v1/collections/shop', {});
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')?.split(', ')).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH']);
    const head = await fetch(`${server.url}/v1/collections/shop`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('every answer', () => {
  it('has its headers, and says nothing of what it is made with', async () => {
    for (const path of ['/healthz', '/v1/collections', '/v1/nowhere', '/v1/collections/%zz', '/metrics']) {
      const { headers } = await server.json('GET', path, undefined, { 'x-request-id': 'abc-1' });
      expect(headers.get('x-request-id'), path).toBe('abc-1');
      expect(headers.get('cache-control'), path).toBe('no-store');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.has('server') || headers.has('x-powered-by'), path).toBe(false);
    }
  });

  it('has an id of ours where the caller’s is no plain one', async () => {
    for (const id of ['a'.repeat(65), 'a b', 'a"b', 'ä'.normalize('NFC')]) {
      const { headers } = await server.app.inject({ url: '/healthz', headers: { 'x-request-id': id } });
      expect(headers['x-request-id']).toMatch(/^[a-z0-9]+-[a-z0-9]+$/);
    }
  });
});

describe('a connection', () => {
  it.each([
    ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n\r\nhello'],
    ['a length and chunks', 'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['chunks of no size', 'transfer-encoding: chunked\r\n\r\nxyz\r\n\r\n'],
    ['an unknown transfer encoding', 'transfer-encoding: magic\r\n\r\nhello'],
    ['a line of white space in its head', 'x: y\r\n z: a\r\n content-length: 1\r\n\r\n'],
  ])('with %s is answered 4xx or closed, and nothing after it is a request', async (_what, rest) => {
    const answer = await raw(
      `POST /v1/collections HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${rest}` +
        'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n',
    );
    expect(answer.match(/HTTP\/1.1 (\d+)/g)?.length ?? 0).toBeLessThanOrEqual(1);
    if (answer !== '') expect(answer).toMatch(/^HTTP\/1.1 4\d\d/);
  });

  it('whose head does not come is closed, and others are served meanwhile', async () => {
    const startedAt = performance.now();
    const slow = Array.from({ length: 50 }, () => raw('GET /healthz HTTP/1.1\r\nhost: local', 8000));
    expect((await server.json('POST', search, { text: 'lamp' })).status).toBe(200);
    const answers = await Promise.all(slow);
    expect(performance.now() - startedAt).toBeLessThan(6000);
    for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1.1 408|$)/);
  });
});

function raw(text: string, timeoutMs = 1500): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.write(text);
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}
