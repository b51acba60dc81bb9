import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@attune/client';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../packages/tune/small-shop.js';
import { attune, attuneServe } from './command.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

/** A bulk write whose body is not at its end yet. */
function openWrite(url: string, collection: string) {
  const { hostname, port } = new URL(url);
  const outgoing = request({
    hostname,
    port,
    method: 'POST',
    path: `/v1/collections/${collection}/documents`,
    headers: { 'content-type': 'application/x-ndjson' },
  });
  outgoing.on('error', () => undefined);
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    outgoing.once('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode!, text }));
      incoming.on('error', reject);
    });
    outgoing.once('error', reject);
  });
  answer.catch(() => undefined);
  const line = (id: string) => outgoing.write(`${JSON.stringify({ id, fields: { title: `lamp ${id}` } })}\n`);
  return { outgoing, answer, line };
}

describe('attune serve', () => {
  it('says in one line where it listens, answers, and ends with 0 at SIGTERM and at Ctrl-C', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await attuneServe([at('plain')]);
      expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(server.pid).toBe(server.child.pid);
      expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
      const { code, out, err } = await server.stop(signal);
      expect(code, err).toBe(0);
      expect(out.trim().split('\n')).toHaveLength(1);
      expect(JSON.parse(out)).toMatchObject({ schema: 'attune.serve/1', data: at('plain'), waiting: [] });
    }
  });

  it('answers what is under way before it ends, and takes nothing new', async () => {
    const server = await attuneServe([at('drain')]);
    const client = createClient({ url: server.url });
    await client.collections.create({ name: 'shop' });
    const write = openWrite(server.url, 'shop');
    write.line('1');
    await pause(200);
    server.child.kill('SIGTERM');
    await pause(300);
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const [refused] = (await Promise.race([once(socket, 'error'), once(socket, 'connect')])) as [
      NodeJS.ErrnoException | undefined,
    ];
    socket.destroy();
    expect(refused?.code).toBe('ECONNREFUSED');
    write.line('2');
    write.outgoing.end();
    const { status, text } = await write.answer;
    expect(status).toBe(200);
    expect(text.trim().split('\n')).toHaveLength(2);
    expect((await server.ended).code).toBe(0);

    const again = await attuneServe([at('drain')]);
    const documents = await createClient({ url: again.url }).documents.list('shop');
    expect(documents.data.map(({ id }) => id)).toEqual(['1', '2']);
    await again.stop();
  });

  it('ends at once at the second signal', async () => {
    const server = await attuneServe([at('twice')]);
    await createClient({ url: server.url }).collections.create({ name: 'shop' });
    const write = openWrite(server.url, 'shop');
    write.line('1');
    await pause(200);
    server.child.kill('SIGTERM');
    await pause(300);
    const began = performance.now();
    expect((await server.stop('SIGTERM')).code).toBe(143);
    expect(performance.now() - began).toBeLessThan(2000);
    write.outgoing.destroy();
  });

  it('keeps as many collections open as it is told, and answers from all', async () => {
    const server = await attuneServe([at('two'), '--open-collections', '1']);
    const client = createClient({ url: server.url });
    for (const name of ['a', 'b']) await client.collections.create({ name });
    for (const name of ['a', 'b', 'a']) expect((await client.search(name, { text: 'oak' })).hits).toEqual([]);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^attune_collections_open 1$/m);
    await server.stop();
  });

  it('takes its flags from the environment too, and the flag wins', async () => {
    const env = { ATTUNE_SERVE_DATA: at('environment'), ATTUNE_SERVE_LOG_LEVEL: 'info' };
    const server = await attuneServe([], { env });
    await fetch(`${server.url}/v1/models`);
    expect((await server.stop()).err).toContain('"route":"/v1/models"');
    const quiet = await attuneServe(['--log-level', 'error'], { env });
    await fetch(`${quiet.url}/v1/models`);
    expect((await quiet.stop()).err).not.toContain('/v1/models');
  });

  it('refuses a folder that another process serves, and names that process', async () => {
    const server = await attuneServe([at('locked')]);
    const { code, err } = await attune(['serve', at('locked'), '--port', '0']);
    expect(code).toBe(1);
    expect(err).toMatch(/^attune: STORE_LOCKED: /);
    expect(err).toContain(String(server.pid));
    await server.stop();
  });

  it('refuses to listen where others reach it without a key, and gives the command that makes one', async () => {
    const refused = await attune(['serve', at('open'), '--host', '0.0.0.0', '--port', '0']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('attune: FORBIDDEN:');
    expect(refused.err).toContain(`attune keys create ${at('open')}`);
    await attune(['keys', 'create', at('open'), '--label', 'me', '--scope', 'admin']);
    const server = await attuneServe([at('open'), '--host', '0.0.0.0']);
    const { port } = new URL(server.url);
    expect((await fetch(`http://127.0.0.1:${port}/v1/collections`)).status).toBe(401);
    await server.stop();
  });

  it('says of a damaged and of a missing place what is wrong with it', async () => {
    mkdirSync(at('damaged'));
    writeFileSync(
      join(at('damaged'), 'attune.db'),
      'no database at all, but long enough to be read as one. '.repeat(100),
    );
    const damaged = await attune(['serve', at('damaged'), '--port', '0']);
    expect(damaged).toMatchObject({ code: 1, out: '' });
    expect(damaged.err).toMatch(/attune: FILE_CORRUPT: .*attune\.db/);
    const none = await attune(['backup', at('nowhere'), '--out', at('backup')]);
    expect(none.code).toBe(1);
    expect(none.err).toMatch(/attune: FILE_NOT_FOUND: .*nowhere/);
    expect(existsSync(at('backup'))).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)(
    'says so of a folder that cannot be written (not as root)',
    async () => {
      mkdirSync(at('read-only'));
      chmodSync(at('read-only'), 0o500);
      const { code, err } = await attune(['serve', at('read-only'), '--port', '0']);
      expect(code).toBe(1);
      expect(err).toContain('attune: FILE_UNWRITABLE:');
    },
  );
});

