import { afterEach, describe, expect, it } from 'vitest';
import { AttuneApiError, AttuneConnectionError } from '../../../packages/client/src/index.js';
import { linesOf } from '../../../packages/client/src/reply.js';
import { type ClientOptions, Transport } from '../../../packages/client/src/transport.js';
import { json, problem, scriptedServer } from './scripted-server.js';

type Server = Awaited<ReturnType<typeof scriptedServer>>;
let server: Server | undefined;
afterEach(() => server?.close());

async function against(options: Partial<ClientOptions>, ...scripts: Parameters<typeof scriptedServer>) {
  server = await scriptedServer(...scripts);
  return { server, transport: new Transport({ url: server.url, ...options }) };
}
const get = { method: 'GET', path: '/v1/models', repeatable: true };

describe('a request', () => {
  it('carries the key, and its query without what is undefined', async () => {
    const { server, transport } = await against({ key: 'attune_a_b' }, json(200, { data: [1] }));
    const reply = await transport.send({ ...get, query: { limit: 2, cursor: undefined, q: 'a b&c' } });
    expect(await reply.json()).toEqual({ data: [1] });
    expect(server.seen[0]).toMatchObject({ method: 'GET', url: '/v1/models?limit=2&q=a+b%26c' });
    expect(server.seen[0]!.headers.authorization).toBe('Bearer attune_a_b');
  });

  it('goes below the path of the url', async () => {
    const { server } = await against({}, json(200, {}));
    await (await new Transport({ url: `${server.url}/search/` }).send(get)).json();
    expect(server.seen[0]!.url).toBe('/search/v1/models');
  });

  it('does not follow to another place, which would get the key', async () => {
    const { transport, server } = await against({ key: 'attune_a_b' }, (response) =>
      response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    );
    await expect(transport.send(get)).rejects.toThrow(AttuneConnectionError);
    expect(server.seen).toHaveLength(1);
  });
});

describe('an error of the server', () => {
  it('is told with all that a problem says', async () => {
    const { transport } = await against({}, problem(404, 'NOT_FOUND'));
    const error = await transport.send(get).catch((e) => e);
    expect(error).toBeInstanceOf(AttuneApiError);
    expect(error).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
      title: 'No',
      detail: 'It is so.',
      requestId: 'r-1',
      retryAfter: undefined,
      errors: [],
      message: 'NOT_FOUND (404): It is so.',
    });
  });

  it("is understood in OpenAI's shape", async () => {
    const body = { error: { message: 'Too long', type: 'invalid_request_error', param: null, code: 'LONG' } };
    const { transport } = await against({}, json(400, body, { 'x-request-id': 'r-2' }));
    const error = await transport.send(get).catch((e) => e);
    expect(error).toMatchObject({ status: 400, code: 'LONG', detail: 'Too long', requestId: 'r-2' });
  });

  it('keeps the words of a proxy that knows no problems', async () => {
    const { transport } = await against({}, (response) =>
      response.writeHead(502).end('<h1>Bad gateway</h1>'),
    );
    const error = await transport.send(get).catch((e) => e);
    expect(error).toMatchObject({ status: 502, code: 'UNKNOWN', detail: '<h1>Bad gateway</h1>' });
  });

  it('is not made of an answer that is no JSON', async () => {
    const { transport } = await against({}, (response) => response.end('<h1>Welcome</h1>'));
    const reply = await transport.send(get);
    await expect(reply.json()).rejects.toThrow('expected JSON');
  });
});

describe('a busy server', () => {
  it('is asked again after the wait that it asks for', async () => {
    const { server, transport } = await against(
      {},
      problem(429, 'OVERLOADED', { 'retry-after': '0' }),
      problem(503, 'UNAVAILABLE', { 'retry-after': '1' }),
      json(200, { ok: true }),
    );
    const from = performance.now();
    expect(await (await transport.send(get)).json()).toEqual({ ok: true });
    expect(performance.now() - from).toBeGreaterThanOrEqual(1000);
    expect(server.seen).toHaveLength(3);
  });

  const once: [string, object, number, Record<string, string>, Partial<ClientOptions>][] = [
    ['the request may not be repeated', { repeatable: false }, 503, { 'retry-after': '0' }, {}],
    ['the server does not say when', {}, 503, {}, {}],
    ['the wait is too long', {}, 429, { 'retry-after': '31' }, {}],
    ['nobody wants it', {}, 429, { 'retry-after': '0' }, { retries: 0 }],
    ['it failed otherwise', {}, 500, { 'retry-after': '0' }, {}],
  ];
  it.each(once)('is not asked again when %s', async (_, request, status, headers, options) => {
    const { server, transport } = await against(options, problem(status, 'X', headers));
    await expect(transport.send({ ...get, ...request })).rejects.toMatchObject({ status });
    expect(server.seen).toHaveLength(1);
  });

  it('is asked a bounded number of times', async () => {
    const busy = problem(429, 'OVERLOADED', { 'retry-after': '0' });
    const { server, transport } = await against({ retries: 2 }, busy, busy, busy);
    await expect(transport.send(get)).rejects.toMatchObject({ code: 'OVERLOADED', retryAfter: 0 });
    expect(server.seen).toHaveLength(3);
  });

  it('is no longer waited for when the caller gives up', async () => {
    const { transport } = await against({}, problem(503, 'UNAVAILABLE', { 'retry-after': '20' }));
    const caller = new AbortController();
    setTimeout(() => caller.abort(new Error('enough')), 100);
    await expect(transport.send({ ...get, signal: caller.signal })).rejects.toThrow('enough');
  });
});

describe('a request that gets no answer', () => {
  it('ends in time, saying how long', async () => {
    const { transport } = await against({ timeoutMs: 100 }, () => undefined);
    const error = await transport.send(get).catch((e) => e);
    expect(error).toBeInstanceOf(AttuneConnectionError);
    expect(error).toMatchObject({ reason: 'timeout' });
    expect(error.message).toContain('GET /v1/models: nothing came for 100 ms');
  });

  it('ends in time when the body stops coming', async () => {
    const { transport } = await against({ timeoutMs: 100 }, (response) => response.write('{"data":'));
    const reply = await transport.send(get);
    await expect(reply.json()).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('may take longer than the time limit as long as something comes, and be read as slowly as one likes', async () => {
    const { transport } = await against({ timeoutMs: 200 }, async (response) => {
      for (let line = 0; line < 5; line++) {
        response.write(`${line}\n`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      response.end('last');
    });
    const lines: string[] = [];
    for await (const line of linesOf((await transport.send(get)).pieces())) {
      if (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 300));
      lines.push(line);
    }
    expect(lines).toEqual(['0', '1', '2', '3', '4', 'last']);
  });

  it('says that nobody listens', async () => {
    const { server, transport } = await against({});
    await server.close();
    const error = await transport.send(get).catch((e) => e);
    expect(error).toMatchObject({ name: 'AttuneConnectionError', reason: 'network' });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it("ends with the caller's reason", async () => {
    const { transport } = await against({}, () => undefined);
    const caller = new AbortController();
    setTimeout(() => caller.abort(new Error('changed my mind')), 50);
    await expect(transport.send({ ...get, signal: caller.signal })).rejects.toThrow('changed my mind');
    await expect(transport.send({ ...get, signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow(
      'no',
    );
  });
});
