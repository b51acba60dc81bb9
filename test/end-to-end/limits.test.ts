import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Call } from './harness/http.js';
import { readMetrics } from './harness/metrics.js';
import { ServerProcess } from './harness/server-process.js';

/** Requests of a kind at once. */
const together = 16;
const timeoutMs = 200_000;
const large = '/v1/collections/large';

let folder: string;
let server: ServerProcess;
/** The longest blocks of the event loop, in ms. */
const blocks: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attune-limits-'));
  server = await ServerProcess.ready(join(folder, 'data'), {
    nodeArgs: ['--max-old-space-size=512'],
    connections: 2 * together,
  });
  const { client } = server;
  for (const name of ['plain', 'large']) await client.json('/v1/collections', { body: { name } });
  await client.lines('/v1/collections/plain/documents?refresh=wait', [
    { id: 'oak', fields: { title: 'Oak desk lamp' } },
    { id: 'chair', fields: { title: 'Garden chair' } },
  ]);
  for (let i = 0; i < 48; ++i) {
    const body = { fields: { title: `book ${i}` }, attributes: { text: 'lorem ipsum '.repeat(85_000) } };
    const path = `${large}/documents/${i}${i === 47 ? '?refresh=wait' : ''}`;
    await client.json(path, { method: 'PUT', body, timeoutMs });
  }
}, 240_000);

afterAll(async () => {
  process.stdout.write(
    `The longest block of the event loop, by what was asked ${together} times at once:\n${blocks.join('\n')}\n`,
  );
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks while plain searches are asked one after another. @returns what came of both */
async function besidePlainSearches(
  ask: () => Promise<Answer[]>,
): Promise<{ answers: Answer[]; plain: number[] }> {
  const plain: number[] = [];
  let isOver = false;
  const searching = (async () => {
    do {
      const call = { body: { text: 'desk lamp', record: false }, timeoutMs };
      plain.push((await server.client.call('/v1/collections/plain/search', call)).status);
    } while (!isOver);
  })();
  const answers = await ask();
  isOver = true;
  await searching;
  return { answers, plain };
}

const ndjson = { 'content-type': 'application/x-ndjson' };
const json = { 'content-type': 'application/json' };
const event = {
  action_name: 'click',
  event_attributes: { object: { object_id: 'oak' }, note: 'x'.repeat(1000) },
};
const manyTexts = Array.from({ length: 2048 }, (_, i) => `desk lamp ${i}`);
const deletes = Array.from({ length: 4000 }, (_, i) => `{"op":"delete","id":"${i}${'x'.repeat(500)}"}`).join(
  '\n',
);
const rows = Array.from({ length: 500 }, (_, i) => `row${i},"${'oak lamp '.repeat(10)}",${'y'.repeat(8000)}`);

const kinds: [what: string, path: string, call: Call, statuses: number[]][] = [
  ['pages of 48 documents of 1 MB', `${large}/documents?limit=1000`, {}, [200]],
  [
    'searches for 1,000 hits of 1 MB',
    `${large}/search`,
    { body: { text: 'book', limit: 1000, record: false } },
    [200],
  ],
  [
    'documents of 2 MB',
    `${large}/documents/new`,
    { method: 'PUT', body: { fields: {}, attributes: { a: 'é'.repeat(520_000), b: '\n'.repeat(8000) } } },
    [200, 201],
  ],
  ['bulk answers of 2 MB', `${large}/documents`, { body: deletes, headers: ndjson }, [200]],
  [
    'bulk writes of wrong lines',
    `${large}/documents`,
    { body: 'x\n'.repeat(100_000), headers: ndjson },
    [422],
  ],
  [
    'tables of 4 MB',
    `${large}/documents`,
    { body: ['id,title,text', ...rows].join('\n'), headers: { 'content-type': 'text/csv' } },
    [200],
  ],
  ['2,048 embeddings', '/v1/embeddings', { body: { model: 'plain', input: manyTexts } }, [200]],
  [
    '2,048 embeddings in base64',
    '/v1/embeddings',
    { body: { model: 'plain', input: manyTexts, encoding_format: 'base64' } },
    [200],
  ],
  [
    'wrong tokens of 3.8 MB',
    '/v1/embeddings',
    { body: `{"model":"plain","input":[""${',1'.repeat(1_900_000)}]}`, headers: json },
    [400],
  ],
  ['1,000 events', '/v1/events', { body: Array.from({ length: 1000 }, () => event) }, [200]],
  ['the OpenAPI document', '/openapi.json', {}, [200]],
  ['the metrics', '/metrics', {}, [200]],
  ['collections', '/v1/collections', {}, [200]],
  ['models', '/v1/models', {}, [200]],
  ['jobs', '/v1/jobs?limit=1000', {}, [200]],
  ['decisions', `${large}/decisions?limit=1000`, {}, [200]],
];

describe(`a server with a heap of 512 MB, asked ${together} times at once`, () => {
  it.each(kinds)(
    'for %s, answers all or refuses some, and answers plain searches',
    async (what, path, call, statuses) => {
      await readMetrics(server.client); // begins the count of the longest block
      const { answers, plain } = await besidePlainSearches(() =>
        Promise.all(Array.from({ length: together }, () => server.client.call(path, { ...call, timeoutMs }))),
      );
      const lag = (await readMetrics(server.client)).get('nodejs_eventloop_lag_max_seconds')!;
      const seen = [...new Set(answers.map(({ status }) => status))].sort();
      blocks.push(`${what}: ${Math.round(1000 * lag)} ms, answered ${seen.join(', ')}`);
      expect(answers.some(({ status }) => statuses.includes(status))).toBe(true);
      for (const { status, headers, text } of answers) {
        expect([...statuses, 429, 503], text.slice(0, 300)).toContain(status);
        if (status === 429 || status === 503) expect(headers['retry-after']).toBe('1');
      }
      // A machine that has too much else to do holds the event loop up, and the server says so.
      expect(plain.filter((status) => status !== 200 && status !== 503)).toEqual([]);
      expect(plain).toContain(200);
      expect(server.child.exitCode).toBeNull();
    },
  );

  it('by clients that do not read their answers, holds these and answers plain searches', async () => {
    const { hostname, port } = new URL(server.client.url);
    const sockets = Array.from({ length: together }, () => {
      const socket = connect(Number(port), hostname).pause();
      socket.on('error', () => undefined);
      socket.write(`GET ${large}/documents?limit=1000 HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
      return socket;
    });
    const held = async () => (await readMetrics(server.client)).get('attune_http_memory_held_bytes');
    await expect.poll(held, { timeout: 60_000 }).toBeGreaterThan(0);
    const { plain } = await besidePlainSearches(async () => []);
    expect(plain).toEqual([200]);
    for (const socket of sockets) socket.destroy();
    await expect.poll(held, { timeout: 60_000 }).toBe(0);
  });
});
