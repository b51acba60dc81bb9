import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './running-server.js';
import { importSmallModel, uploadSmallShop } from './small-models.js';

let server: RunningServer;
const heartbeatMs = 50;
beforeAll(async () => {
  server = await startServer({ limits: { heartbeatMs, requestTimeoutMs: 1000 } });
  await importSmallModel(server, 'small');
  await uploadSmallShop(server, 'shop');
});
afterAll(() => server.close());

const train = (name: string) => ({ kind: 'train', dataset: 'shop', base: 'small', name, seed: 1, few: true });
const start = async (name: string) => (await server.json('POST', '/v1/jobs', train(name))).body.id as string;
const hasEnded = (state: string) => !['waiting', 'running'].includes(state);

interface Event {
  id: string;
  job: { id: string; state: string; step: string; progress: number; request: unknown };
}

/** Events of a job, until `enough` or the end of the stream. */
async function eventsOf(job: string, options: { after?: string; enough?: (event: Event) => boolean } = {}) {
  const leaving = new AbortController();
  const response = await fetch(`${server.url}/v1/jobs/${job}/events`, {
    signal: leaving.signal,
    headers: options.after === undefined ? {} : { 'last-event-id': options.after },
  });
  const events: Event[] = [];
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    const found = [...text.matchAll(/^id: (.+)\nevent: job\ndata: (.+)\n\n/gm)];
    for (const [, id, data] of found.slice(events.length)) events.push({ id: id!, job: JSON.parse(data!) });
    if (options.enough && events.some(options.enough)) break;
  }
  leaving.abort();
  return { response, events, text };
}

describe('a job', () => {
  it('is accepted with its place, watched to its end, and leaves a model', async () => {
    const started = await server.json('POST', '/v1/jobs', train('tuned'));
    expect(started.status).toBe(202);
    expect(started.headers.get('location')).toBe(`/v1/jobs/${started.body.id}`);
    const { response, events, text } = await eventsOf(started.body.id);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(text).toMatch(/^retry: \d+\n\n/);
    const last = events.at(-1)!.job;
    expect(last).toMatchObject({ id: started.body.id, state: 'finished', error: null });
    expect(events.slice(0, -1).filter(({ job }) => hasEnded(job.state))).toEqual([]);
    expect(new Set(events.map(({ job }) => job.step)).size).toBeGreaterThan(2);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect((await server.json('GET', `/v1/jobs/${started.body.id}`)).body).toEqual(last);
    expect((await server.json('GET', '/v1/models/tuned')).body).toMatchObject({
      id: 'tuned',
      base: 'small',
      job: started.body.id,
    });
  });

  it('that was started with an Idempotency-Key is started once, and does not show the key', async () => {
    const headers = { 'idempotency-key': 'once-and-no-more' };
    const body = { kind: 'validate', dataset: 'shop' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => server.json('POST', '/v1/jobs', body, headers)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    for (const { text } of answers) expect(text).not.toContain('once-and-no-more');
    expect((await server.json('GET', '/v1/jobs')).text).not.toContain('once-and-no-more');
    const other = await server.json('POST', '/v1/jobs', train('other'), headers);
    expect(other.status).toBe(409);
  });

  it('is cancelled within seconds, and then ends for who watches', async () => {
    // Long enough to be met while it runs.
    const body = { ...train('cancelled'), epochs: 1_000 };
    const job = (await server.json('POST', '/v1/jobs', body)).body.id as string;
    const watching = eventsOf(job);
    await eventsOf(job, { enough: (event) => event.job.state === 'running' });
    const cancelled = await server.json('POST', `/v1/jobs/${job}/cancel`);
    expect(cancelled.body).toMatchObject({ id: job, state: 'cancelled' });
    expect((await watching).events.at(-1)!.job.state).toBe('cancelled');
    expect((await server.json('POST', `/v1/jobs/${job}/cancel`)).body.state).toBe('cancelled');
    expect((await server.json('GET', '/v1/models/cancelled')).status).toBe(404);
  });

  it.each([
    ['of no kind', { kind: 'delete' }, 400],
    ['with a member too many', { kind: 'validate', dataset: 'shop', path: '/etc' }, 400],
    ['on a path', { kind: 'train', dataset: 'shop', name: 'x', base: '../small' }, 400],
    ['on no dataset', { kind: 'validate', dataset: 'none' }, 404],
    ['whose name is taken', { kind: 'train', dataset: 'shop', base: 'small', name: 'small' }, 409],
  ])('%s is refused, and not kept', async (_, body, status) => {
    const before = (await server.json('GET', '/v1/jobs')).body.data.length;
    expect((await server.json('POST', '/v1/jobs', body)).status).toBe(status);
    expect((await server.json('GET', '/v1/jobs')).body.data).toHaveLength(before);
  });

  it('that nobody knows is not found, watched or cancelled', async () => {
    for (const [method, path] of [
      ['GET', '/v1/jobs/none'],
      ['GET', '/v1/jobs/none/events'],
      ['POST', '/v1/jobs/none/cancel'],
    ] as const) {
      expect((await server.json(method, path)).status).toBe(404);
    }
  });
});

describe('the list of jobs', () => {
  it('has the newest first, by pages, and by kind', async () => {
    const all = (await server.json('GET', '/v1/jobs')).body;
    expect(all.next_cursor).toBeNull();
    const ids = all.data.map(({ id }: { id: string }) => id);
    expect(ids).toEqual([...ids].sort().reverse());
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await server.json('GET', `/v1/jobs?limit=1${query}`);
      paged.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor;
    }
    expect(paged).toEqual(ids);
    const { data } = (await server.json('GET', '/v1/jobs?kind=validate')).body;
    expect(data.map(({ kind }: { kind: string }) => kind)).toEqual(['validate']);
    expect((await server.json('GET', '/v1/jobs?kind=none')).status).toBe(400);
  });
});

