import { StoreReader } from '@attune/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer, withLamps } from './running-server.js';

let server: RunningServer;
const ask = (body: object) => server.json('POST', '/v1/collections/shop/search', body);
const base64Of = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
const ids = (body: { hits: { id: string }[] }) => body.hits.map(({ id }) => id);

beforeAll(async () => {
  server = await startServer();
  await withLamps(server);
});
afterAll(() => server.close());

describe('a search', () => {
  it.each(['vector', 'lexical', 'hybrid'])('by text in the mode %s finds what was meant', async (mode) => {
    const { status, body } = await ask({ text: 'desk lamp', mode, limit: 2 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ release: 1, query_id: expect.any(String), fingerprint: expect.any(String) });
    expect(body.hits[0]).toMatchObject({
      id: 'oak',
      score: expect.any(Number),
      fields: { title: 'Oak desk lamp' },
      attributes: { price: 40, set: 'wood' },
    });
  });

  it('by vector, as numbers and as base64, finds what the text finds', async () => {
    const { vectors } = await server.service.embed('shop', ['desk lamp'], 'query');
    const text = await ask({ text: 'desk lamp', mode: 'vector' });
    const numbers = await ask({ vector: [...vectors] });
    const packed = await ask({ vector: base64Of(vectors) });
    expect(numbers.status).toBe(200);
    expect(ids(numbers.body)).toEqual(ids(text.body));
    expect(packed.body.hits).toEqual(numbers.body.hits);
  });

  it('by a query of one text or vector finds what the short form finds', async () => {
    const { vectors } = await server.service.embed('shop', ['desk lamp'], 'query');
    for (const mode of ['vector', 'lexical', 'hybrid']) {
      const short = await ask({ text: 'desk lamp', mode });
      expect((await ask({ query: { text: 'desk lamp' }, mode })).body.hits).toEqual(short.body.hits);
    }
    const short = await ask({ vector: [...vectors] });
    for (const vector of [[...vectors], base64Of(vectors)])
      expect((await ask({ query: { vector } })).body.hits).toEqual(short.body.hits);
  });

  it('by a weighted list finds what its parts add up to, and less of what is taken away', async () => {
    const lamp = [{ text: 'lamp' }, { text: 'oak wood', weight: 0.8 }];
    const away = [{ text: 'lamp' }, { text: 'oak wood', weight: -0.8 }];
    for (const mode of ['vector', 'lexical', 'hybrid']) {
      expect(ids((await ask({ query: lamp, mode })).body)[0]).toBe('oak');
      expect(ids((await ask({ query: away, mode })).body)[0]).not.toBe('oak');
    }
    const { vectors } = await server.service.embed('shop', ['oak wood'], 'query');
    const byText = await ask({ query: lamp, mode: 'vector' });
    for (const vector of [[...vectors], base64Of(vectors)]) {
      const byVector = await ask({ query: [{ text: 'lamp' }, { vector, weight: 0.8 }], mode: 'vector' });
      expect(byVector.body.hits).toEqual(byText.body.hits);
    }
  });

  it.each<[string, object, string | undefined, RegExp]>([
    ['nothing to search for', {}, '', /text, vector or query, but it has none/],
    ['a query beside a text', { query: { text: 'a' }, text: 'a' }, '', /query alone/],
    ['words of a vector', { vector: [1], mode: 'hybrid' }, '', /the mode hybrid searches by words/],
    ['an empty list', { query: [] }, '/query', /at least 1 entry/],
    ['a part without anything', { query: [{ text: 'a' }, {}] }, '/query/1', /text, weight.*vector, weight/],
    ['a weight of 0', { query: [{ text: 'a', weight: 0 }] }, '/query/0/weight', /at least 0.001/],
    ['a vector of another model', { query: [{ vector: [1, 2] }] }, undefined, /256 numbers.*received 2/],
    ['half a number', { query: [{ vector: 'AAAAAAA=' }] }, undefined, /4 bytes each/],
    ['numbers beyond float32', { vector: new Array(256).fill(1e39) }, undefined, /finite.*Infinity/],
    [
      'NaN in base64',
      { query: { vector: base64Of(new Float32Array(256).fill(NaN)) } },
      undefined,
      /finite.*NaN/,
    ],
    ['parts that cancel', { query: [{ text: 'a' }, { text: 'a', weight: -1 }] }, undefined, /they cancel/],
  ])('for %s is refused by name', async (_, wrong, pointer, detail) => {
    const { status, body } = await ask(wrong);
    expect(status).toBe(400);
    expect(pointer === undefined ? body.detail : body.errors[0].detail).toMatch(detail);
    if (pointer !== undefined) expect(body.errors[0].pointer).toBe(pointer);
  });

  it('is filtered, changed by numbers of the documents, and goes on by pages', async () => {
    const filter = { and: [{ field: 'set', in: ['wood', 'metal'] }, { not: { field: 'price', above: 80 } }] };
    expect(ids((await ask({ text: 'lamp', filter })).body).sort()).toEqual(['chair', 'oak']);
    const dear = await ask({
      text: 'lamp',
      mode: 'vector',
      modifiers: { add: [{ field: 'price', weight: 10 }] },
    });
    expect(ids(dear.body)[0]).toBe('steel');

    const first = await ask({ text: 'lamp', mode: 'vector', limit: 3 });
    expect(first.body.next_offset).toBe(3);
    const second = await ask({ text: 'lamp', mode: 'vector', limit: 3, offset: first.body.next_offset });
    expect(second.body.next_offset).toBeNull();
    expect(new Set([...ids(first.body), ...ids(second.body)]).size).toBe(4);
  });

  it('takes a member that is null for one that was not given', async () => {
    const unset = { vector: null, query: null, offset: null, modifiers: null, record: null };
    const filter = { field: 'set', equals: 'wood', in: null, and: null, not: null };
    const { status, body } = await ask({ text: 'chair', limit: 1, ...unset, filter });
    expect([status, ids(body)]).toEqual([200, ['chair']]);
    const refused = await ask({ text: 'chair', limit: 'x', filter: null });
    expect(refused.body.errors).toEqual([
      { pointer: '/limit', detail: 'expected to be a whole number, but received "x"' },
    ]);
  });

  it('of what is not there is answered 404, by an alias as by the name', async () => {
    expect((await server.json('POST', '/v1/collections/none/search', { text: 'a' })).status).toBe(404);
    await server.service.setAlias('store', 'shop');
    expect((await server.json('POST', '/v1/collections/store/search', { text: 'desk lamp' })).status).toBe(
      200,
    );
  });

  it('is not logged by its words', async () => {
    await ask({ text: 'velvet zeppelin' });
    await server.json('GET', '/v1/collections/shop/documents/velvet-zeppelin');
    expect(server.log.join('\n')).not.toMatch(/velvet/);
    expect(server.log.join('\n')).toMatch(/"route":"\/v1\/collections\/:collection\/search"/);
  });

  it('that its client gives up is given up', async () => {
    const controller = new AbortController();
    const asked = Array.from({ length: 64 }, (_, i) =>
      fetch(`${server.url}/v1/collections/shop/search`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: `lamp ${i}` }),
        signal: controller.signal,
      }).then(
        (response) => response.status,
        () => 'given up',
      ),
    );
    controller.abort();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['given up']));
    await expect.poll(() => underWay()).toBe(1);
    expect((await ask({ text: 'lamp' })).status).toBe(200);
    expect(server.log.join('\n')).not.toMatch(/"level":"error"/);
  });
});

