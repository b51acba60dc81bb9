import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Store, StoreReader } from '@attune/store';
import { describe, expect, it } from 'vitest';
import { collection, errorOf, programOf, release, start, temporaryFolder, upsert } from './sample-store.js';

const hold = `await Store.open(data); say('open'); setInterval(() => {}, 1000);`;

describe('a data folder', () => {
  it('is written by one store: a second in this process is told so', async () => {
    const folder = temporaryFolder();
    const store = await Store.open(folder);
    const error = await errorOf(() => Store.open(folder));
    expect(error).toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`in this process already (pid ${process.pid})`),
    });
    expect(await store.countEvents()).toBe(0);
    await store.close();
    await (await Store.open(folder)).close();
  });

  it('is written by one process, which is named, until that is killed', async () => {
    const folder = temporaryFolder();
    const holder = start(programOf(hold, folder));
    await holder.line(0);
    expect(await errorOf(() => Store.open(folder))).toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`pid ${holder.process.pid}`),
    });
    const reader = StoreReader.open(folder); // reading is free
    expect(reader.list('job')).toEqual([]);
    reader.close();
    holder.process.kill('SIGKILL');
    await holder.ended;
    expect(readFileSync(join(folder, 'lock.pid'), 'utf8')).toBe(`${holder.process.pid}\n`); // a leftover, and no lock
    const store = await Store.open(folder);
    await store.close();
    expect(existsSync(join(folder, 'lock.pid'))).toBe(false);
  });

  it('whose lock was removed is written by no two: the first sees it before it commits', async () => {
    const folder = temporaryFolder();
    const first = await Store.open(folder);
    await first.createCollection('c', collection, release);
    rmSync(join(folder, 'lock'));
    const second = await Store.open(folder);
    await second.writeDocuments('c', [upsert('second')]);
    expect(await errorOf(() => first.writeDocuments('c', [upsert('first')]))).toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/lock was removed or replaced/),
    });
    expect(first.health.state).toBe('failed');
    await first.close();
    expect(existsSync(join(folder, 'lock.pid'))).toBe(true); // of the second
    expect((await second.documents('c', { limit: 9 })).documents.map(({ id }) => id)).toEqual(['second']);
    await second.close();
  });

  it('is made for its owner alone', async () => {
    const folder = join(temporaryFolder(), 'data');
    const store = await Store.open(folder);
    await store.createCollection('c', collection, release);
    const modeOf = (name: string) => statSync(join(folder, name)).mode & 0o777;
    expect(modeOf('.')).toBe(0o700);
    for (const name of ['attune.db', 'attune.db-wal', 'attune.db-shm', 'lock', 'lock.pid'])
      expect(modeOf(name), name).toBe(0o600);
    await store.close();
  });

  it('that another process writes is read by this one, each commit at once', async () => {
    const folder = temporaryFolder();
    const writer = start(
      programOf(
        `const store = await Store.open(data);
         await store.createCollection('c', collection, release);
         for (let row = 0; row < 100; row++) { await store.writeDocuments('c', [upsert('d' + row)]); say(row + 1); }
         await store.close();`,
        folder,
      ),
    );
    await writer.line(0);
    const reader = StoreReader.open(folder);
    while (writer.lines.length < 100) {
      const acknowledged = writer.lines.length;
      expect(reader.countDocuments('c')).toBeGreaterThanOrEqual(acknowledged);
      await new Promise((next) => setImmediate(next));
    }
    expect([...reader.documents('c')]).toHaveLength(100);
    reader.close();
    expect((await writer.ended).code).toBe(0);
  });

  it('that was not closed lets its process end, and loses nothing', async () => {
    const folder = temporaryFolder();
    const program = start(
      programOf(
        `const store = await Store.open(data);
         await store.createCollection('c', collection, release);
         await store.writeDocuments('c', [upsert('a')]);
         say('written');`,
        folder,
      ),
    );
    expect(await program.ended).toMatchObject({ code: 0, signal: null });
    const store = await Store.open(folder);
    expect(await store.countDocuments('c')).toBe(1);
    await store.close();
  });

  it('has to be there, unless it may be made', async () => {
    const folder = join(temporaryFolder(), 'deep', 'data');
    const error = await errorOf(() => Store.open(folder, { create: false }));
    expect(error).toMatchObject({ code: 'FILE_NOT_FOUND', message: expect.stringContaining(folder) });
    await (await Store.open(folder)).close();
    await (await Store.open(folder, { create: false })).close();
  });
});

// The superuser writes past permissions, so that a disk mounted for reading takes their place.
const isSuperuser = process.getuid?.() === 0;
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
const report = `
  const errorOf = async (call) => { try { await call(); return 'no error'; } catch ({ code, message }) { return { code, message }; } };
  const reader = () => { const r = StoreReader.open(data); const found = [...r.documents('c')].map(({ id }) => id); r.close(); return found; };
  say([await errorOf(() => Store.open(data)), await errorOf(() => Store.open(data + '/deeper')), reader()]);`;

async function expectReadOnly(run: (folder: string) => string) {
  const folder = temporaryFolder();
  const store = await Store.open(folder);
  await store.createCollection('c', collection, release);
  await store.writeDocuments('c', [upsert('a')]);
  await store.close();
  const [opened, made, read] = JSON.parse(run(folder));
  expect(opened).toMatchObject({ code: 'FILE_UNWRITABLE', message: expect.stringContaining(folder) });
  expect(made).toMatchObject({ code: 'FILE_UNWRITABLE', message: expect.stringContaining(folder) });
  expect(read).toEqual(['a']);
}

describe('a folder that cannot be written', () => {
  it.skipIf(!canMount)(
    `is refused by name and can be read${canMount ? ', on a disk mounted for reading' : ' (not run: no unshare -rm mount here)'}`,
    () =>
      expectReadOnly((folder) => {
        const mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
        return execFileSync('unshare', ['-rm', 'sh', '-c', mount, folder, ...programOf(report, folder)], {
          encoding: 'utf8',
        });
      }),
  );

  it.skipIf(isSuperuser)(
    `is refused by name and can be read${isSuperuser ? ' (not run: the superuser writes past permissions)' : ', by permissions'}`,
    () =>
      expectReadOnly((folder) => {
        chmodSync(folder, 0o555);
        const [command, ...args] = programOf(report, folder);
        try {
          return execFileSync(command, args, { encoding: 'utf8' });
        } finally {
          chmodSync(folder, 0o755);
        }
      }),
  );
});
