import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreReader } from '@attune/store';
import { afterAll, describe, expect, it } from 'vitest';
import { attune } from './command.js';
import { ServerProcess } from './harness/server-process.js';
import { SmallDisk } from './harness/small-disk.js';
import { collection, knownAnswers, missingOf, openShop, shopDocuments } from './harness/small-shop-server.js';

const folder = mkdtempSync(join(tmpdir(), 'attune-faults-'));
const servers: ServerProcess[] = [];
const documents = shopDocuments(1_200);
const first100 = documents.slice(0, 100);

/** Ends with the test file, whatever a test comes to. */
function kept(server: ServerProcess): ServerProcess {
  servers.push(server);
  return server;
}

afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  rmSync(folder, { recursive: true, force: true });
});

/** A server that refuses to start: how it ended, and what it said. */
async function refusedStart(data: string) {
  const server = kept(new ServerProcess(data));
  const { code } = await server.ended;
  return { code, errors: server.errors };
}

/** Every file below a folder. */
const filesBelow = (path: string) =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .sort();

const mountable = SmallDisk.possible();
const why = mountable ? '' : ' (not run: this user may not mount a small disk)';

describe.skipIf(!mountable)(`a disk${why}`, () => {
  it('that is full refuses writes with 507, answers searches, and takes writes again once there is space', async () => {
    const disk = new SmallDisk(64);
    try {
      const data = join(disk.folder, 'data');
      const server = kept(await openShop(data, documents));
      const { client } = server;
      const before = await knownAnswers(client);
      disk.fill();
      const acknowledged: typeof documents = [];
      const refused: typeof documents = [];
      for (let n = 0; n < 3_000 && refused.length < 5; n++) {
        const document = {
          id: `late-${n}`,
          fields: { title: `late ${n} ${'x'.repeat(2_000)}` },
          attributes: { stock: n },
        };
        const { id, ...body } = document;
        const path = `/v1/collections/${collection}/documents/${id}`;
        const { status, text } = await client.patiently(path, { method: 'PUT', body });
        if (status === 201) {
          acknowledged.push(document);
          continue;
        }
        refused.push(document);
        expect(status).toBe(507);
        expect(JSON.parse(text)).toMatchObject({ status: 507, code: 'DISK_FULL' });
        expect(text).not.toContain(disk.folder);
      }
      expect(refused).toHaveLength(5);
      const now = await knownAnswers(client);
      expect(now.map((line) => line.split(':')[0])).toEqual(before.map((line) => line.split(':')[0]));
      expect(await missingOf(client, first100)).toEqual([]);

      disk.free();
      const startedAt = performance.now();
      let status = 0;
      while (status !== 201 && performance.now() - startedAt < 5_000) {
        const body = { fields: { title: 'written once there is space' } };
        ({ status } = await client.patiently(`/v1/collections/${collection}/documents/after`, {
          method: 'PUT',
          body,
        }));
      }
      expect(status, 'within 5 s, without a restart').toBe(201);

      await server.kill();
      const again = kept(await ServerProcess.ready(data));
      expect(await missingOf(again.client, [...first100, ...acknowledged])).toEqual([]);
      expect(await missingOf(again.client, refused)).toEqual(refused.map(({ id }) => `${id}: 404`));
      await again.stop();
      expect(await attune(['verify', data])).toMatchObject({ code: 0 });
    } finally {
      await servers.at(-1)?.kill();
      disk.remove();
    }
  });

  it('that is read-only ends the server with an error that names it, and nothing is lost', async () => {
    const disk = new SmallDisk(64);
    try {
      const data = join(disk.folder, 'data');
      const server = kept(await openShop(data, documents));
      await server.stop();
      disk.setReadOnly(true);
      const { code, errors } = await refusedStart(data);
      expect(code).toBe(1);
      expect(errors).toContain('FILE_UNWRITABLE');
      expect(errors).toContain(data);
      disk.setReadOnly(false);
      const again = kept(await ServerProcess.ready(data));
      expect(await missingOf(again.client, first100)).toEqual([]);
    } finally {
      await servers.at(-1)?.kill();
      disk.remove();
    }
  });
});

