import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lamps, linesOf, type RunningServer, startServer } from './running-server.js';

let server: RunningServer;
const documents = '/v1/collections/shop/documents';
const ndjson = { 'content-type': 'application/x-ndjson' };
const bulk = (body: string, query = '') => server.json('POST', documents + query, body, ndjson);

beforeAll(async () => {
  server = await startServer();
  await server.json('POST', '/v1/collections', { name: 'shop' });
});
afterAll(() => server.close());

describe('a collection', () => {
  it('is made, listed, configured and dropped', async () => {
    const made = await server.json('POST', '/v1/collections', { name: 'brief' });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe('/v1/collections/brief');
    expect(made.body).toMatchObject({
      name: 'brief',
      documents: 0,
      release: 1,
      bundle: 'attune-base-en',
      ready: true,
    });
    expect((await server.json('POST', '/v1/collections', { name: 'brief' })).status).toBe(409);
    const { body } = await server.json('GET', '/v1/collections');
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['brief', 'shop']);
    const change = { learning: { schedule: '0 3 * * *', promotion: 'byHand' } };
    const configured = await server.json('PATCH', '/v1/collections/brief', change);
    expect(configured.status).toBe(200);
    expect(configured.body.learning).toMatchObject(change.learning);
    expect((await server.json('DELETE', '/v1/collections/brief')).status).toBe(204);
    expect((await server.json('GET', '/v1/collections/brief')).status).toBe(404);
  });
});

describe('documents one at a time', () => {
  it('are written, read, changed and deleted', async () => {
    const path = `${documents}/${encodeURIComponent('a/b 😀')}`;
    const [{ fields, attributes }] = lamps as [(typeof lamps)[0]];
    expect((await server.json('PUT', path, { fields, attributes })).body).toMatchObject({
      status: 'created',
    });
    expect((await server.json('PUT', path, { fields, attributes })).status).toBe(200);
    const patched = await server.json('PATCH', path, { attributes: { price: null, colour: 'brown' } });
    expect(patched.body).toMatchObject({ id: 'a/b 😀', status: 'updated' });
    expect((await server.json('GET', path)).body).toMatchObject({
      id: 'a/b 😀',
      fields,
      attributes: { set: 'wood', colour: 'brown' },
    });
    expect((await server.json('DELETE', path)).body).toMatchObject({ status: 'deleted' });
    for (const method of ['GET', 'DELETE']) expect((await server.json(method, path)).status).toBe(404);
    expect((await server.json('PATCH', path, { fields: {} })).status).toBe(404);
    expect((await server.json('PUT', '/v1/collections/none/documents/a', { fields: {} })).status).toBe(404);
  });
});

