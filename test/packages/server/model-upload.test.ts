import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sealed } from '@attune/files';
import { createKey } from '@attune/server';
import { Service } from '@attune/service';
import { type Header, pack } from 'tar-stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, writeSmallBase } from '../tune/small-shop.js';
import { type RunningServer, startServer } from './running-server.js';

const MiB = 2 ** 20;
const folder = temporaryFolder();
let server: RunningServer;
/** The files of a model, by name. */
let files: Map<string, Buffer>;

beforeAll(async () => {
  server = await startServer({ limits: { maxUploadBytes: 8 * MiB, requestTimeoutMs: 5000 } });
  files = await filesOf(await writeSmallBase(join(folder, 'base')));
});
afterAll(() => server.close());

async function filesOf(bundle: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const entry of await readdir(bundle, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(path.slice(bundle.length + 1), await readFile(path));
  }
  return found;
}

type TarEntry = Partial<Header> & { name: string; content?: Buffer | string };

async function tar(entries: readonly TarEntry[]): Promise<Buffer<ArrayBuffer>> {
  const archive = pack();
  for (const { content = '', ...header } of entries) archive.entry(header, content);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

const entriesOf = (of: Map<string, Buffer>, prefix = ''): TarEntry[] =>
  [...of].map(([name, content]) => ({ name: prefix + name, content }));

const push = (name: string, body: NonNullable<RequestInit['body']>, type = 'application/x-tar') =>
  fetch(`${server.url}/v1/models?name=${name}`, {
    method: 'POST',
    body,
    headers: { 'content-type': type },
    ...{ duplex: 'half' },
  });

const bundles = () => readdir(join(server.service.folder, 'bundles'), { recursive: true });
const models = async () =>
  (await server.json('GET', '/v1/models')).body.data.map(({ id }: { id: string }) => id);

interface Refusal {
  error: { code: string; message: string };
}

describe('POST /v1/models', () => {
  it('brings in a model that a collection can be made with, and says the second time that it is there', async () => {
    const body = await tar([{ name: './', type: 'directory' }, ...entriesOf(files, './')]);
    const first = await push('pushed', body);
    expect(first.status).toBe(201);
    expect(first.headers.get('location')).toBe('/v1/models/pushed');
    const model = await first.json();
    expect(model).toMatchObject({ id: 'pushed', kind: 'static', base: null, job: null });
    const again = await push('pushed', body);
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual(model);
    expect((await server.json('POST', '/v1/collections', { name: 'shop', bundle: 'pushed' })).status).toBe(
      201,
    );
    expect((await bundles()).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('takes a gzip, and passes over what is no part of a model', async () => {
    const more: TarEntry[] = [
      { name: '.gitattributes', content: 'x' },
      { name: 'run.sh', content: 'rm -rf /', mode: 0o777 },
    ];
    const packed = gzipSync(await tar([...entriesOf(files), ...more]));
    const answer = await push('zipped', packed, 'application/gzip');
    expect(answer.status).toBe(201);
    const kept = (await bundles()).filter((name) => name.startsWith('zipped/'));
    expect(kept).toContain('zipped/modules.json');
    expect(kept.filter((name) => /run|git/.test(name))).toEqual([]);
  });

  it('refuses another model under a name that is taken, and keeps the first', async () => {
    await push('taken', await tar(entriesOf(files)));
    const other = await filesOf(await writeSmallBase(join(folder, 'other'), 2));
    const answer = await push('taken', await tar(entriesOf(other)));
    expect(answer.status).toBe(409);
    const { error } = (await answer.json()) as Refusal;
    expect(error.code).toBe('CONFLICT');
    expect(error.message).toContain('choose another name');
    expect(await readFile(join(server.service.folder, 'bundles/taken/attune.json'))).toEqual(
      files.get('attune.json'),
    );
  });

  it('is for keys of the scope admin alone', async () => {
    const guarded = await startServer();
    const { store } = guarded.service;
    const scopes = ['search', 'write', 'train', 'feedback', 'metrics'] as const;
    const other = (await createKey(store, { label: 'other', scopes: [...scopes] })).key;
    const admin = (await createKey(store, { label: 'admin', scopes: ['admin'] })).key;
    await guarded.app.keys.refresh();
    const body = await tar(entriesOf(files));
    const statusWith = async (key: string) => {
      const headers = { 'content-type': 'application/x-tar', authorization: `Bearer ${key}` };
      return (await fetch(`${guarded.url}/v1/models?name=mine`, { method: 'POST', body, headers })).status;
    };
    expect(await statusWith(other)).toBe(403);
    expect(await readdir(join(guarded.service.folder, 'bundles'))).toEqual([]);
    expect(await statusWith(admin)).toBe(201);
    await guarded.close();
  });
});

describe('an upload that is refused', () => {
  let before: string[];
  beforeAll(async () => {
    before = [...(await bundles())].sort();
  });
  afterEach(async () => {
    await expect.poll(async () => [...(await bundles())].sort(), { timeout: 3000 }).toEqual(before);
    expect(await models()).not.toContain('bad');
    expect(await readdir(server.service.folder)).not.toContain('escaped');
  });

  const model = () => entriesOf(files);
  const golden = () => {
    const manifest = JSON.parse(files.get('attune.json')!.toString());
    const [first, second] = manifest.golden;
    [first.vector, second.vector] = [second.vector, first.vector];
    return entriesOf(new Map([...files, ['attune.json', Buffer.from(JSON.stringify(sealed(manifest)))]]));
  };
  const otherWeights = () => {
    const [name, weights] = [...files].find(([each]) => each.endsWith('.safetensors'))!;
    const changed = Buffer.from(weights);
    changed[changed.length - 1]! ^= 1;
    return entriesOf(new Map([...files, [name, changed]]));
  };

  it.each<[string, () => TarEntry[], string, RegExp]>([
    [
      'a symbolic link',
      () => [...model(), { name: 'a.json', type: 'symlink', linkname: '/etc/passwd' }],
      'DATA_INVALID',
      /a\.json.* is a symlink/,
    ],
    [
      'a hard link',
      () => [...model(), { name: 'a.json', type: 'link', linkname: 'modules.json' }],
      'DATA_INVALID',
      /is a link/,
    ],
    [
      'a device',
      () => [...model(), { name: 'a.json', type: 'character-device' }],
      'DATA_INVALID',
      /is a character-device/,
    ],
    ['a pipe', () => [...model(), { name: 'a.json', type: 'fifo' }], 'DATA_INVALID', /is a fifo/],
    [
      'a way out',
      () => [...model(), { name: '../../escaped', content: 'x' }],
      'DATA_INVALID',
      /leads out of it/,
    ],
    [
      'a way out behind a folder',
      () => [...model(), { name: 'a/../../../escaped', content: 'x' }],
      'DATA_INVALID',
      /leads out of it/,
    ],
    [
      'an absolute path',
      () => [...model(), { name: '/tmp/escaped', content: 'x' }],
      'DATA_INVALID',
      /is absolute/,
    ],
    [
      'a path of Windows',
      () => [...model(), { name: 'a\\..\\..\\escaped', content: 'x' }],
      'DATA_INVALID',
      /plain names/,
    ],
    [
      'a long path',
      () => [...model(), { name: `${'a/'.repeat(130)}b`, content: 'x' }],
      'DATA_INVALID',
      /at most 256 bytes/,
    ],
    [
      'a file twice',
      () => [...model(), { name: 'modules.json', content: '[]' }],
      'DATA_INVALID',
      /modules\.json.* is there twice/,
    ],
    [
      'a file that is also a folder',
      () => [...model(), { name: 'modules.json/a', content: 'x' }],
      'DATA_INVALID',
      /file and of a folder/,
    ],
    [
      'too many entries',
      () => Array.from({ length: 1001 }, (_, i) => ({ name: `${i}.json` })),
      'DATA_INVALID',
      /at most 1000 files/,
    ],
    ['no model', () => [{ name: 'notes.txt', content: 'x' }], 'BUNDLE_INVALID', /modules\.json is missing/],
    ['nothing', () => [], 'BUNDLE_INVALID', /modules\.json is missing/],
    [
      'a model in a folder',
      () => entriesOf(files, 'tuned/'),
      'BUNDLE_INVALID',
      /lies in tuned\/.*tar c -C tuned \./,
    ],
    ['a wrong golden vector', golden, 'BUNDLE_MISMATCH', /golden/],
    ['other weights', otherWeights, 'BUNDLE_MISMATCH', /fingerprint/],
  ])('for %s leaves nothing', async (_, entries, code, message) => {
    const answer = await push('bad', await tar(entries()));
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as Refusal;
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('.partial');
    expect(error.message).not.toContain(server.service.folder);
  });

  /** A header says that the file is larger than the archive may be. */
  const huge = async (type: '0' | 'x') => {
    const archive = await tar([{ name: 'model.safetensors', content: 'x' }]);
    archive.write('77777777777', 124, 'latin1');
    archive.write(type, 156, 'latin1');
    let sum = 8 * 32;
    for (let i = 0; i < 512; i++) if (i < 148 || i >= 156) sum += archive[i]!;
    archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return archive;
  };

  it('because a header tells a huge size is refused before the file comes', async () => {
    const answer = await push('bad', await huge('0'));
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as Refusal).error.message).toMatch(/says that it has 8589934591/);
    const header = await push('bad', await huge('x'));
    expect(header.status).toBe(400);
    expect(((await header.json()) as Refusal).error.code).toBe('DATA_INVALID');
  });

  it('because it is cut off, no archive, no gzip, empty, or of another type', async () => {
    const whole = await tar(model());
    const cases: [NonNullable<RequestInit['body']>, string, number][] = [
      [whole.subarray(0, whole.length - 3000), 'application/x-tar', 400],
      [gzipSync(whole).subarray(0, 2000), 'application/gzip', 400],
      [gzipSync(whole), 'application/x-tar', 400],
      [whole, 'application/gzip', 400],
      ['no archive at all. '.repeat(100), 'application/x-tar', 400],
      ['', 'application/x-tar', 400],
      [whole, 'application/json', 415],
    ];
    for (const [body, type, status] of cases) {
      const answer = await push('bad', body, type);
      expect(answer.status, type).toBe(status);
      expect(((await answer.json()) as Refusal).error.code).toMatch(
        /^(DATA_INVALID|DATA_EMPTY|INVALID_ARGUMENT)$/,
      );
    }
  });

  it('because it is larger than the limit, or would be once it is unpacked', async () => {
    const zeros = await tar([{ name: 'model.safetensors', content: Buffer.alloc(9 * MiB) }]);
    const bomb = gzipSync(zeros);
    expect(bomb.length).toBeLessThan(MiB);
    expect((await push('bad', bomb, 'application/gzip')).status).toBe(400);
    const padded = gzipSync(Buffer.alloc(64 * MiB));
    expect((await push('bad', padded, 'application/gzip')).status).toBe(400);
    const answer = await push('bad', zeros).catch((error) => error);
    // The answer may come while the client still sends: then fetch may see the closed connection first.
    if (answer instanceof Response) expect(answer.status).toBe(413);
  });

  it.each(['..%2fx', 'A', '', 'a/b'])('because %j is no name', async (name) => {
    expect((await push(name, await tar(model()))).status).toBe(400);
  });

  it('because the client goes away, or sends nothing more', async () => {
    const whole = await tar(model());
    const open = () => {
      const client = connect(Number(new URL(server.url).port), '127.0.0.1');
      client.write(
        `POST /v1/models?name=bad HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-tar\r\nContent-Length: ${whole.length}\r\n\r\n`,
      );
      client.write(whole.subarray(0, whole.length / 2));
      return client;
    };
    const gone = open();
    await expect
      .poll(async () => (await bundles()).some((name) => name.startsWith('.partial-bad-')))
      .toBe(true);
    gone.destroy();
    await expect.poll(async () => [...(await bundles())].sort(), { timeout: 3000 }).toEqual(before);

    const silent = open();
    let answer = '';
    silent.on('data', (data) => {
      answer += data;
    });
    await once(silent, 'close');
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });
});

it('sweeps at start what a crash left of an upload', async () => {
  const data = join(folder, 'crashed');
  const partial = join(data, 'bundles', '.partial-bad-1-0123456789abcdef');
  await (await Service.open(data)).close();
  await mkdir(partial, { recursive: true });
  await writeFile(join(partial, 'modules.json'), '[]');
  const service = await Service.open(data);
  expect(await readdir(join(data, 'bundles'))).toEqual([]);
  await service.close();
});
