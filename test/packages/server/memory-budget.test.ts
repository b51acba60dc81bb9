import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../../packages/server/src/memory-budget.js';
import { type RunningServer, startServer, withLamps } from './running-server.js';

const MiB = 2 ** 20;

describe('the memory that requests hold together', () => {
  it('is given to a request while others leave enough, and given back', () => {
    const budget = new MemoryBudget(10 * MiB);
    let refused = 0;
    budget.refused = () => ++refused;
    const [first, second] = [budget.request(), budget.request()];
    first.add(6 * MiB);
    expect(() => second.add(6 * MiB)).toThrow(/5\.9 MiB of memory.*hold 5\.9 of the 10 MiB/);
    second.add(4 * MiB);
    expect(refused).toBe(1);
    first.release();
    second.add(5 * MiB);
    second.release();
    expect(budget.heldBytes).toBe(0);
    second.add(5 * MiB); // of work that went on when its client had gone
    expect(budget.heldBytes).toBe(0);
  });

  it('does not count small requests, and refuses none of them', () => {
    const budget = new MemoryBudget(MiB);
    const large = budget.request();
    large.add(5 * MiB); // alone it may have more than there is
    const small = Array.from({ length: 100 }, () => budget.request());
    for (const each of small) each.add(64 * 1024);
    expect(budget.heldBytes).toBe(5 * MiB - 64 * 1024);
    expect(() => small[0]!.add(1)).toThrow(/memory/);
    large.add(MiB); // also bit by bit
    for (const each of small) each.release();
    large.release();
    expect(budget.heldBytes).toBe(0);
  });
});

describe('a server whose memory is held', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ limits: { maxMemoryBytes: 20 * MiB } });
    await withLamps(server);
  });
  afterAll(() => server.close());

  const documents = '/v1/collections/shop/documents';
  /** A body that is announced and does not come. */
  function announced(bytes: number) {
    const { hostname, port } = new URL(server.url);
    const request = httpRequest({
      hostname,
      port,
      method: 'PUT',
      path: `${documents}/late`,
      headers: { 'content-type': 'application/json', 'content-length': bytes },
    });
    request.on('error', () => undefined);
    request.flushHeaders();
    return request;
  }
  const held = async (): Promise<number> => {
    const { text } = await server.json('GET', '/metrics');
    return Number(/^attune_http_memory_held_bytes (\d+)/m.exec(text)?.[1]);
  };

  it('refuses a large request before its body is read, answers small ones, and goes on', async () => {
    const late = announced(2 * MiB);
    await expect.poll(held).toBe(8 * MiB - 64 * 1024);
    const refused = await server.json('GET', documents);
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      429,
      'OVERLOADED',
      '1',
    ]);
    expect(refused.body.detail).toMatch(/16 MiB of memory.*hold 7\.9 of the 20 MiB/);
    expect((await server.json('POST', '/v1/collections/shop/search', { text: 'lamp' })).status).toBe(200);
    expect((await server.json('PUT', `${documents}/new`, { fields: { title: 'Lamp' } })).status).toBe(201);
    late.destroy();
    await expect.poll(held).toBe(0);
    expect((await server.json('GET', documents)).status).toBe(200);
    expect((await server.json('GET', '/metrics')).text).toMatch(
      /^attune_requests_shed_total\{code="OVERLOADED"\} 1$/m,
    );
  });

  it('counts a packed table by what it may unpack to, and takes it on where no other holds any', async () => {
    const table = () =>
      fetch(`${server.url}${documents}`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' },
        body: gzipSync('id,title\n7,desk lamp\n'),
      });
    const late = announced(2 * MiB);
    await expect.poll(held).toBe(8 * MiB - 64 * 1024);
    expect((await table()).status).toBe(429);
    late.destroy();
    await expect.poll(held).toBe(0);
    const alone = await table();
    expect([alone.status, await alone.text()]).toEqual([200, expect.stringContaining('"created"')]);
  });
});

describe('pages of long documents', () => {
  let server: RunningServer;
  const texts = ['lorem ipsum '.repeat(80_000), '灯台 '.repeat(80_000)];
  const ids = Array.from({ length: 12 }, (_, i) => `book${String(i).padStart(2, '0')}`);
  beforeAll(async () => {
    server = await startServer();
    await server.service.createCollection('books');
    for (const [i, id] of ids.entries()) {
      const document = { id, fields: { title: `book ${i}` }, attributes: { text: texts[i % 2]! } };
      await server.service.write('books', [{ op: 'upsert', ...document }], { refresh: i === ids.length - 1 });
    }
  }, 240_000);
  afterAll(() => server.close());

  it('end by bytes, and their cursors lead to all documents', async () => {
    const found: string[] = [];
    let cursor: string | null = '';
    let pages = 0;
    while (cursor !== null) {
      const path = `/v1/collections/books/documents?limit=1000${cursor && `&cursor=${cursor}`}`;
      const { text, body } = await server.json('GET', path);
      expect(Buffer.byteLength(text)).toBeLessThan(5 * MiB);
      found.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor;
      ++pages;
    }
    expect(found).toEqual(ids);
    expect(pages).toBeGreaterThan(2);
  });

  it('of hits end by their length, and next_offset leads to all', async () => {
    const found: string[] = [];
    let offset: number | null = 0;
    while (offset !== null) {
      const search = { text: 'book', limit: 100, offset };
      const { text, body } = await server.json('POST', '/v1/collections/books/search', search);
      expect(text.length).toBeLessThan(4.1 * MiB);
      expect(body.next_offset === null || body.next_offset === offset + body.hits.length).toBe(true);
      found.push(...body.hits.map(({ id }: { id: string }) => id));
      offset = body.next_offset;
    }
    expect(found.sort()).toEqual(ids);
  });
});
