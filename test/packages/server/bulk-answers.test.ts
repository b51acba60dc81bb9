import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SpooledLines } from '../../../packages/server/src/spooled-lines.js';
import { type RunningServer, startServer, withLamps } from './running-server.js';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  await withLamps(server);
});
afterAll(() => server.close());

const path = '/v1/collections/shop/documents';
const ndjson = { 'content-type': 'application/x-ndjson' };

describe('the lines of a long answer', () => {
  it.each([3, 3000])('come as they were added: %i of them, in memory or from a file', async (count) => {
    const lines = new SpooledLines();
    for (let i = 0; i < count; ++i) await lines.add([`line ${i} 行`.repeat(8), `and ${i}`]);
    const taken = await lines.take();
    const whole = typeof taken === 'string' ? taken : await text(taken);
    expect(typeof taken === 'string').toBe(count === 3);
    expect(whole.split('\n')).toHaveLength(2 * count + 1);
    expect(whole.endsWith(`行\nand ${count - 1}\n`)).toBe(true);
  });

  it('of a bulk write are all there, in their order', async () => {
    const ids = Array.from({ length: 4000 }, (_, i) => `${i}-${'文'.repeat(20)}`);
    const body = ids.map((id, i) => (i % 10 === 3 ? '{' : JSON.stringify({ op: 'delete', id }))).join('\n');
    const answer = await server.json('POST', path, body, ndjson);
    expect(answer.status).toBe(200);
    expect(answer.text.length).toBeGreaterThan(2 * 65_536);
    const results = answer.body as { line: number; id?: string; count?: number }[];
    expect(results.filter(({ id }) => id !== undefined).map(({ id }) => id)).toEqual(
      ids.filter((_, i) => i % 10 !== 3),
    );
    const lines = results.filter(({ count }) => count === undefined).map(({ line }) => line);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });
});

describe('an answer that comes before the whole body was sent', () => {
  /** Sends all of a body before it reads anything, as simple clients do. */
  function sendThenRead(head: string, body: Buffer): Promise<string> {
    const { hostname, port } = new URL(server.url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      let received = '';
      socket.pause();
      socket.write(`${head}\r\nhost: ${hostname}:${port}\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body, () => socket.resume());
      socket.on('data', (chunk) => {
        received += chunk.toString();
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(received));
    });
  }

  it('is read to its end by a client that sends 10 MB more', async () => {
    const lines = `${'{"op":"delete","id":"nobody"}\n'.repeat(2)}${'\n'.repeat(100_100)}${' '.repeat(10_000_000)}`;
    const answer = await sendThenRead(
      `POST ${path} HTTP/1.1\r\ncontent-type: application/x-ndjson`,
      Buffer.from(lines),
    );
    expect(answer).toMatch(/^HTTP\/1.1 200/);
    expect(answer).toContain('"line":2,"id":"nobody","status":"notFound"');
    expect(answer).toContain('at most 100000 lines');
  });

  it.each([
    ['of a route that is not there', 'POST /v1/nowhere HTTP/1.1', 404],
    ['of a body beyond the limit', 'POST /v1/collections HTTP/1.1\r\ncontent-type: application/json', 413],
  ])('is whole: %s', async (_what, head, status) => {
    const answer = await sendThenRead(head, Buffer.alloc(10_000_000, 0x20));
    expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ status });
  });
});