describe('a stream of a job', () => {
  it('goes on from Last-Event-ID: nothing is told twice, and its end only once', async () => {
    const job = await start('resumed');
    const first = await eventsOf(job, { enough: (event) => event.job.state === 'running' });
    const seen = first.events.at(-1)!;
    const rest = await eventsOf(job, { after: seen.id });
    const ids = [...first.events, ...rest.events].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(rest.events.at(-1)!.job.state).toBe('finished');

    const more = await eventsOf(job, { after: ids.at(-1)! });
    expect(more.response.status).toBe(204);
    const late = await eventsOf(job);
    expect(late.events.map(({ id }) => id)).toEqual(ids.slice(-1));
  });

  it('beats while nothing happens, is kept beyond the time of a request, and takes no room of one', async () => {
    const blocked = await start('first');
    const waiting = await start('second');
    await eventsOf(blocked, { enough: (event) => event.job.state === 'running' });
    const stream = await fetch(`${server.url}/v1/jobs/${waiting}/events`);
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = performance.now() + 1500;
    while (performance.now() < until && !/"state":"(running|finished)"/.test(text))
      text += (await reader.read()).value ?? '';
    expect(text).toContain(': beat\n\n');
    await reader.cancel();
    for (const job of [waiting, blocked]) await server.json('POST', `/v1/jobs/${job}/cancel`);
  });

  it('has no HEAD, which would stay open for nobody', async () => {
    const job = await start('head');
    const answer = await fetch(`${server.url}/v1/jobs/${job}/events`, { method: 'HEAD' });
    expect(answer.status).toBe(405);
    await server.json('POST', `/v1/jobs/${job}/cancel`);
  });

  it('ends when the server is shut down, and does not hold that up', async () => {
    const other = await startServer();
    await importSmallModel(other, 'small');
    await uploadSmallShop(other, 'shop');
    const { id } = (await other.json('POST', '/v1/jobs', train('long'))).body;
    const stream = await fetch(`${other.url}/v1/jobs/${id}/events`);
    const reading = stream.text();
    const from = performance.now();
    await other.close();
    expect(performance.now() - from).toBeLessThan(5000);
    expect(await reading).toMatch(/\n\n$/);
  });
});
