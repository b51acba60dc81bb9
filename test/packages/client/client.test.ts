import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, type DocumentWrite } from '../../../packages/client/src/index.js';
import { lamps, type RunningServer, startServer } from '../server/running-server.js';
import { importSmallModel, smallShopFiles } from '../server/small-models.js';
import { problem, scriptedServer } from './scripted-server.js';

let server: RunningServer;
let client: Client;
beforeAll(async () => {
  server = await startServer();
  await importSmallModel(server, 'small');
  client = createClient({ url: server.url });
  await client.collections.create({ name: 'shop' });
});
afterAll(() => server.close());

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

describe('documents', () => {
  it('are written one by one and read back', async () => {
    const { fields, attributes } = lamps[0]!;
    const written = await client.documents.put('shop', 'a/b ü?', { fields, attributes }, { refresh: 'wait' });
    expect(written).toMatchObject({ id: 'a/b ü?', status: 'created' });
    const patched = await client.documents.patch('shop', 'a/b ü?', {
      attributes: { price: null, new: true },
    });
    expect(patched.status).toBe('updated');
    expect(await client.documents.get('shop', 'a/b ü?')).toMatchObject({
      fields,
      attributes: { set: 'wood', new: true },
    });
    expect((await client.documents.delete('shop', 'a/b ü?')).status).toBe('deleted');
    await expect(client.documents.get('shop', 'a/b ü?')).rejects.toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  it('are written in bulk from what comes in time, with what became of each under its own line', async () => {
    let taken = 0;
    async function* writes(): AsyncGenerator<DocumentWrite> {
      for (let i = 1; i <= 2500; i++) {
        taken = i;
        if (i === 1500) yield { id: 'bad\n', fields: {} };
        else if (i === 2500) yield { op: 'delete', id: 'd7' };
        else yield { id: `d${i}`, fields: { title: `thing ${i}` } };
      }
    }
    const outcomes = [];
    for await (const outcome of client.documents.write('shop', writes())) {
      if (outcomes.length === 0) expect(taken).toBeLessThan(1500);
      outcomes.push(outcome);
    }
    expect(outcomes.map(({ line }) => line)).toEqual(Array.from({ length: 2500 }, (_, i) => i + 1));
    expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([
      { line: 1500, error: { code: 'INVALID_ARGUMENT', detail: expect.any(String) } },
    ]);
    expect(outcomes.at(-1)).toMatchObject({ id: 'd7', status: 'deleted' });
    const kept = await all(client.documents.all('shop'));
    expect(kept).toHaveLength(2497);
    const page = await client.documents.list('shop', { limit: 2 });
    expect(page.data.map(({ id }) => id)).toEqual(['d1', 'd10']);
    expect(page.next_cursor).not.toBeNull();
  });

  it('that are refused for one reason are counted beyond 100, by their place among all', async () => {
    const right = { id: 'many', fields: { title: 'Lamp' } };
    const wrong = Array.from({ length: 300 }, () => ({ id: '', fields: {} }));
    const first = Array.from({ length: 1000 }, () => right);
    const outcomes = await all(client.documents.write('shop', [...first, right, ...wrong]));
    expect(outcomes.slice(0, 1001).every(({ error }) => error === undefined)).toBe(true);
    expect(outcomes.slice(1001).map(({ line }) => line)).toEqual(
      Array.from({ length: 101 }, (_, i) => 1002 + i),
    );
    expect(outcomes.at(-1)).toMatchObject({ count: 200, error: { code: 'INVALID_ARGUMENT' } });
  });

  it('that are refused as a whole are an error', async () => {
    await expect(all(client.documents.write('none', lamps))).rejects.toMatchObject({ status: 404 });
    const rows = Array.from({ length: 100 }, (_, i) => ({ sku: i }) as never);
    const error = await all(client.documents.write('shop', rows)).catch((reason) => reason);
    expect([error.status, error.errors.length, error.errors[99].line]).toEqual([422, 100, 100]);
  });
});

describe('searches', () => {
  beforeAll(async () => {
    await client.collections.create({ name: 'lamps' });
    await all(client.documents.write('lamps', lamps, { refresh: 'wait' }));
  });

  it('find, filter, and are cited by events', async () => {
    const { hits, query_id, next_offset } = await client.search('lamps', {
      text: 'lamp',
      filter: { and: [{ field: 'price', atMost: 50 }, { not: { field: 'set', equals: 'pets' } }] },
    });
    expect(hits.map(({ id }) => id)).toEqual(['oak']);
    expect(next_offset).toBeNull();
    const event = { action_name: 'click', query_id, event_attributes: { object: { object_id: 'oak' } } };
    expect(await client.events.send(event, { idempotencyKey: 'one' })).toMatchObject({ count: 1 });
    expect(await client.events.send(event, { idempotencyKey: 'one' })).toMatchObject({ count: 1 });
    expect(await client.events.send([event, event])).toMatchObject({ count: 2 });
    expect(await server.service.store.countEvents()).toBe(3);
  });

  it('are wrong in a way that says where', async () => {
    const error = await client.search('lamps', { limit: 5000 }).catch((reason) => reason);
    expect(error).toMatchObject({ status: 400, code: 'INVALID_ARGUMENT', requestId: expect.any(String) });
    expect(error.errors[0].pointer).toBe('/limit');
  });

  it('have vectors', async () => {
    const { data, usage } = await client.embeddings.create({
      model: 'lamps',
      input: ['desk lamp'],
      input_type: 'query',
    });
    expect(usage.total_tokens).toBeGreaterThan(0);
    const vector = data[0]!.embedding as number[];
    const { hits } = await client.search('lamps', { vector, limit: 1 });
    expect(hits[0]!.id).toBe('oak');
    const query = [{ text: 'lamp' }, { vector, weight: 2 }, { text: 'chair', weight: -0.5 }];
    expect((await client.search('lamps', { query, limit: 1 })).hits[0]!.id).toBe('oak');
    const error = await client.embeddings.create({ model: 'none', input: 'x' }).catch((reason) => reason);
    expect(error).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});

describe('learning', () => {
  it('goes from uploaded files over a job to a model in service, and back', async () => {
    for (const [name, content] of await smallShopFiles()) {
      const contents = name.endsWith('.jsonl') ? new Blob([content]).stream() : new Uint8Array(content);
      await client.datasets.upload('things', name, contents);
    }
    const checked = await client.jobs.wait((await client.datasets.validate('things')).id);
    expect(checked).toMatchObject({ kind: 'validate', state: 'finished' });
    expect(await client.datasets.report('things')).toHaveProperty('verdict');

    const job = await client.jobs.start({
      kind: 'train',
      dataset: 'things',
      base: 'small',
      name: 'tuned',
      seed: 1,
      few: true,
    });
    const states = await all(client.jobs.watch(job.id));
    expect(states.at(-1)).toMatchObject({ id: job.id, state: 'finished' });
    expect((await client.jobs.list({ kind: 'train' })).data.map(({ id }) => id)).toEqual([job.id]);
    expect((await client.models.list()).map(({ id }) => id)).toContain('tuned');

    expect(await client.models.promote('shop', 'tuned', { anyway: true })).toMatchObject({
      number: 2,
      bundle: 'tuned',
    });
    expect((await client.collections.get('shop')).bundle).toBe('tuned');
    expect(await client.rollBack('shop')).toMatchObject({ reason: 'rollback', bundle: 'attune-base-en' });
    expect((await client.collections.releases('shop')).map(({ serving }) => serving)).toEqual([
      true,
      false,
      false,
    ]);
    expect(await client.collections.decisions('shop')).toEqual({ data: [], next_cursor: null });
  });

  it('is told when a job does not end well', async () => {
    const { id } = await client.jobs.start({
      kind: 'train',
      dataset: 'things',
      base: 'small',
      name: 'stopped',
    });
    expect(await client.jobs.cancel(id)).toMatchObject({ state: 'cancelled' });
    expect((await client.jobs.wait(id)).state).toBe('cancelled');
    expect((await client.jobs.get(id)).state).toBe('cancelled');
    await expect(client.jobs.wait('none')).rejects.toMatchObject({ status: 404 });
  });
});

describe('the rest', () => {
  it('of what there is to manage is managed', async () => {
    expect(await client.ready()).toBe(true);
    expect(await client.aliases.set('live', 'lamps')).toEqual({ alias: 'live', collection: 'lamps' });
    expect((await client.collections.get('live')).name).toBe('lamps');
    expect(await client.aliases.list()).toHaveLength(1);
    expect(await client.aliases.delete('live')).toBeUndefined();
    const settings = await client.collections.configure('lamps', { learning: { schedule: '0 3 * * *' } });
    expect(settings.learning).toMatchObject({ schedule: '0 3 * * *', promotion: 'byHand' });
    expect((await client.collections.list()).map(({ name }) => name)).toEqual(['lamps', 'shop']);
    expect(await client.collections.delete('lamps')).toBeUndefined();
    expect(await client.datasets.list()).toHaveLength(1);
    expect(await client.datasets.delete('things')).toBeUndefined();
  });

  it('is done with a key from the first one on', async () => {
    const { key, id } = await client.keys.create({ label: 'me', scopes: ['admin'] });
    await expect(client.collections.list()).rejects.toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    const known = createClient({ url: server.url, key });
    expect((await known.keys.list()).map((each) => each.id)).toEqual([id]);
    const shop = await known.keys.create({ label: 'shop', scopes: ['search'] });
    expect((await known.keys.revoke(shop.id)).revokedAt).toEqual(expect.any(Number));
    expect(await known.keys.takeBackEvents(shop.id)).toEqual({ count: 0 });
  });

  it('refuses names that a path would swallow', async () => {
    for (const id of ['', '.', '..']) {
      await expect(client.documents.get('shop', id)).rejects.toThrow('Expected id to be a name');
    }
  });
});

describe('a watch', () => {
  const job = (state: string, step: string) =>
    JSON.stringify({ id: 'j', kind: 'train', state, step, progress: 0 });
  const stream = { 'content-type': 'text/event-stream' };

  it('goes on after a broken connection and a restart, from what it saw last', async () => {
    const broken = await scriptedServer(
      (response) => {
        response
          .writeHead(200, stream)
          .write(`retry: 10\n\nid: 1\ndata: ${job('running', 'a')}\n\nid: 2\ndata: half`);
        setTimeout(() => response.destroy(), 50);
      },
      (response) => response.destroy(),
      problem(503, 'UNAVAILABLE'),
      (response) => response.writeHead(200, stream).end(': beat\n\n'),
      (response) => response.writeHead(200, stream).end(`id: 3\ndata: ${job('finished', 'b')}\n\n`),
    );
    const states = await all(createClient({ url: broken.url }).jobs.watch('j'));
    await broken.close();
    expect(states.map(({ step }) => step)).toEqual(['a', 'b']);
    expect(broken.seen.map(({ headers }) => headers['last-event-id'])).toEqual([
      undefined,
      '1',
      '1',
      '1',
      '1',
    ]);
  });

  it('ends at once for what does not pass, and when nobody wants it any more', async () => {
    const refusing = await scriptedServer(problem(403, 'FORBIDDEN'), (response) => {
      response.writeHead(200, stream).write(`id: 1\ndata: ${job('running', 'a')}\n\n`);
    });
    const { jobs } = createClient({ url: refusing.url });
    await expect(all(jobs.watch('j'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const leaving = new AbortController();
    const watching = (async () => {
      for await (const _ of jobs.watch('j', { signal: leaving.signal })) leaving.abort(new Error('left'));
    })();
    await expect(watching).rejects.toThrow('left');
    await refusing.close();
    expect(refusing.seen).toHaveLength(2);
  });
});

describe('what is sent again', () => {
  it('carries the same Idempotency-Key, and another one the next time', async () => {
    const busy = problem(503, 'UNAVAILABLE', { 'retry-after': '0' });
    const done = (response: import('node:http').ServerResponse) => response.end('{"count":1}');
    const scripted = await scriptedServer(busy, done, done);
    const { events } = createClient({ url: scripted.url });
    await events.send({ action_name: 'click' });
    await events.send({ action_name: 'click' });
    await scripted.close();
    const keys = scripted.seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('is nothing that would be done twice', async () => {
    const busy = problem(503, 'UNAVAILABLE', { 'retry-after': '0' });
    const scripted = await scriptedServer(busy, busy, busy, busy);
    const { collections, keys, rollBack } = createClient({ url: scripted.url });
    await expect(collections.create({ name: 'a' })).rejects.toMatchObject({ status: 503 });
    await expect(collections.promote('a', 'm')).rejects.toMatchObject({ status: 503 });
    await expect(rollBack('a')).rejects.toMatchObject({ status: 503 });
    await expect(keys.create({ label: 'k', scopes: ['search'] })).rejects.toMatchObject({ status: 503 });
    await scripted.close();
    expect(scripted.seen).toHaveLength(4);
  });
});
