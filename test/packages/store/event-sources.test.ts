import { join } from 'node:path';
import { isLearnedFrom, Store, StoreReader } from '@attune/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Connection } from '../../../packages/store/src/connection.js';
import { migrate, migrations } from '../../../packages/store/src/migrations.js';
import { errorOf, search, temporaryFolder } from './sample-store.js';

let store: Store;
let reader: StoreReader;

beforeAll(async () => {
  const folder = temporaryFolder();
  store = await Store.open(folder, { create: true });
  reader = StoreReader.open(folder);
  await store.recordSearches([search('q', { collection: 'c' })]);
});
afterAll(async () => {
  reader.close();
  await store.close();
});

const click = (query_id: string) => ({ action_name: 'click', query_id, application: 'c' });
const learned = () => Array.from(reader.events(), (each) => isLearnedFrom(each));

it('events bear the key that sent them; of searches made elsewhere only those of a key that may import are learned from', async () => {
  await store.appendEvents([click('q'), click('made-up')], { sender: { key: 'front', mayImport: false } });
  await store.appendEvents([click('elsewhere')], { sender: { key: 'back', mayImport: true } });
  const sources = Array.from(reader.events(), ({ source }) => source);
  expect(sources.map(({ key }) => key)).toEqual(['front', 'front', 'back']);
  expect(learned()).toEqual([true, false, true]);
});

it('events of a key that are taken back count no more, those of others and later ones do, and all are kept', async () => {
  expect(await store.takeBackEvents('front')).toBe(2);
  expect(await store.takeBackEvents('front')).toBe(0);
  expect(await store.takeBackEvents('nobody')).toBe(0);
  await store.appendEvents([click('q')], { sender: { key: 'front', mayImport: false } });
  expect(learned()).toEqual([false, false, true, true]);
  expect((await store.verify()).damage).toEqual([]);
});

it('an idempotency key that comes again with other events is a conflict, and nothing is written', async () => {
  const sent = await store.appendEvents([click('q')], { idempotencyKey: 'once' });
  const before = await store.countEvents();
  expect(await store.appendEvents([click('q')], { idempotencyKey: 'once' })).toEqual(sent);
  const other = await errorOf(() => store.appendEvents([click('made-up')], { idempotencyKey: 'once' }));
  expect([other.code, other.message]).toEqual(['CONFLICT', expect.stringContaining('another key')]);
  expect(await store.countEvents()).toBe(before);
});

it('events of a store of version 1 count as they did, beside those that bear a key', async () => {
  const folder = temporaryFolder();
  const connection = new Connection(join(folder, 'attune.db'), 'write');
  migrate(connection, migrations.slice(0, 1));
  connection.exec(
    `INSERT INTO events VALUES (1, 2000, 'q', NULL, '{"action_name":"click","query_id":"q"}', 2078210402)`,
  );
  connection.close();
  const old = await Store.open(folder, { create: false });
  await old.appendEvents([click('made-up')], { sender: { key: 'front', mayImport: false } });
  const both = StoreReader.open(folder);
  expect(Array.from(both.events(), (each) => [each.source.key, isLearnedFrom(each)])).toEqual([
    [null, true],
    ['front', false],
  ]);
  both.close();
  await old.close();
});
