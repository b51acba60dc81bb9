import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { createServer, serve } from '@attune/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RunningServer, startServer, withLamps } from './running-server.js';

const started: RunningServer[] = [];
async function start(...options: Parameters<typeof startServer>): Promise<RunningServer> {
  const server = await startServer(...options);
  started.push(server);
  return server;
}
afterEach(async () => {
  for (const server of started.splice(0)) await server.close();
});

describe('probes and metrics', () => {
  it('say that it is alive, and what it waits for until it is ready', async () => {
    const server = await start();
    for (const path of ['/healthz', '/livez']) {
      expect((await server.json('GET', path)).body).toEqual({ status: 'ok' });
    }
    expect((await server.json('GET', '/readyz')).body).toEqual({ ready: true, waiting: [], store: 'ok' });
    await server.service.close();
    const { status, body } = await server.json('GET', '/readyz');
    expect([status, body.ready]).toEqual([503, false]);
  });

  it('are in the text format, with what happened in them and no words of anybody', async () => {
    const server = await start();
    await withLamps(server);
    await server.json('POST', '/v1/collections/shop/search', { text: 'velvet' });
    await server.json('POST', '/v1/collections/nowhere/search', { text: 'velvet' });
    await server.json('POST', '/v1/embeddings', { model: 'shop', input: ['velvet', 'silk'] });
    await server.json('POST', '/v1/events', [
      { action_name: 'click', application: 'shop' },
      { action_name: 'velvet', application: 'shop' },
    ]);
    const { text, headers } = await server.json('GET', '/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/);

    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})? (\S+)$/;
    const values = new Map<string, number>();
    const typed = new Set<string>();
    for (const line of text.split('\n').filter((each) => each !== '')) {
      if (line.startsWith('#')) {
        const [, what, name] = line.split(' ');
        if (what === 'TYPE') typed.add(name!);
        continue;
      }
      const [, name, labels = '', value] = sample.exec(line) ?? [];
      expect(name, line).toBeDefined();
      expect(
        [...typed].some((each) => name === each || name!.startsWith(`${each}_`)),
        line,
      ).toBe(true);
      values.set(name! + labels, Number(value));
      expect(Number.isNaN(Number(value)) && value !== 'NaN', line).toBe(false);
    }
    const requests = 'attune_http_request_duration_seconds_count';
    const route = 'route="/v1/collections/:collection/search",method="POST"';
    expect(values.get(`${requests}{${route},status="200"}`)).toBe(1);
    expect(values.get(`${requests}{${route},status="404"}`)).toBe(1);
    expect(values.get('attune_search_duration_seconds_count{collection="shop"}')).toBe(1);
    const shop = '{collection="shop"}';
    expect(values.get(`attune_search_queue_depth${shop}`)).toBe(0);
    for (const each of ['queue_duration_seconds', 'batch_duration_seconds', 'batch_size'])
      expect(values.get(`attune_search_${each}_count${shop}`), each).toBe(1);
    expect(values.get(`attune_search_batch_size_sum${shop}`)).toBe(1);
    expect(values.get('attune_embed_request_texts_sum')).toBe(2);
    expect(values.get('attune_feedback_events_total{type="click"}')).toBe(1);
    expect(values.get('attune_feedback_events_total{type="other"}')).toBe(1);
    expect(values.get('attune_events')).toBe(2);
    expect(values.get('attune_collections_open')).toBe(1);
    expect(values.get('attune_documents{collection="shop"}')).toBe(4);
    expect(values.get('attune_index_vectors{collection="shop"}')).toBe(4);
    expect(text).toMatch(/attune_model_info\{collection="shop",model="attune-base-en",.*dim="\d+"\} 1/);
    expect(text).toMatch(/process_resident_memory_bytes \d/);
    expect(text).not.toMatch(/velvet|silk|nowhere/);
  });

  it('tell nothing of a collection that was dropped, nor of an alias that was taken away', async () => {
    const server = await start();
    await withLamps(server);
    await server.json('PUT', '/v1/aliases/window', { collection: 'shop' });
    for (const name of ['shop', 'window'])
      expect((await server.json('POST', `/v1/collections/${name}/search`, { text: 'velvet' })).status).toBe(
        200,
      );
    const seriesOf = async (name: string) =>
      (await server.json('GET', '/metrics')).text.split('\n').filter((line) => line.includes(`="${name}"`));
    expect((await seriesOf('shop')).length).toBeGreaterThan(50);
    expect((await seriesOf('window')).length).toBeGreaterThan(10);
    expect((await server.json('DELETE', '/v1/aliases/window')).status).toBe(204);
    expect(await seriesOf('window')).toEqual([]);
    expect((await server.json('DELETE', '/v1/collections/shop')).status).toBe(204);
    expect(await seriesOf('shop')).toEqual([]);
  });
});