describe('attune keys', () => {
  it('makes, lists and ends keys in a folder and behind a server, and shows a secret once', async () => {
    const data = at('keys');
    const made = await attune(['keys', 'create', data, '--label', 'me', '--scope', 'admin', '--json']);
    expect(made.code, made.err).toBe(0);
    const admin = JSON.parse(made.out);
    expect(admin).toMatchObject({ schema: 'attune.key/1', label: 'me', scopes: ['admin'], expiresAt: null });
    expect(admin.key).toMatch(new RegExp(`^attune_${admin.id}_`));

    const server = await attuneServe([data]);
    const env = { ATTUNE_KEY: admin.key as string };
    const url = ['--url', server.url];
    const shop = await attune(
      [
        'keys',
        'create',
        ...url,
        '--label',
        'shop',
        '--scope',
        'search,feedback',
        '--limit',
        '50',
        '--expires',
        '90d',
      ],
      { env },
    );
    expect(shop.code, shop.err).toBe(0);
    const shopKey = shop.out.trim();
    expect(shopKey).toMatch(/^attune_[0-9a-f]+_[0-9a-f]+$/);
    const ask = (path: string) => fetch(`${server.url}${path}`, { headers: { 'x-api-key': shopKey } });
    expect((await ask('/v1/collections')).status).toBe(200);
    expect((await ask('/v1/keys')).status).toBe(403);

    // The list of a folder in service is read beside its server; writing is the server's.
    const listed = await attune(['keys', 'list', data, '--json']);
    const { keys } = JSON.parse(listed.out) as {
      keys: { id: string; label: string; costPerSecond: number | null }[];
    };
    expect(keys.map(({ label, costPerSecond }) => [label, costPerSecond]).sort()).toEqual([
      ['me', null],
      ['shop', 50],
    ]);
    expect(listed.out).not.toContain(shopKey.split('_')[2]);
    const locked = await attune(['keys', 'create', data, '--label', 'x', '--scope', 'search']);
    expect(locked.code).toBe(1);
    expect(locked.err).toMatch(/STORE_LOCKED: .*--url/);

    const shopId = keys.find(({ label }) => label === 'shop')!.id;
    expect((await attune(['keys', 'revoke', shopId, ...url], { env })).code).toBe(0);
    expect((await ask('/v1/collections')).status).toBe(401);
    const refused = await attune(['keys', 'list', ...url]);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/attune: UNAUTHENTICATED: .*ATTUNE_KEY/);
    await server.stop();
    expect((await attune(['keys', 'list', data])).out).toMatch(/shop .* 50 .*revoked/);
  });

  it.each([
    ['a scope that is none', ['keys', 'create', 'data', '--label', 'x', '--scope', 'everything']],
    ['a limit of nothing', ['keys', 'create', 'data', '--label', 'x', '--scope', 'search', '--limit', '0']],
    [
      'a time that is past',
      ['keys', 'create', 'data', '--label', 'x', '--scope', 'search', '--expires', '2001-01-01'],
    ],
  ])('ends with 2 at %s', async (_, args) => {
    expect((await attune(args)).code).toBe(2);
  });
});