describe('an index file', () => {
  const data = join(folder, 'index');

  const damages: [string, (file: string) => void][] = [
    [
      'of which a byte is flipped',
      (file) => {
        const bytes = readFileSync(file);
        const at = bytes.length >> 1;
        bytes[at] = bytes[at]! ^ 0x10;
        writeFileSync(file, bytes);
      },
    ],
    ['that is cut in half', (file) => truncateSync(file, statSync(file).size >> 1)],
    ['that is gone', (file) => rmSync(file)],
  ];

  it.each(damages)('%s is made again, and the answers are the same', async (_, damage) => {
    if (!existsSync(data)) await (await openShop(data, documents)).stop();
    const indexes = join(data, 'indexes');
    let server = kept(await ServerProcess.ready(data));
    const before = await knownAnswers(server.client);
    await server.stop();
    const files = filesBelow(indexes);
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) {
      const bytes = readFileSync(file);
      damage(file);
      server = kept(await ServerProcess.ready(data));
      expect(await knownAnswers(server.client), file).toEqual(before);
      const { documents: count, indexed } = await server.client.json<{ documents: number; indexed: number }>(
        `/v1/collections/${collection}`,
      );
      expect([count, indexed]).toEqual([documents.length, documents.length]);
      expect((await server.stop()).code).toBe(0);
      expect(existsSync(file), file).toBe(true);
      if (!file.endsWith('manifest.json')) expect(readFileSync(file).equals(bytes), file).toBe(true);
    }
  });
});

describe('the database', () => {
  /** Where the text stands in the file. */
  const placeOf = (file: string, text: string) => readFileSync(file).indexOf(Buffer.from(text));

  async function damaged(name: string, damage: (bytes: Buffer, at: number) => void): Promise<string> {
    const data = join(folder, name);
    await (await openShop(data, documents)).stop();
    const file = join(data, 'attune.db');
    const at = placeOf(file, 'marker600x');
    expect(at).toBeGreaterThan(0);
    const bytes = readFileSync(file);
    damage(bytes, at);
    writeFileSync(file, bytes);
    return data;
  }

  it('of which a row is damaged names the row, never gives it out, and serves the rest', async () => {
    const data = await damaged('row', (bytes, at) => bytes.write('MARKER', at));
    const server = kept(await ServerProcess.ready(data));
    const { status, text } = await server.client.patiently(
      `/v1/collections/${collection}/documents/item-600`,
    );
    expect(status).toBe(500);
    expect(text).not.toContain('MARKER');
    expect(text).not.toContain(folder);
    // The answer may be here before what was logged of it.
    await expect.poll(() => server.errors).toMatch(/attune\.db.*item-600/s);
    expect(
      await missingOf(server.client, documents.filter(({ id }) => id !== 'item-600').slice(500, 700)),
    ).toEqual([]);
    expect(await knownAnswers(server.client)).toHaveLength(9);
    await server.stop();
    const verified = await attune(['verify', data]);
    expect(verified.code).not.toBe(0);
    expect(verified.out + verified.err).toMatch(/attune\.db.*item-600/s);
  });

  it('of which a row is damaged is whole again once the document is written again', async () => {
    const data = join(folder, 'row');
    const server = kept(await ServerProcess.ready(data));
    const { id, ...body } = documents[600]!;
    await server.client.json(`/v1/collections/${collection}/documents/${id}`, { method: 'PUT', body });
    expect(await missingOf(server.client, [documents[600]!])).toEqual([]);
    await server.stop();
    expect(await attune(['verify', data])).toMatchObject({ code: 0 });
  });

  it('of which a page is damaged is named, and what is on other pages is still served', async () => {
    const data = await damaged('page', (bytes, at) => {
      const pageSize = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
      bytes.fill(0xa5, at - (at % pageSize), at - (at % pageSize) + pageSize);
    });
    const server = kept(new ServerProcess(data));
    await server.untilReady(30_000);
    const { status, text } = await server.client.patiently(
      `/v1/collections/${collection}/documents/item-600`,
    );
    expect(status).toBe(500);
    expect(text).not.toContain(folder);
    await expect.poll(() => server.errors).toContain('attune.db');
    // A page holds a few dozen documents of neighbouring ids.
    const lost = await missingOf(server.client, documents);
    expect(lost.length).toBeLessThan(100);
    expect(await knownAnswers(server.client)).toHaveLength(9);
    await server.kill();
    const verified = await attune(['verify', data]);
    expect(verified.code).not.toBe(0);
    expect(verified.out + verified.err).toContain('attune.db');
  });
});