async function underWay(): Promise<number> {
  const { text } = await server.json('GET', '/metrics');
  return Number(/^attune_http_requests_under_way (\d+)/m.exec(text)![1]);
}

describe('events', () => {
  const click = (query_id: string, id: string) => ({
    action_name: 'click',
    query_id,
    event_attributes: { object: { object_id: id }, position: { ordinal: 1 } },
  });

  it('are kept one, several, and one a line, all or none', async () => {
    const { query_id } = (await ask({ text: 'lamp' })).body;
    const before = await server.service.store.countEvents();
    expect((await server.json('POST', '/v1/events', click(query_id, 'oak'))).body).toEqual({
      count: 1,
      without_search: 0,
    });
    const several = [click(query_id, 'oak'), { ...click(query_id, 'steel'), more: { kept: [1, 2] } }];
    expect((await server.json('POST', '/v1/events', several)).body).toEqual({ count: 2, without_search: 0 });
    const lines = several.map((event) => JSON.stringify(event)).join('\n');
    const type = { 'content-type': 'application/x-ndjson' };
    expect((await server.json('POST', '/v1/events', lines, type)).body).toEqual({
      count: 2,
      without_search: 0,
    });
    for (const wrong of [
      [...several, {}],
      [],
      'null',
      '7',
      { action_name: '' },
      new Array(1001).fill(several[0]),
    ]) {
      expect((await server.json('POST', '/v1/events', wrong)).status).toBe(400);
    }
    expect((await server.json('POST', '/v1/events', `${lines}\n{"action_name":`, type)).status).toBe(400);
    expect(await server.service.store.countEvents()).toBe(before + 5);
  });

  it('that cite no search are kept, counted and told of', async () => {
    const { query_id } = (await ask({ text: 'lamp' })).body;
    const unrecorded = (await ask({ text: 'lamp', record: false })).body.query_id;
    const metric = async () =>
      Number(
        /^attune_feedback_events_without_search_total (\d+)/m.exec(
          (await server.json('GET', '/metrics')).text,
        )![1],
      );
    const [before, kept] = [await metric(), await server.service.store.countEvents()];
    const events = [
      click(query_id, 'oak'),
      click(unrecorded, 'oak'),
      click('of another engine', 'oak'),
      { action_name: 'click', application: 'shop', user_query: 'lamp' },
    ];
    const { status, body } = await server.json('POST', '/v1/events', events);
    expect([status, body.count, body.without_search]).toEqual([200, 4, 3]);
    expect(body.note).toMatch(/^3 events of 4 cite no search of this server\. .* Send the query_id /);
    expect(await metric()).toBe(before + 3);
    expect(await server.service.store.countEvents()).toBe(kept + 4);
    expect((await server.json('POST', '/v1/events', click('nothing', 'oak'))).body.note).toMatch(
      /^1 event of 1 cites /,
    );
    // The same post again is the same answer.
    const again = { 'idempotency-key': 'without-search' };
    for (let repeat = 0; repeat < 2; ++repeat)
      expect((await server.json('POST', '/v1/events', events, again)).body).toEqual(body);
  });

  it('that name a document by a number beyond 2^53 keep its digits, in a body and one a line', async () => {
    const event = (id: string) =>
      `{"action_name":"click","application":"shop","user_query":"lamp","event_attributes":{"object":{"object_id":${id}}}}`;
    const type = { 'content-type': 'application/x-ndjson' };
    await server.json('POST', '/v1/events', event('9223372036854775371'));
    await server.json('POST', '/v1/events', event('9223372036854775372'), type);
    await server.json('POST', '/v1/events', event('4711'));
    const reader = StoreReader.open(server.service.folder);
    const ids = [...reader.events()].slice(-3).map(({ event }) => event.event_attributes?.object?.object_id);
    reader.close();
    expect(ids).toEqual(['9223372036854775371', '9223372036854775372', 4711]);
  });

  it('that are wrong are refused by their place', async () => {
    const wrong = { ...click('q', 'oak'), event_attributes: { object: { object_id: ['oak'] } } };
    const { body } = await server.json('POST', '/v1/events', [click('q', 'oak'), wrong]);
    expect(body.errors).toEqual([
      {
        pointer: '/1/event_attributes/object/object_id',
        detail: 'expected to be a text, a finite number or null, but received a list of 1 entry',
      },
    ]);
  });

  it('with the same Idempotency-Key are kept once, also when they come at once', async () => {
    const { query_id } = (await ask({ text: 'lamp' })).body;
    const before = await server.service.store.countEvents();
    const post = (key: string) =>
      server.json('POST', '/v1/events', click(query_id, 'oak'), { 'idempotency-key': key });
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('order-1')));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set(['200 {"count":1,"without_search":0}']),
    );
    await post('order-2');
    expect(await server.service.store.countEvents()).toBe(before + 2);
    expect((await post('with a blank')).status).toBe(400);
  });
});
