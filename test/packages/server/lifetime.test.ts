import { connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendError } from '../../../packages/server/src/errors.js';
import { Lifetime } from '../../../packages/server/src/lifetime.js';

const timeoutMs = 300;
let app: FastifyInstance;
let url: string;
/** Aborted when the handler's request is over too early. */
let signal: AbortSignal | undefined;

beforeAll(async () => {
  app = Fastify();
  app.decorateRequest('lifetime');
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, '/nowhere'));
  app.addHook('onRequest', async (request, reply) => {
    const lifetime = new Lifetime(request, reply, timeoutMs);
    request.lifetime = lifetime;
    reply.raw.once('close', () => lifetime.close());
  });
  app.post('/:ms', async (request) => {
    signal = request.lifetime.signal;
    await new Promise((resolve) => setTimeout(resolve, Number((request.params as { ms: string }).ms)));
    return { aborted: signal.aborted };
  });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

const post = (ms: number, more: RequestInit = {}) =>
  fetch(`${url}/${ms}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    ...more,
  });

describe('a request', () => {
  it('goes on after its body has been read', async () => {
    const answer = await post(100);
    expect([answer.status, await answer.json()]).toEqual([200, { aborted: false }]);
    await new Promise((resolve) => setTimeout(resolve, timeoutMs + 50));
    expect(signal!.aborted).toBe(false);
  });

  it('that takes longer than its route allows is answered 503, and its work is called off', async () => {
    const answer = await post(1000);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(signal!.aborted).toBe(true);
  });

  it('whose client goes away has its work called off within 100 ms', async () => {
    const controller = new AbortController();
    signal = undefined;
    const asked = post(1000, { signal: controller.signal });
    await expect.poll(() => signal !== undefined, { interval: 5 }).toBe(true);
    controller.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(() => signal!.aborted, { timeout: 100, interval: 5 }).toBe(true);
  });

  it('whose body is late is answered 408 and closed', async () => {
    const { hostname, port } = new URL(url);
    const received = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname);
      let text = '';
      socket.write(
        'POST /1 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{',
      );
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
    });
    expect(received).toMatch(/^HTTP\/1.1 408/);
    expect(received).toMatch(/connection: close/i);
  });
});