describe('a server that listens', () => {
  it('is refused a host that others reach while there is no key, and let have it with one', async () => {
    const server = await start();
    const app = await createServer({ service: server.service, logger: server.app.log });
    for (const host of ['0.0.0.0', '::', 'example.org']) {
      await expect(serve(app, { host, port: 0 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    const { port } = new URL(server.url);
    await expect(serve(app, { port: Number(port) })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const { createKey } = await import('@attune/server');
    await createKey(server.service.store, { label: 'first', scopes: ['admin'] });
    expect(await serve(app, { host: '0.0.0.0', port: 0 })).toMatch(/^http:/);
    await app.close();
  });
});

describe('a server with too much to do', () => {
  it('refuses what is beyond its bound at once, with Retry-After, and not its probes', async () => {
    const server = await start({ limits: { maxRequests: 2 } });
    await withLamps(server);
    const ask = () => server.json('POST', '/v1/collections/shop/search', { text: 'lamp' });
    const answers = await Promise.all(Array.from({ length: 40 }, ask));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(1);
    expect(refused.length).toBeGreaterThan(1);
    for (const { headers, body } of refused) {
      expect(headers.get('retry-after')).toBe('1');
      expect(body.code).toBe('OVERLOADED');
    }
    expect((await server.json('GET', '/healthz')).status).toBe(200);
    expect((await ask()).status).toBe(200);
  });

  it('sheds while its event loop runs late', async () => {
    const server = await start({ limits: { maxEventLoopDelayMs: 50 } });
    for (let i = 0; i < 3; ++i) {
      const end = performance.now() + 300;
      while (performance.now() < end); // what holds the loop up
      await new Promise((resolve) => setTimeout(resolve));
    }
    const answers = await Promise.all([
      server.json('GET', '/v1/collections'),
      server.json('GET', '/v1/collections'),
      server.json('GET', '/healthz'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(answers[0]!.headers.get('retry-after')).toBe('1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await server.json('GET', '/v1/collections')).status).toBe(200);
  });
});

describe('close', () => {
  it('under load answers what is under way, refuses what is new and ends in time', async () => {
    const server = await start();
    await withLamps(server);
    const statuses: (number | string)[] = [];
    let isClosing = false;
    const client = async () => {
      for (;;) {
        try {
          const { status, text } = await server.json('POST', '/v1/collections/shop/search', {
            text: 'desk lamp',
          });
          statuses.push(status);
          if (status === 200) expect(JSON.parse(text).hits).toHaveLength(4);
        } catch (error) {
          statuses.push(((error as Error).cause as { code?: string } | undefined)?.code ?? String(error));
          if (isClosing) return;
        }
        if (isClosing && statuses.at(-1) !== 200) return;
      }
    };
    const clients = Array.from({ length: 20 }, client);
    const idle = new Agent({ keepAlive: true });
    const [response] = await once(get(`${server.url}/healthz`, { agent: idle }), 'response');
    response.resume();
    const answered = () => statuses.filter((status) => status === 200).length;
    await vi.waitFor(() => expect(answered()).toBeGreaterThan(20), { timeout: 60_000 });

    const startedAt = performance.now();
    isClosing = true;
    await server.app.close();
    expect(performance.now() - startedAt).toBeLessThan(5000);
    await Promise.all(clients);
    idle.destroy();
    const others = new Set(statuses.filter((status) => status !== 200));
    // A connection that was just about to be used again may be closed under it; nothing that was begun is lost.
    for (const status of others)
      expect([503, 'ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET']).toContain(status);
  });
});
