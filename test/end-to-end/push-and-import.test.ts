import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createClient } from '@attune/client';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, writeSmallBase } from '../packages/tune/small-shop.js';
import { attune, attuneServe, type RunningServer } from './command.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
let server: RunningServer;
let base: string;

beforeAll(async () => {
  base = await writeSmallBase(at('base'));
  server = await attuneServe([at('data')]);
}, 120_000);
afterAll(async () => {
  await server.stop();
}, 60_000);

const command = (...args: string[]) => attune([...args, '--url', server.url]);
const json = async (...args: string[]) => {
  const { code, out, err } = await command(...args, '--json');
  return { code, err, body: out === '' ? undefined : JSON.parse(out) };
};
const csv = (rows: readonly string[][]) =>
  `${[['number', 'name', 'price'], ...rows].map((row) => row.join(',')).join('\n')}\n`;

describe('a model, a collection and documents go into a running server', () => {
  it('by push, create and import, and are found', async () => {
    const pushed = await json('models', 'push', base, '--name', 'small');
    expect(pushed.code, pushed.err).toBe(0);
    expect(pushed.body).toMatchObject({ schema: 'attune.model/1', id: 'small', isNew: true });
    const again = await command('models', 'push', base, '--name', 'small');
    expect(again.code, again.err).toBe(0);
    expect(again.out).toContain('small is at');
    expect(again.out).toContain('already');

    const made = await json('collections', 'create', 'shop', '--model', 'small');
    expect(made.body).toMatchObject({
      schema: 'attune.collections/1',
      collections: [{ name: 'shop', bundle: 'small' }],
    });

    const rows = [
      ['1', 'new lamp', '40'],
      ['2', 'used sofa', '300'],
      ['3', 'new mug', '5'],
    ];
    writeFileSync(at('catalogue.csv'), csv(rows));
    const columns = ['--document-column', 'number', '--title-column', 'name'];
    const imported = await json(
      'documents',
      'import',
      at('catalogue.csv'),
      '--collection',
      'shop',
      ...columns,
    );
    expect(imported.code, imported.err).toBe(0);
    expect(imported.body).toMatchObject({
      schema: 'attune.import/1',
      documents: 3,
      continuedAfter: 0,
      created: 3,
      updated: 0,
      refused: 0,
      leftOut: {},
    });
    const { hits } = await createClient({ url: server.url }).search('shop', { text: 'lamp' });
    expect(hits[0]).toMatchObject({ id: '1' });
    expect(readdirSync(folder).filter((name) => name.endsWith('.import'))).toEqual([]);

    const shown = await command('collections', 'show', 'shop');
    expect(shown.out).toMatch(/documents\s+3, of which searches see 3/);
  });

  const catalogue = [
    { id: 'a1', title: 'new lamp', price: 40 },
    { id: 'a2', title: 'used sofa', price: 300 },
  ];
  it.each([
    ['lines.jsonl', Buffer.from(catalogue.map((row) => `${JSON.stringify(row)}\n`).join(''))],
    ['lines.jsonl.gz', gzipSync(catalogue.map((row) => `${JSON.stringify(row)}\n`).join(''))],
    ['list.json', Buffer.from(JSON.stringify(catalogue))],
    [
      'rows.parquet',
      Buffer.from(
        parquetWriteBuffer({
          columnData: [
            { name: 'id', data: catalogue.map(({ id }) => id), type: 'STRING' },
            { name: 'title', data: catalogue.map(({ title }) => title), type: 'STRING' },
            { name: 'price', data: catalogue.map(({ price }) => price), type: 'DOUBLE' },
          ],
        }),
      ),
    ],
  ])('takes a catalogue as %s', async (name, bytes) => {
    writeFileSync(at(name), bytes);
    const collection = `of-${name.replace(/\W/g, '-')}`;
    expect((await command('collections', 'create', collection, '--model', 'small')).code).toBe(0);
    const imported = await json('documents', 'import', at(name), '--collection', collection);
    expect(imported.code, imported.err).toBe(0);
    expect(imported.body).toMatchObject({ created: 2, refused: 0 });
    const { hits } = await createClient({ url: server.url }).search(collection, {
      text: 'sofa',
      limit: 1,
      filter: { field: 'price', atLeast: 100 },
    });
    expect(hits).toMatchObject([{ id: 'a2', fields: { title: 'used sofa' }, attributes: { price: 300 } }]);
    expect((await command('collections', 'delete', collection, '--yes')).code).toBe(0);
  });

  it('refuses another model under the same name before it is sent', async () => {
    const { code, err } = await command(
      'models',
      'push',
      await writeSmallBase(at('other'), 2),
      '--name',
      'small',
    );
    expect(code).toBe(1);
    expect(err).toMatch(/attune: CONFLICT: .*--name/);
  });

  it('counts what the server refuses by its kind, says where it is, and ends with 1', async () => {
    const lines = [
      { id: 'good', title: 'new lamp' },
      { id: 'x'.repeat(2000), title: 'new lamp' },
    ];
    writeFileSync(at('some.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
    const { code, body } = await json('documents', 'import', at('some.jsonl'), '--collection', 'shop');
    expect(code).toBe(1);
    expect(body).toMatchObject({ created: 1, refused: 1, refusedByKind: { INVALID_ARGUMENT: 1 } });
    expect(body.refusals[0]).toMatchObject({ file: expect.stringContaining('some.jsonl'), line: 2 });
  });

  it('deletes a collection only when told to', async () => {
    const asked = await command('collections', 'delete', 'shop');
    expect(asked.code).toBe(1);
    expect(asked.err).toMatch(/--yes, because this deletes the collection shop with \d documents/);
    expect((await command('collections', 'delete', 'shop', '--yes')).code).toBe(0);
    expect((await json('collections', 'list')).body).toEqual({
      schema: 'attune.collections/1',
      collections: [],
    });
  });
});

describe('an import that was stopped', () => {
  /** Stands between the command and the server: fails after some batches, and says once that it is busy. */
  async function between(mostBatches: number) {
    let batches = 0;
    let busy = 0;
    const bodies: number[] = [];
    const proxy = createServer(async (request, reply) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      const isBatch = request.method === 'POST' && request.url!.includes('/documents');
      if (isBatch && busy++ === 0) {
        reply.writeHead(503, { 'retry-after': '0' }).end('{}');
        return;
      }
      if (isBatch && ++batches > mostBatches) {
        request.socket.destroy();
        return;
      }
      if (isBatch) bodies.push(body.toString().trim().split('\n').length);
      const headers = {
        'content-type': request.headers['content-type'] ?? '',
        accept: request.headers.accept ?? '',
      };
      const answer = await fetch(server.url + request.url, {
        method: request.method!,
        ...(body.length > 0 && { body, headers }),
      });
      reply.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      reply.end(await answer.text());
    });
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
    return {
      proxy,
      bodies,
      allow: () => {
        batches = -1e6;
      },
      url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    };
  }

  it('continues where it was, and begins anew where the file has changed before that place', async () => {
    await createClient({ url: server.url }).collections.create({ name: 'large', bundle: 'small' });
    const rows = Array.from({ length: 2500 }, (_, i) => [`d${i}`, 'new lamp', String(i)]);
    writeFileSync(at('large.csv'), csv(rows));
    const { proxy, bodies, allow, url } = await between(1);
    const columns = ['--document-column', 'number', '--title-column', 'name', '--json'];
    const run = () =>
      attune(['documents', 'import', at('large.csv'), '--collection', 'large', ...columns, '--url', url]);
    const stopped = await run();
    expect(stopped.code).toBe(1);
    expect(stopped.err).toMatch(/Stopped after 1,000 of 2,500 documents.*The same command continues/);

    // What comes behind that place may change; it is read as it is now.
    writeFileSync(at('large.csv'), csv([...rows, ['more', 'used mug', '1']]));
    allow();
    const continued = await run();
    expect(continued.code, continued.err).toBe(0);
    expect(JSON.parse(continued.out)).toMatchObject({ documents: 2501, continuedAfter: 1000, created: 1501 });
    expect(bodies).toEqual([1000, 1000, 501]);
    expect(existsSync(at('.large.csv.large.import'))).toBe(false);

    writeFileSync(
      at('.large.csv.large.import'),
      JSON.stringify({ url, collection: 'large', createdAt: 0, done: 2000, sha256: 'another' }),
    );
    const anew = await run();
    expect(JSON.parse(anew.out)).toMatchObject({ continuedAfter: 0, created: 0, updated: 2501 });
    proxy.close();
  });
});

describe('attune serve', () => {
  it('says what a folder of an index and a model are, and writes nothing there', async () => {
    writeFileSync(at('few.jsonl'), '{"id":"1","title":"new lamp"}\n');
    const index = at('my-index');
    expect((await attune(['index', at('few.jsonl'), '--model', base, '--out', index])).code).toBe(0);
    for (const place of [index, base]) {
      const before = readdirSync(place);
      const { code, err } = await attune(['serve', place, '--port', '0']);
      expect(code).toBe(1);
      expect(err).toMatch(/attune: INVALID_ARGUMENT: .*attune documents import/);
      expect(readdirSync(place)).toEqual(before);
    }
  });

  it('leaves no folder of a start that is refused, and says what to do', async () => {
    const { port } = new URL(server.url);
    const taken = await attune(['serve', at('new/deeper'), '--port', port]);
    expect(taken.code).toBe(1);
    expect(taken.err).toMatch(/attune: UNAVAILABLE: .*--port 0/);
    expect(existsSync(at('new'))).toBe(false);
    const open = await attune(['serve', at('new'), '--host', '0.0.0.0', '--port', '0']);
    expect(open.code).toBe(1);
    expect(existsSync(at('new'))).toBe(false);
    const twice = await attune(['serve', at('data'), '--port', '0']);
    expect(twice.err).toMatch(/attune: STORE_LOCKED: .*--url/);
    expect(existsSync(at('data'))).toBe(true);
  });
});
