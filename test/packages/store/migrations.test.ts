import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Store, StoreReader } from '@attune/store';
import { describe, expect, it } from 'vitest';
import { Connection } from '../../../packages/store/src/connection.js';
import {
  applicationId,
  type Migration,
  migrate,
  migrations,
  versionOf,
} from '../../../packages/store/src/migrations.js';
import { collection, errorOf, release, temporaryFolder, upsert } from './sample-store.js';

function newFile(): { folder: string; file: string; connection: Connection } {
  const folder = temporaryFolder();
  const file = join(folder, 'attune.db');
  return { folder, file, connection: new Connection(file, 'write') };
}
const version = (connection: Connection) =>
  connection.value<number>('SELECT user_version FROM pragma_user_version');

describe('the format of a store', () => {
  it('goes forward step by step, each step once, and keeps what was there', () => {
    const { connection } = newFile();
    const add: Migration = (to) => to.exec('CREATE INDEX events_by_application ON events (application)');
    const fill: Migration = (to) => to.run('UPDATE events SET application = ?', 'all');
    migrate(connection);
    connection.run(`INSERT INTO events VALUES (1, 1, NULL, NULL, '{}', 0)`);
    const steps = [...migrations, add, fill];
    migrate(connection, steps);
    expect(version(connection)).toBe(migrations.length + 2);
    expect(connection.all('SELECT sequence, application FROM events')).toEqual([[1, 'all']]);
    migrate(connection, steps); // creating the index again would throw
    connection.close();
  });

  it('stays what it was when a step fails in its middle', () => {
    const { connection } = newFile();
    migrate(connection);
    const half: Migration = (to) => {
      to.exec('CREATE TABLE half (x)');
      to.exec('CREATE TABLE half (x)');
    };
    expect(() => migrate(connection, [...migrations, half])).toThrow(/half/);
    expect(version(connection)).toBe(migrations.length);
    expect(versionOf(connection)).toBe(migrations.length);
    expect(connection.all(`SELECT name FROM sqlite_schema WHERE name = 'half'`)).toEqual([]);
    connection.close();
  });

  it('of version 1, as it was first written, can be read and written', async () => {
    // Rows as version 1 wrote them, checksums too: when one of these has to change, a migration is missing.
    const { folder, connection } = newFile();
    migrate(connection, migrations.slice(0, 1));
    connection.exec(`
      INSERT INTO collections VALUES (1, 'c', 1, 3, 1, 1917113201);
      INSERT INTO documents VALUES (1, 1, 'a', 2, '{"fields":{"title":"lamp"},"attributes":{"price":3}}', 1542345310);
      INSERT INTO documents VALUES (2, 1, 'b', 3, NULL, 3507003758);
      INSERT INTO vector_sets VALUES (1, 1, 'f1', 1237770336);
      INSERT INTO vectors VALUES (1, 1, 1, 2, x'0000803f00000040', 200737626);
      INSERT INTO searches VALUES (1, 'q', 'c', 1000,
        '{"text":"lamp","release":1,"fingerprint":"f1","hits":["a"],"offset":0}', 2456455573);
      INSERT INTO events VALUES (1, 2000, 'q', NULL, '{"action_name":"click","query_id":"q"}', 2078210402);
      INSERT INTO idempotency VALUES (1, 'k', 2000, 1, 1, 201901649);
      INSERT INTO records VALUES (1, 'alias', 'shop', 4, '{"collection":"c"}', 330403827);
    `);
    connection.close();
    const store = await Store.open(folder, { create: false });
    expect(await store.verify()).toEqual({ rows: 13, damage: [] }); // with three totals and the identity that version 2 adds;
    expect(await store.appendEvents([{ action_name: 'x' }], { idempotencyKey: 'k' })).toEqual({
      first: 1,
      count: 1,
      withoutSearch: 1,
    });
    expect(await store.get('alias', 'shop')).toEqual({
      name: 'shop',
      version: 4,
      value: { collection: 'c' },
    });
    expect(await store.writeDocuments('c', [upsert('b')])).toMatchObject([
      { status: 'created', sequence: 4 },
    ]);
    await store.close();
    const reader = StoreReader.open(folder);
    expect(reader.document('c', 'a')).toEqual({
      id: 'a',
      fields: { title: 'lamp' },
      attributes: { price: 3 },
      sequence: 2,
    });
    expect([...reader.vectors('c', 'f1')]).toEqual([{ id: 'a', sequence: 2, vector: Float32Array.of(1, 2) }]);
    expect([...reader.events()]).toMatchObject([
      { receivedAt: 2000, search: { queryId: 'q', text: 'lamp' } },
    ]);
    reader.close();
  });

  it('that is newer is refused, and both versions are named', async () => {
    const { folder, file, connection } = newFile();
    migrate(connection);
    connection.exec('PRAGMA user_version = 99');
    connection.close();
    for (const open of [() => Store.open(folder), () => StoreReader.open(folder)]) {
      const { code, message } = await errorOf(open);
      expect(code).toBe('FORMAT_UNSUPPORTED');
      for (const part of [file, 'version 99', `version ${migrations.length}`])
        expect(message).toContain(part);
    }
  });

  it('of another program is refused and left as it was', async () => {
    const { folder, connection } = newFile();
    connection.exec('CREATE TABLE theirs (x); PRAGMA user_version = 1');
    connection.close();
    for (const open of [() => Store.open(folder), () => StoreReader.open(folder)]) {
      expect(await errorOf(open)).toMatchObject({
        code: 'FORMAT_UNSUPPORTED',
        message: expect.stringContaining('another program'),
      });
    }
    const again = new Connection(join(folder, 'attune.db'), 'read');
    expect(again.pragma('journal_mode')).toEqual(['delete']);
    again.close();
  });

  it('is finished when making it was cut short', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'attune.db'), '');
    expect((await errorOf(() => StoreReader.open(folder))).code).toBe('FORMAT_UNSUPPORTED');
    const store = await Store.open(folder, { create: false });
    await store.createCollection('c', collection, release);
    await store.close();
    const connection = new Connection(join(folder, 'attune.db'), 'read');
    expect(connection.pragma('application_id')).toEqual([applicationId]);
    connection.close();
    rmSync(join(folder, 'lock'), { force: true });
  });
});