describe('the clock', () => {
  /** A module that moves Date.now before anything else runs, in every thread. */
  const moved = (ms: number) => [
    '--import',
    `data:text/javascript,${encodeURIComponent(`const now = Date.now; Date.now = () => now() + ${ms};`)}`,
  ];
  const day = 86_400_000;

  it('that goes back a day, or ten years ahead, loses nothing and changes no order', async () => {
    const data = join(folder, 'clock');
    const post = async (server: ServerProcess, mark: string) =>
      server.client.json('/v1/events', { body: { action_name: 'click', application: collection, mark } });
    let server = kept(await openShop(data, documents));
    // Of the documents written below, searches by vector find none, and they change no score of another.
    const byVector = (line: string) => line.startsWith('vector');
    const before = (await knownAnswers(server.client)).filter(byVector);
    await post(server, 'first');
    await server.stop();
    for (const [mark, ms] of [
      ['second', -day],
      ['third', 3_650 * day],
      ['fourth', -2 * day],
    ] as const) {
      server = kept(await ServerProcess.ready(data, { nodeArgs: moved(ms) }));
      await post(server, mark);
      const body = { fields: { title: `written at ${mark}` } };
      await server.client.json(`/v1/collections/${collection}/documents/${mark}`, { method: 'PUT', body });
      expect(await missingOf(server.client, first100)).toEqual([]);
      await server.stop();
    }
    const reader = StoreReader.open(data);
    const events = [...reader.events()];
    reader.close();
    expect(events.map(({ event }) => event['mark'])).toEqual(['first', 'second', 'third', 'fourth']);
    const times = events.map(({ receivedAt }) => receivedAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    server = kept(await ServerProcess.ready(data));
    for (const mark of ['second', 'third', 'fourth'])
      expect((await server.client.patiently(`/v1/collections/${collection}/documents/${mark}`)).status).toBe(
        200,
      );
    expect((await knownAnswers(server.client)).filter(byVector)).toEqual(before);
    await server.stop();
  });
});

describe('a data folder', () => {
  it('is of one server: a second one ends at once and names the first, and a killed one leaves no lock', async () => {
    const data = join(folder, 'two');
    const server = kept(await openShop(data, first100));
    const startedAt = performance.now();
    const { code, errors } = await refusedStart(data);
    expect(code).toBe(1);
    expect(errors).toContain('STORE_LOCKED');
    expect(errors).toContain(String(server.pid));
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(await missingOf(server.client, first100)).toEqual([]);
    await server.kill();
    const next = kept(await ServerProcess.ready(data));
    expect(await missingOf(next.client, first100)).toEqual([]);
    await next.stop();
  });

  it('is cleared of what a killed process left half made', async () => {
    const data = join(folder, 'stale');
    await (await openShop(data, first100)).stop();
    const stale = [
      join(data, 'indexes', collection, '.1.half.partial'),
      join(data, 'indexes', collection, '.1.half.old'),
      join(data, 'bundles', '.partial-model-12-0123456789abcdef'),
      join(data, 'datasets', '.partial-data-12-0123456789abcdef'),
    ];
    for (const path of stale) {
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'rubbish'), 'half');
    }
    const server = kept(await ServerProcess.ready(data));
    expect(await missingOf(server.client, first100)).toEqual([]);
    expect(
      (await server.client.json<{ data: { id: string }[] }>('/v1/models')).data.map(({ id }) => id),
    ).not.toContain('.partial-model-12-0123456789abcdef');
    await server.stop();
    expect(stale.filter((path) => existsSync(path))).toEqual([]);
  });
});