describe('a document', () => {
  const path = `${documents}/one`;

  it('may have lists of texts for attributes; what is null is absent, and in a patch taken away', async () => {
    const body = {
      fields: { title: 'Oak lamp', note: null },
      attributes: { tags: ['oak', 'lamp'], rooms: [], price: null, sold: false },
    };
    expect((await server.json('PUT', path, body)).status).toBe(201);
    expect((await server.json('GET', path)).body).toMatchObject({
      fields: { title: 'Oak lamp' },
      attributes: { tags: ['oak', 'lamp'], rooms: [], sold: false },
    });
    expect((await server.json('PATCH', path, { attributes: { tags: ['pine'], rooms: null } })).status).toBe(
      200,
    );
    const { body: found } = await server.json('GET', path);
    expect(found).toEqual({
      id: 'one',
      fields: { title: 'Oak lamp' },
      attributes: { tags: ['pine'], sold: false },
      sequence: expect.any(Number),
    });
    await server.json('DELETE', path);
  });

  it('may have null for what nobody gave, alone as in bulk', async () => {
    expect((await server.json('PUT', path, { fields: { title: 'Lamp' }, attributes: null })).status).toBe(
      201,
    );
    const lines = [
      { op: null, id: 'one', fields: { title: 'Oak' }, attributes: null },
      { op: 'patch', id: 'one', fields: null, attributes: { price: 1 } },
    ];
    const { body } = await bulk(linesOf(lines));
    expect(body.map(({ status }: { status: string }) => status)).toEqual(['updated', 'updated']);
    expect((await server.json('GET', path)).body).toMatchObject({
      fields: { title: 'Oak' },
      attributes: { price: 1 },
    });
    await server.json('DELETE', path);
  });

  it.each([
    ['half a character', { fields: { title: '\ud800' } }, '/fields/title', /no lone surrogate/],
    [
      'a long list',
      { fields: {}, attributes: { tags: new Array(257).fill('') } },
      '/attributes/tags',
      /256 entries/,
    ],
    ['a nested list', { fields: {}, attributes: { tags: [['oak']] } }, '/attributes/tags/0', /to be a text/],
    ['an id in its body', { id: 'another', fields: {} }, '', /no member called "id"/],
    ['an op in its body', { op: 'delete', fields: {} }, '', /no member called "op"/],
    ['no fields', {}, '', /to have fields/],
  ])('with %s is refused by its place, alone as in bulk', async (_, body, pointer, expectation) => {
    const { status, body: problem } = await server.json('PUT', path, body);
    expect([status, problem.code]).toEqual([400, 'INVALID_ARGUMENT']);
    const detail = expect.stringMatching(expectation);
    expect(problem.errors).toEqual([{ pointer, detail }]);
    expect(problem.detail).toMatch(
      pointer === '' ? /^Expected the body to / : `Expected ${pointer} of the body to `,
    );
    expect((await server.json('GET', path)).status).toBe(404);

    if ('id' in body || 'op' in body) return; // a line of the bulk route has them
    const [line] = (await bulk(linesOf([{ id: 'one', ...body }]))).body;
    expect(line).toMatchObject({ line: 1, error: { code: 'INVALID_ARGUMENT', detail } });
    expect(line.error.detail).toContain(pointer === '' ? 'line 1' : `${pointer} of line 1`);
  });

  it('whose id nothing can have is refused by its path', async () => {
    const { status, body } = await server.json('PUT', `${documents}/a%C2%85b`, { fields: {} });
    expect(status).toBe(400);
    expect(body.detail).toBe('Expected /id of the path to have no control characters, but it has one.');
  });
});

