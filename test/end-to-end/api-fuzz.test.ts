import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongAnswer } from './harness/fuzz-judge.js';
import { type FuzzRequest, FuzzRequests, type OpenApiDocument } from './harness/fuzz-requests.js';
import { type Answer, ConnectionLost, type HttpClient } from './harness/http.js';
import { ServerProcess } from './harness/server-process.js';

const requests = 10_000;
const atOnce = 12;
// The server ends every request by itself, most within a minute: who has no answer for longer waits for nothing. Making a collection and
// promoting a model start two threads, which take two seconds of processor time: tens of seconds where other programs have it.
const longestMs = 90_000;
const seed = Number(process.env['ATTUNE_FUZZ_SEED'] ?? 20_261);
const folder = mkdtempSync(join(tmpdir(), 'attune-fuzz-'));
let server: ServerProcess;
let client: HttpClient;
let key: Record<string, string>;

const documents = Array.from({ length: 40 }, (_, n) => ({
  id: `item-${n}`,
  fields: { title: `lamp number ${n}` },
}));

async function makeCollection(name: string): Promise<void> {
  await client.json('/v1/collections', { body: { name }, headers: key, timeoutMs: longestMs });
  await client.lines(`/v1/collections/${name}/documents?refresh=wait`, documents, {
    headers: key,
    timeoutMs: longestMs,
  });
}

async function knownSearch(): Promise<string> {
  const body = { text: 'lamp number 7', mode: 'hybrid', limit: 3 };
  const answer = await client.json<{ hits: { id: string; score: number }[] }>(
    '/v1/collections/known/search',
    { body, headers: key },
  );
  return answer.hits.map(({ id, score }) => `${id} ${score.toFixed(5)}`).join(', ');
}

beforeAll(async () => {
  server = await ServerProcess.ready(join(folder, 'data'), { connections: 32 });
  client = server.client;
  key = {};
  // From the first key on, every request needs one, so the requests below meet authentication too.
  const scopes = ['search', 'write', 'feedback', 'train', 'metrics', 'admin'];
  const made = await client.json<{ key: string }>('/v1/keys', { body: { label: 'fuzz', scopes } });
  key = { authorization: `Bearer ${made.key}` };
  await makeCollection('known');
  await makeCollection('fuzz');
}, 300_000);

afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Undoes what would fill the machine or take the ground away: collections that were made, and the one that was dropped. */
async function tidy(request: FuzzRequest, answer: Answer): Promise<void> {
  if (answer.status >= 300) return;
  if (request.operation === 'POST /v1/collections' && request.method === 'POST') {
    const { name } = JSON.parse(answer.text) as { name: string };
    const made = `/v1/collections/${encodeURIComponent(name)}`;
    await client.call(made, { method: 'DELETE', headers: key, timeoutMs: longestMs });
  }
  if (request.operation.startsWith('DELETE /v1/collections/') && request.method === 'DELETE')
    await makeCollection('fuzz').catch(() => undefined);
  if (request.operation === 'POST /v1/jobs' && request.method === 'POST') {
    const { id } = JSON.parse(answer.text) as { id?: string };
    if (id) await client.call(`/v1/jobs/${id}/cancel`, { method: 'POST', headers: key });
  }
}

describe('the API', () => {
  it(`answers ${requests} generated requests without an error of its own, a crash, a path or a stack`, async () => {
    const document = await client.json<OpenApiDocument>('/openapi.json', { headers: key });
    const fuzz = new FuzzRequests(document);
    const { operations } = fuzz;
    expect(operations.length).toBeGreaterThan(20);
    const before = await knownSearch();
    const each = Math.ceil(requests / operations.length);
    const all = operations.flatMap((operation, i) =>
      fc.sample(fuzz.of(operation), { seed: seed + i, numRuns: each }),
    );
    // Every route in turn, so that what one leaves behind is met by the others.
    const queue = all.map((request, i) => ({ request, turn: i % each })).sort((a, b) => a.turn - b.turn);

    const wrong: string[] = [];
    const statuses = new Map<number, number>();
    let next = 0;
    const ask = async () => {
      while (next < queue.length && wrong.length < 10) {
        const number = next++;
        const { request } = queue[number]!;
        const { method, path, headers, body } = request;
        const auth: Record<string, string> =
          number % 25 === 0 ? {} : number % 25 === 1 ? { authorization: 'Bearer attune_x_y' } : key;
        const shown = `${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 200)} ${(body ?? '').slice(0, 400)}`;
        try {
          const answer = await client.call(path, {
            method,
            headers: { ...headers, ...auth },
            body,
            timeoutMs: longestMs,
          });
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          const fault = wrongAnswer(request, answer, folder);
          if (fault) wrong.push(`${fault}: ${shown}\n  => ${answer.status} ${answer.text.slice(0, 400)}`);
          await tidy(request, answer);
        } catch (error) {
          // Too large a body may be refused by closing the connection while it is still being sent.
          const cut = error instanceof ConnectionLost && (body?.length ?? 0) > 60_000;
          if (!cut) wrong.push(`${error instanceof Error ? error.message : error}: ${shown}`);
        }
        if (server.child.exitCode !== null || server.child.signalCode !== null) {
          const { exitCode, signalCode } = server.child;
          wrong.push(`The server has ended with ${exitCode ?? signalCode}: ${server.errors.slice(-3_000)}`);
          next = queue.length;
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, ask));
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} x ${status}`);
    process.stdout.write(`fuzz: ${operations.length} operations, ${counts.join(', ')}\n`);
    expect(wrong, `seed ${seed}`).toEqual([]);
    expect([...statuses.values()].reduce((a, b) => a + b, 0)).toBeGreaterThan(requests * 0.95);
    expect(await knownSearch()).toBe(before);
  }, 600_000);

  it('survives bytes that are no HTTP', async () => {
    const { hostname, port } = new URL(client.url);
    const sent = [
      'GET / HTTP/9.9\r\n\r\n',
      'GET /v1/collections/fuzz HTTP/1.1\r\n\r\n',
      'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
      `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: x\r\n${'x: y\r\n'.repeat(5_000)}\r\n`,
      'GET /v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000',
      '\r\n\r\n\r\n',
    ];
    const answers = await Promise.all(
      sent.map(
        (bytes) =>
          new Promise<string>((resolve) => {
            let got = '';
            const socket = connect(Number(port), hostname, () => socket.end(bytes, 'latin1'));
            socket.setTimeout(5_000, () => socket.destroy());
            socket.on('data', (chunk) => {
              got += chunk.toString('latin1');
            });
            socket.on('error', () => undefined);
            socket.on('close', () => resolve(got));
          }),
      ),
    );
    for (const [i, answer] of answers.entries()) {
      expect(answer, JSON.stringify(sent[i]!.slice(0, 80))).not.toMatch(/^HTTP\/1\.1 5\d\d/);
      expect(answer).not.toContain(folder);
    }
    expect(await knownSearch()).toContain('item-7');
  });
});
