import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './running-server.js';
import { smallShopFiles, uploadSmallShop } from './small-models.js';

const MiB = 2 ** 20;
type Dataset = { files: { bytes: number }[] };
let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ limits: { maxUploadBytes: 64 * MiB, requestTimeoutMs: 1500 } });
});
afterAll(() => server.close());

const put = (
  path: string,
  body: Exclude<RequestInit['body'], undefined>,
  headers: Record<string, string> = {},
) => fetch(`${server.url}/v1/datasets/${path}`, { method: 'PUT', body, headers, ...{ duplex: 'half' } });
const stored = () => readdir(join(server.service.folder, 'datasets'), { recursive: true });

async function finished(job: string) {
  for (;;) {
    const { body } = await server.json('GET', `/v1/jobs/${job}`);
    if (!['waiting', 'running'].includes(body.state)) return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a dataset', () => {
  it('is uploaded file by file, validated by a job, and reported on', async () => {
    await uploadSmallShop(server, 'shop');
    const files = await smallShopFiles();
    const { body } = await server.json('GET', '/v1/datasets/shop');
    expect(body).toMatchObject({ name: 'shop', verdict: null });
    expect(body.files).toEqual(
      [...files].sort().map(([name, content]) => ({
        name,
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      })),
    );
    expect((await server.json('GET', '/v1/datasets/shop/report')).status).toBe(404);

    const started = await server.json('POST', '/v1/datasets/shop/validate');
    expect(started.status).toBe(202);
    expect(started.headers.get('location')).toBe(`/v1/jobs/${started.body.id}`);
    expect(await finished(started.body.id)).toMatchObject({
      kind: 'validate',
      state: 'finished',
      error: null,
    });
    const { verdict } = (await server.json('GET', '/v1/datasets/shop')).body;
    const report = await server.json('GET', '/v1/datasets/shop/report');
    expect(report.status).toBe(200);
    expect(report.body.verdict).toBe(verdict);
    expect(report.text).not.toContain(server.service.folder);
    expect(
      (await server.json('GET', '/v1/datasets')).body.data.map(({ name }: { name: string }) => name),
    ).toEqual(['shop']);
  });

  it('is removed with its files', async () => {
    await put('gone/files/a.csv', 'a,b\n');
    expect((await server.json('DELETE', '/v1/datasets/gone')).status).toBe(204);
    expect((await stored()).filter((name) => name.startsWith('gone'))).toEqual([]);
    expect((await server.json('DELETE', '/v1/datasets/gone')).status).toBe(404);
  });

  it.each([
    ['a name with a way out', 'x/files/..%2f..%2fa.csv'],
    ['a name with a null', 'x/files/a%00.csv'],
    ['a name that begins with a dot', 'x/files/.a.csv'],
    ['a file of another kind', 'x/files/run.sh'],
    ['a dataset with a way out', '..%2fx/files/a.csv'],
    ['a dataset with capitals', 'X/files/a.csv'],
  ])('is refused %s', async (_, path) => {
    expect((await put(path, 'a')).status).toBe(400);
    expect((await stored()).filter((name) => /^(x|X|a\.csv)/.test(name))).toEqual([]);
  });

  it('is refused a file of no bytes', async () => {
    const nothing = new ReadableStream({ start: (controller) => controller.close() });
    for (const body of ['', nothing, null]) {
      const answer = await put('empty/files/a.csv', body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'DATA_EMPTY' });
    }
    expect((await stored()).filter((name) => name.startsWith('empty'))).toEqual([]);
  });
});

describe('an upload', () => {
  afterEach(async () => {
    expect((await stored()).filter((name) => name.startsWith('big'))).toEqual([]);
  });

  it('is kept as it comes, whatever its media type', async () => {
    const block = new Uint8Array(MiB).fill(97);
    let sent = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        if (sent++ < 60) controller.enqueue(block);
        else controller.close();
      },
    });
    const answer = await put('large/files/a.jsonl', body, { 'content-type': 'application/json' });
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as Dataset).files[0]!.bytes).toBe(60 * MiB);
  });

  it('that says that it is too large is refused before it comes', async () => {
    const answer = await server.app.inject({
      method: 'PUT',
      url: '/v1/datasets/big/files/a.csv',
      headers: { host: 'localhost', 'content-length': String(65 * MiB), 'content-type': 'text/csv' },
      payload: 'a',
    });
    expect(answer.statusCode).toBe(413);
  });

  it('that turns out to be too large is cut off', async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        if (sent++ < 80) controller.enqueue(new Uint8Array(MiB));
        else controller.close();
      },
    });
    const answer = await put('big/files/a.csv', body).catch((error) => error);
    // The answer may come while the client still sends: then fetch may see the closed connection first.
    if (answer instanceof Response) expect(answer.status).toBe(413);
    expect(sent).toBeLessThan(80);
  });

  it('that is packed on the way in another way than gzip is refused', async () => {
    expect((await put('big/files/a.csv', 'a', { 'content-encoding': 'br' })).status).toBe(415);
  });

  const head = (path: string, length: number) =>
    `PUT /v1/datasets/${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: ${length}\r\n\r\n`;
  const socket = () => connect(Number(new URL(server.url).port), '127.0.0.1');

  it('whose client goes away leaves nothing', async () => {
    const client = socket();
    client.write(`${head('big/files/a.csv', 1000)}only a part`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    client.destroy();
    await expect
      .poll(async () => (await stored()).filter((name) => name.startsWith('big')), { timeout: 3000 })
      .toEqual([]);
  });

  it('of which nothing more comes is ended', async () => {
    const client = socket();
    client.write(`${head('big/files/a.csv', 1000)}only a part`);
    let answer = '';
    client.on('data', (data) => {
      answer += data;
    });
    await new Promise((resolve) => client.once('close', resolve));
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });

  it('may take longer than other requests as long as it goes on', async () => {
    const body = new ReadableStream({
      async start(controller) {
        for (let i = 0; i < 6; i++) {
          controller.enqueue(new TextEncoder().encode('line\n'));
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
        controller.close();
      },
    });
    const answer = await put('slow/files/a.csv', body);
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as Dataset).files[0]!.bytes).toBe(30);
  });
});