describe('documents in bulk', () => {
  it('are answered a line each, in order; a bad line is said to be so and the rest is written', async () => {
    const lines = [
      { id: 'a', fields: { title: 'Oak lamp' }, attributes: { price: 4 } },
      '{"id":',
      { id: 'b', fields: { title: 7 } },
      '',
      { op: 'patch', id: 'a', attributes: { price: 5 } },
      { op: 'delete', id: 'nobody' },
      { op: 'replace', id: 'a' },
      { id: 'c', fields: { title: 'Chair' }, colour: 'red' },
      '{"id":"p","fields":{"__proto__":"x"}}',
      { id: 's', fields: { title: '\ud800' } },
      { id: 'd', fields: { title: 'x'.repeat(1024 * 1024) } },
      'null',
      { op: 'delete', id: 'a' },
      { id: 'e', fields: { title: 'Table' } },
    ];
    const { status, body, headers } = await bulk(linesOf(lines), '?refresh=wait');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    const short = body.map(
      (line: { id?: string; status?: string; line?: number; error?: { code: string } }) =>
        line.error === undefined ? [line.id, line.status] : [line.line, line.error.code],
    );
    expect(short).toEqual([
      ['a', 'created'],
      [2, 'INVALID_ARGUMENT'],
      [3, 'INVALID_ARGUMENT'],
      ['a', 'updated'],
      ['nobody', 'notFound'],
      [7, 'INVALID_ARGUMENT'],
      [8, 'INVALID_ARGUMENT'],
      [9, 'INVALID_ARGUMENT'],
      [10, 'INVALID_ARGUMENT'],
      [11, 'INVALID_ARGUMENT'],
      [12, 'INVALID_ARGUMENT'],
      ['a', 'deleted'],
      ['e', 'created'],
    ]);
    const hits = (await server.json('POST', '/v1/collections/shop/search', { text: 'table' })).body.hits;
    expect(hits[0].id).toBe('e');
  });

  it('beyond one unit come in their order, and are listed by pages', async () => {
    const count = 1234;
    const id = (i: number) => `many-${String(i).padStart(5, '0')}`;
    const lines = Array.from({ length: count }, (_, i) => ({ id: id(i), fields: { title: `thing ${i}` } }));
    const { body } = await bulk(linesOf(lines));
    expect(body.map((line: { id: string }) => line.id)).toEqual(lines.map((line) => line.id));
    const sequences = body.map((line: { sequence: number }) => line.sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));

    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await server.json(
        'GET',
        `${documents}?limit=500${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.body.data.map((each: { id: string }) => each.id));
      cursor = page.body.next_cursor;
    } while (cursor !== null);
    expect(seen.filter((each) => each.startsWith('many-'))).toEqual(lines.map((line) => line.id));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('of no collection, of another type or of too many lines are refused', async () => {
    const line = linesOf([{ id: 'a', fields: {} }]);
    expect((await server.json('POST', '/v1/collections/none/documents', line, ndjson)).status).toBe(404);
    const xml = await server.json('POST', documents, '<a/>', { 'content-type': 'application/xml' });
    expect(xml.status).toBe(415);
    expect(xml.body.detail).toBe(
      'Expected a body of the Content-Type application/x-ndjson or application/json or text/csv or text/tab-separated-values, but ' +
        'received "application/xml".',
    );
    expect((await bulk('\n'.repeat(100_001))).status).toBe(413);
    expect((await bulk('')).body).toBe('');
    const bodiless = await fetch(`${server.url}${documents}?refresh=wait`, { method: 'POST' });
    expect([bodiless.status, await bodiless.text()]).toEqual([200, '']);
  });

  it('may be a JSON list, or one document, and are answered by their places', async () => {
    const list = [
      { id: 'j1', fields: { title: 'Oak, "[lamp]"' } },
      { id: 'j2', fields: { title: 7 } },
      { op: 'patch', id: 'j1', attributes: { price: 5 } },
    ];
    const { status, headers, body } = await server.json('POST', documents, list);
    expect([status, headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^application\/x-ndjson/),
    ]);
    expect(body).toEqual([
      { line: 1, id: 'j1', status: 'created', sequence: expect.any(Number) },
      {
        line: 2,
        error: {
          code: 'INVALID_ARGUMENT',
          detail: 'Expected /fields/title of document 2 to be a text or null, but received 7.',
        },
      },
      { line: 3, id: 'j1', status: 'updated', sequence: expect.any(Number) },
    ]);
    const one = await server.json('POST', documents, { id: 'j3', fields: { title: 'Chair' } });
    expect(one.body).toEqual([{ line: 1, id: 'j3', status: 'created', sequence: expect.any(Number) }]);
    expect((await server.json('POST', documents, '[]')).body).toBe('');
    // Nothing was written when it broke, so all of it may be sent again.
    const cut = await server.json('POST', documents, `[${JSON.stringify({ ...list[0], id: 'j4' })}, {"id":`);
    expect([cut.status, cut.body.detail]).toEqual([400, expect.stringContaining('it ends too early')]);
    expect((await server.json('GET', `${documents}/j4`)).status).toBe(404);
  });

  it('may be a table, whose columns are told as those of a dataset are', async () => {
    const type = { 'content-type': 'text/csv; charset=utf-8' };
    const rows = [
      'sku;title;price',
      't1;"Oak; lamp";30',
      't2;Chair;',
      ';Nobody;1',
      't1;Again;2',
      't3;"Two\nlines";4',
    ];
    const { status, body } = await server.json('POST', documents, rows.join('\n'), type);
    expect(status).toBe(200);
    expect(body.filter(({ line }: { line?: number }) => line !== undefined)).toEqual([
      { line: 2, id: 't1', status: 'created', sequence: expect.any(Number) },
      { line: 3, id: 't2', status: 'created', sequence: expect.any(Number) },
      { line: 6, id: 't3', status: 'created', sequence: expect.any(Number) },
    ]);
    expect(body.filter(({ line }: { line?: number }) => line === undefined)).toEqual(
      ['have no id', 'have an id that a row before has'].map((reason) => ({
        count: 1,
        error: { code: 'DATA_INVALID', detail: `Expected rows to be documents, but 1 of them ${reason}.` },
      })),
    );
    expect((await server.json('GET', `${documents}/t1`)).body).toMatchObject({
      fields: { title: 'Oak; lamp' },
      attributes: { price: '30' },
    });
    const tabs = { 'content-type': 'text/tab-separated-values' };
    expect((await server.json('POST', documents, 'id\ttitle\nt4\tLamp\n', tabs)).body[0].id).toBe('t4');
    for (const wrong of [
      'one\ntwo\nthree\n',
      '{"id":1}',
      'id,title\n',
      'PK\u0003\u0004 a workbook',
      '\u0000\u0001',
      '"open',
    ]) {
      const answer = await server.json('POST', documents, wrong, type);
      expect([answer.status, answer.text], wrong).toEqual([
        400,
        expect.not.stringMatching(/attune-table|tmp|documents\.csv/),
      ]);
    }
    expect((await server.json('POST', documents, '', type)).body).toBe('');
  });

  it('that are all wrong are refused with the first 100 errors, and nothing is written', async () => {
    const before = (await server.json('GET', '/v1/collections/shop')).body.documents;
    const wrong = Array.from({ length: 1450 }, (_, i) => ({
      product: `p${i}`,
      title: `thing ${i}`,
      price: i,
    }));
    const right = { id: 'late', fields: { title: 'Lamp' } };
    for (const answer of [
      await bulk(linesOf([...wrong, right])),
      await server.json('POST', documents, [...wrong, right]),
    ]) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        422,
        expect.stringMatching(/^application\/problem\+json/),
      ]);
      expect(answer.body).toMatchObject({
        code: 'INVALID_ARGUMENT',
        detail: expect.stringMatching(/first 100 .* Nothing was written/),
      });
      expect(answer.body.errors).toHaveLength(100);
      expect(answer.body.errors.map(({ line }: { line: number }) => line)).toEqual(
        Array.from({ length: 100 }, (_, i) => i + 1),
      );
      expect(answer.body.errors[99].detail).toMatch(/(line|document) 100 to have id and fields/);
    }
    expect((await server.json('GET', '/v1/collections/shop')).body.documents).toBe(before);
    const few = await bulk(linesOf(wrong.slice(0, 99)));
    expect([few.status, few.body.length]).toEqual([200, 99]);
  });

  it('of which many are wrong in one way are told so 100 times, and then counted', async () => {
    const wrong = (i: number) => ({ id: `w${i}`, fields: { title: i } });
    const lines = [
      { id: 'right', fields: { title: 'Lamp' } },
      ...Array.from({ length: 1449 }, (_, i) => wrong(i)),
      '{"id":',
      { id: 'right', fields: { title: 'Lamps' } },
    ];
    const { status, body, text } = await bulk(linesOf(lines));
    expect(status).toBe(200);
    expect(text.length).toBeLessThan(20_000);
    expect(body[0]).toMatchObject({ line: 1, id: 'right', status: 'created' });
    expect(body.slice(1, 101).map(({ line }: { line: number }) => line)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 2),
    );
    expect(body.slice(101)).toEqual([
      { line: 1451, error: { code: 'INVALID_ARGUMENT', detail: expect.stringContaining('to be JSON') } },
      { line: 1452, id: 'right', status: 'updated', sequence: expect.any(Number) },
      {
        line: 102,
        count: 1349,
        error: {
          code: 'INVALID_ARGUMENT',
          detail:
            '1,349 more lines are wrong in this way. Of the first: Expected /fields/title of line 102 to be a text or null, but received 100.',
        },
      },
    ]);
  });

  it('that end too early leave what was whole, and no answer', async () => {
    const controller = new AbortController();
    const body = new ReadableStream({
      async start(stream) {
        stream.enqueue(
          Buffer.from(`${linesOf([{ id: 'cut-1', fields: { title: 'one' } }])}\n{"id":"cut-2","fie`),
        );
        await new Promise((resolve) => setTimeout(resolve, 100));
        controller.abort();
      },
    });
    const asked = fetch(server.url + documents, {
      method: 'POST',
      headers: ndjson,
      body,
      signal: controller.signal,
      duplex: 'half',
    });
    await expect(asked).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await server.json('GET', `${documents}/cut-2`)).status).toBe(404);
    expect((await server.json('GET', '/healthz')).status).toBe(200);
  });
});
