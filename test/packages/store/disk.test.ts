import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Store } from '@attune/store';
import { describe, expect, it } from 'vitest';
import { collection, errorOf, programOf, release, start, temporaryFolder, upsert } from './sample-store.js';

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const canMount = works('unshare', '-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt');
const canTrace = works('strace', '-f', '-e', 'trace=none', 'true');

/** What the programs below share: writes of a given size, and an account of how each went. */
const attempts = `
  const attempt = async (call) => { try { await call(); return 'ok'; } catch ({ code }) { return code; } };
  const store = await Store.open(data);
  const write = (id, size) => attempt(() => store.writeDocuments('c', [upsert(id, 'x'.repeat(size))]));
`;

describe('a disk that is full', () => {
  it('fails the write that finds no space, goes on reading, and writes again once there is some', async () => {
    const store = await Store.open(temporaryFolder(), { maxBytes: 300_000 });
    await store.createCollection('c', collection, release);
    await store.writeDocuments('c', [upsert('kept')]);
    const error = await errorOf(() => store.writeDocuments('c', [upsert('big', 'x'.repeat(500_000))]));
    expect(error).toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining('attune.db') });
    expect(store.health.state).toBe('full');
    expect((await store.document('c', 'kept'))!.sequence).toBe(1);
    expect(await store.writeDocuments('c', [upsert('small')])).toMatchObject([{ sequence: 2 }]);
    expect(store.health).toEqual({ state: 'ok' });
    expect((await store.verify()).damage).toEqual([]);
    await store.close();
  });

  it.skipIf(!canMount)(
    `is survived as a real one${canMount ? ': a file system of 12 MB' : ' (not run: no unshare -rm mount here)'}`,
    async () => {
      const folder = temporaryFolder();
      const source = `
        const { rmSync, writeFileSync } = await import('node:fs');
        ${attempts}
        await store.createCollection('c', collection, release);
        writeFileSync(data + '/ballast', Buffer.alloc(6_000_000));
        const results = [];
        do results.push(await write('d' + results.length, 100_000)); while (results.at(-1) === 'ok' && results.length < 100);
        const full = store.health.state;
        const kept = (await store.documents('c', { limit: 1000 })).documents.length;
        rmSync(data + '/ballast');
        const after = [await write('after', 100_000), store.health.state];
        await store.close();
        const again = await Store.open(data);
        const { damage } = await again.verify();
        const found = (await again.documents('c', { limit: 1000 })).documents.length;
        await again.close();
        say({ results, full, kept, after, damage, found });
      `;
      const mount = 'mount -t tmpfs -o size=12m none "$0" && exec "$@"';
      const program = start(['unshare', '-rm', 'sh', '-c', mount, folder, ...programOf(source, folder)]);
      const { results, ...rest } = (await program.line(0)) as { results: string[] };
      const written = results.length - 1;
      expect(written).toBeGreaterThan(3);
      expect(results.at(-1)).toBe('DISK_FULL');
      expect(rest).toEqual({
        full: 'full',
        kept: written,
        after: ['ok', 'ok'],
        damage: [],
        found: written + 1,
      });
      expect((await program.ended).code).toBe(0);
    },
  );
});

describe('a disk that fails', () => {
  it('ends writing until the store is opened again, while reading goes on', async () => {
    const folder = temporaryFolder();
    const source = `
      ${attempts}
      await store.createCollection('c', collection, release);
      const before = await write('kept', 10);
      const failed = await write('big', 3_000_000);
      const health = store.health;
      const later = await write('later', 1);
      const read = (await store.documents('c', { limit: 10 })).documents.map(({ id }) => id);
      await store.close();
      say({ before, failed, health, later, read });
    `;
    // No file may grow beyond 1 MiB: the system refuses the write with EFBIG, which is an error of the disk as any other.
    const limited = 'trap "" XFSZ; ulimit -f 1024; exec "$@"';
    const program = start(['bash', '-c', limited, 'bash', ...programOf(source, folder)]);
    expect(await program.line(0)).toMatchObject({
      before: 'ok',
      failed: 'STORE_FAILED',
      health: { state: 'failed', reason: expect.stringContaining('attune.db') },
      later: 'STORE_FAILED',
      read: ['kept'],
    });
    await program.ended;
    const store = await Store.open(folder);
    expect(await store.writeDocuments('c', [upsert('again')])).toMatchObject([{ status: 'created' }]);
    expect((await store.document('c', 'kept'))!.sequence).toBe(1);
    expect((await store.verify()).damage).toEqual([]);
    await store.close();
  });

  it.skipIf(!canTrace)(
    `at an fsync ends writing too, and answers nothing as written${canTrace ? '' : ' (not run: no strace here)'}`,
    async () => {
      const folder = temporaryFolder();
      const source = `
        ${attempts}
        if (!(await store.get('collection', 'c'))) await store.createCollection('c', collection, release);
        const results = [];
        for (let row = 0; row < 30; row++) results.push(await write('d' + row, 10));
        say({ results, health: store.health.state });
        await store.close();
      `;
      const before = await Store.open(folder);
      await before.createCollection('c', collection, release);
      await before.close();
      const inject = ['-f', '-qq', '-o', join(folder, 'trace'), '-e', 'trace=fdatasync,fsync'];
      const when = ['-e', 'inject=fdatasync,fsync:error=EIO:when=15+'];
      const program = start(['strace', ...inject, ...when, ...programOf(source, folder)]);
      const { results, health } = (await program.line(0)) as { results: string[]; health: string };
      await program.ended;
      expect(existsSync(join(folder, 'trace'))).toBe(true);
      const kept = results.indexOf('STORE_FAILED');
      expect(kept).toBeGreaterThan(0);
      expect(new Set(results.slice(kept))).toEqual(new Set(['STORE_FAILED']));
      expect(health).toBe('failed');
      const store = await Store.open(folder);
      const found = (await store.documents('c', { limit: 100 })).documents.map(({ id }) => id);
      for (let row = 0; row < kept; row++) expect(found).toContain(`d${row}`);
      await store.close();
    },
  );
});
