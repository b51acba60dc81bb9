import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { Store, StoreReader } from '@attune/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connection } from '../../../packages/store/src/connection.js';
import { collection, errorOf, release, search, temporaryFolder, upsert } from './sample-store.js';

const folder = join(temporaryFolder(), 'data');
let store: Store;
let reader: StoreReader;
beforeAll(async () => {
  store = await Store.open(folder);
  reader = StoreReader.open(folder);
});
afterAll(async () => {
  reader.close();
  await store.close();
});

const newCollection = async (name: string) => {
  await store.createCollection(name, collection, release);
  return name;
};
const vectorOf = (...numbers: number[]) => Float32Array.from(numbers);

describe('documents', () => {
  it('are created, updated, patched and deleted, each with the next sequence', async () => {
    const c = await newCollection('writes');
    const results = await store.writeDocuments(c, [
      {
        op: 'upsert',
        id: 'a',
        fields: { title: 'lamp', text: 'of brass' },
        attributes: { price: 3, red: true },
      },
      upsert('b'),
      upsert('b', 'again'),
      { op: 'patch', id: 'a', fields: { text: null, more: 'new' }, attributes: { price: null, size: 'L' } },
      { op: 'delete', id: 'b' },
      { op: 'delete', id: 'b' },
      { op: 'patch', id: 'nobody', fields: { title: 'x' } },
    ]);
    expect(results.map(({ status, sequence }) => [status, sequence])).toEqual([
      ['created', 1],
      ['created', 2],
      ['updated', 3],
      ['updated', 4],
      ['deleted', 5],
      ['notFound', 0],
      ['notFound', 0],
    ]);
    expect(await store.document(c, 'a')).toEqual({
      id: 'a',
      fields: { title: 'lamp', more: 'new' },
      attributes: { red: true, size: 'L' },
      sequence: 4,
    });
    expect(await store.document(c, 'b')).toBeUndefined();
    expect(await store.countDocuments(c)).toBe(1);
    expect(await store.lastSequence(c)).toBe(5);
  });

  it('are listed by id, page by page', async () => {
    const c = await newCollection('pages');
    await store.writeDocuments(
      c,
      ['b', 'ä', 'a', 'c', '😀'].map((id) => upsert(id)),
    );
    await store.writeDocuments(c, [{ op: 'delete', id: 'b' }]);
    const { documents: first } = await store.documents(c, { limit: 2 });
    const { documents: second } = await store.documents(c, { after: 'c', limit: 10 });
    expect([...first, ...second].map(({ id }) => id)).toEqual(['a', 'c', 'ä', '😀']);
  });

  it('keep every text as it is: quotes, zero bytes, halves of surrogate pairs, names of JavaScript', async () => {
    const c = await newCollection('odd');
    const fields = JSON.parse('{"__proto__": "p", "constructor": "c"}') as Record<string, string>;
    fields['title'] = `'; DROP TABLE documents; -- \0 \ud800 "?"`;
    await store.writeDocuments(c, [{ op: 'upsert', id: `'"?;--`, fields }]);
    await store.writeDocuments(c, [{ op: 'patch', id: `'"?;--`, fields: { more: 'x' } }]);
    const found = await store.document(c, `'"?;--`);
    expect(Object.entries(found!.fields).sort()).toEqual(Object.entries({ ...fields, more: 'x' }).sort());
  });

  it('are one unit with the others of their call: one that is refused takes all back', async () => {
    const c = await newCollection('unit');
    const wrong = [
      { op: 'upsert', id: '', fields: {} },
      { op: 'upsert', id: 'a\0b', fields: {} },
      { op: 'delete', id: '\ud800' },
    ] as const;
    for (const write of wrong) {
      const { code, message } = await errorOf(() => store.writeDocuments(c, [upsert('ok'), write]));
      expect([code, message]).toEqual(['INVALID_ARGUMENT', expect.stringMatching(/id of write 1/)]);
    }
    expect(await store.lastSequence(c)).toBe(0);
    expect(await store.document(c, 'ok')).toBeUndefined();
  });

  it('of a collection that is not there are NOT_FOUND', async () => {
    for (const call of [
      () => store.writeDocuments('nowhere', [upsert('a')]),
      () => store.document('nowhere', 'a'),
      () => store.countDocuments('nowhere'),
      () => [...reader.documents('nowhere')],
    ]) {
      expect((await errorOf(call)).code).toBe('NOT_FOUND');
    }
  });

  it('change: a reader sees the newest state of each that was written after a sequence', async () => {
    const c = await newCollection('changes');
    await store.writeDocuments(c, [upsert('a'), upsert('b'), upsert('c')]);
    await store.writeDocuments(c, [{ op: 'delete', id: 'a' }, upsert('b', 'new')]);
    const changes = [...reader.changes(c, 2)];
    expect(changes.map(({ sequence, id, document }) => [sequence, id, document?.fields['title']])).toEqual([
      [3, 'c', 'c'],
      [4, 'a', undefined],
      [5, 'b', 'new'],
    ]);
    await store.writeDocuments(c, [upsert('a', 'back')]);
    expect([...reader.changes(c, 5)].map(({ id, document }) => [id, document?.fields['title']])).toEqual([
      ['a', 'back'],
    ]);
  });

  it('are read to the last over many pages', async () => {
    const c = await newCollection('many');
    const ids = Array.from({ length: 1500 }, (_, row) => `d${String(row).padStart(5, '0')}`);
    const written = await store.writeDocuments(
      c,
      ids.map((id) => upsert(id)),
    );
    await store.putVectors(
      c,
      'f',
      written.map(({ id, sequence }) => ({ id, sequence, vector: vectorOf(sequence) })),
    );
    expect(Array.from(reader.documents(c), ({ id }) => id)).toEqual(ids);
    expect(Array.from(reader.changes(c, 0), ({ sequence }) => sequence)).toEqual(
      ids.map((_, row) => row + 1),
    );
    expect(Array.from(reader.vectors(c, 'f'), ({ vector }) => vector[0])).toEqual(
      ids.map((_, row) => row + 1),
    );
  });
});

describe('vectors', () => {
  it('count for the document they were made from, as long as it is that', async () => {
    const c = await newCollection('vectors');
    const written = await store.writeDocuments(c, [upsert('a'), upsert('b'), upsert('c')]);
    const vectors = written.map(({ id, sequence }) => ({ id, sequence, vector: vectorOf(sequence, 0.5) }));
    await store.writeDocuments(c, [upsert('b', 'moved on')]);
    await store.putVectors(c, 'f1', vectors);
    expect([...reader.vectors(c, 'f1')]).toEqual([vectors[0], vectors[2]]);
    expect(vectors[0]!.vector.length).toBe(2); // the caller's is copied, not taken
    await store.writeDocuments(c, [upsert('a', 'moved on'), { op: 'delete', id: 'c' }]);
    expect([...reader.vectors(c, 'f1')]).toEqual([]);
    await store.putVectors(c, 'f1', [{ id: 'b', sequence: 4, vector: vectorOf(9, 9) }]);
    expect([...reader.vectors(c, 'f1')]).toEqual([{ id: 'b', sequence: 4, vector: vectorOf(9, 9) }]);
  });

  it('are kept by fingerprint, and dropped by it', async () => {
    const c = await newCollection('sets');
    await store.writeDocuments(c, [upsert('a')]);
    for (const fingerprint of ['f1', 'f2']) {
      await store.putVectors(c, fingerprint, [{ id: 'a', sequence: 1, vector: vectorOf(1) }]);
    }
    expect((await store.vectorFingerprints(c)).sort()).toEqual(['f1', 'f2']);
    await store.dropVectors(c, ['f1', 'unknown']);
    expect(await store.vectorFingerprints(c)).toEqual(['f2']);
    expect([...reader.vectors(c, 'f1')]).toHaveLength(0);
    expect([...reader.vectors(c, 'f2')]).toHaveLength(1);
  });

  it('of different lengths are refused', async () => {
    const c = await newCollection('lengths');
    const vectors = [
      { id: 'a', sequence: 1, vector: vectorOf(1) },
      { id: 'b', sequence: 2, vector: vectorOf(1, 2) },
    ];
    expect((await errorOf(() => store.putVectors(c, 'f', vectors))).code).toBe('DIMENSION_MISMATCH');
  });
});

describe('collections', () => {
  it('exist once, with their first release', async () => {
    await newCollection('once');
    expect((await errorOf(() => newCollection('once'))).code).toBe('CONFLICT');
    expect((await store.get('release', 'once/1'))?.value).toEqual(release);
    expect((await store.get('collection', 'once'))?.version).toBe(1);
  });

  it('go with all that is theirs, and a new one of the name goes on counting', async () => {
    const c = await newCollection('gone');
    await newCollection('gone-2');
    await store.writeDocuments(c, [upsert('a'), upsert('b')]);
    await store.putVectors(c, 'f', [{ id: 'a', sequence: 1, vector: vectorOf(1) }]);
    await store.recordSearches([search('of-gone', { collection: c })]);
    await store.appendEvents([{ action_name: 'click', query_id: 'of-gone' }]);
    const decision = { createdAt: 1, job: 'j', candidate: 'm', verdict: 'promote' as const, report: {} };
    await store.change([
      { kind: 'alias', name: 'shop', put: { collection: c } },
      { kind: 'alias', name: 'other', put: { collection: 'gone-2' } },
      { kind: 'decision', name: `${c}/1`, put: decision },
    ]);
    await store.dropCollection(c);
    for (const [kind, name] of [
      ['collection', c],
      ['release', `${c}/1`],
      ['alias', 'shop'],
      ['decision', `${c}/1`],
    ] as const) {
      expect(await store.get(kind, name)).toBeUndefined();
    }
    expect(await store.get('release', 'gone-2/1')).toBeDefined();
    expect(await store.get('alias', 'other')).toBeDefined();
    expect([...reader.events({ collection: c })]).toHaveLength(1);
    expect((await errorOf(() => store.dropCollection(c))).code).toBe('NOT_FOUND');

    await newCollection(c);
    expect(await store.countDocuments(c)).toBe(0);
    const [written] = await store.writeDocuments(c, [upsert('a')]);
    expect(written).toEqual({ id: 'a', status: 'created', sequence: 3 });
    expect([...reader.vectors(c, 'f')]).toEqual([]);
  });
});

describe('records', () => {
  it('change together or not at all, by the version that was seen', async () => {
    const c = await newCollection('flip');
    const put = { ...collection, release: 2 };
    await store.change([
      { kind: 'collection', name: c, put, version: 1 },
      { kind: 'release', name: `${c}/2`, put: release, version: 0 },
    ]);
    expect(await store.get('collection', c)).toEqual({ name: c, version: 2, value: put });
    const late = errorOf(() =>
      store.change([
        { kind: 'release', name: `${c}/3`, put: release },
        { kind: 'collection', name: c, put: { ...put, release: 3 }, version: 1 },
      ]),
    );
    expect(await late).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('version 2') });
    expect(await store.get('release', `${c}/3`)).toBeUndefined();
    await store.change([{ kind: 'release', name: `${c}/2`, remove: true, version: 1 }]);
    expect(await store.get('release', `${c}/2`)).toBeUndefined();
  });

  it('of collections come and go by the calls for that alone', async () => {
    const put = errorOf(() => store.change([{ kind: 'collection', name: 'never', put: collection }]));
    expect((await put).code).toBe('NOT_FOUND');
    const c = await newCollection('stays');
    const remove = errorOf(() => store.change([{ kind: 'collection', name: c, remove: true }]));
    expect((await remove).code).toBe('INVALID_ARGUMENT');
  });

  it('are listed by name, from either end', async () => {
    for (const name of ['a/1', 'a/2', 'a/3', 'a0', 'b/1']) {
      await store.change([{ kind: 'release', name: `list-${name}`, put: release }]);
    }
    const names = async (options: Parameters<Store['list']>[1]) =>
      (await store.list('release', options)).map(({ name }) => name.slice('list-'.length));
    expect(await names({ prefix: 'list-a/' })).toEqual(['a/1', 'a/2', 'a/3']);
    expect(await names({ prefix: 'list-a/', after: 'list-a/1', limit: 1 })).toEqual(['a/2']);
    expect(await names({ prefix: 'list-a/', reverse: true, limit: 2 })).toEqual(['a/3', 'a/2']);
    expect(await names({ prefix: 'list-a/', reverse: true, after: 'list-a/3' })).toEqual(['a/2', 'a/1']);
    expect(reader.list('release', { prefix: 'list-b' })).toEqual(
      await store.list('release', { prefix: 'list-b' }),
    );
  });
});

describe('events', () => {
  it('come with the search that they cite; of a collection, its searches and its application', async () => {
    const c = await newCollection('events');
    const cited = search('q1', { collection: c, filter: { eq: ['a', 1] }, offset: 10 });
    await store.recordSearches([cited, search('q2', { collection: 'elsewhere' })]);
    const { first, count, withoutSearch } = await store.appendEvents([
      { action_name: 'click', query_id: 'q1', own: { deep: [1] } },
      { action_name: 'click', query_id: 'q2', application: c }, // of a search elsewhere, whatever it claims
      { action_name: 'click', query_id: 'unknown', application: c },
      { action_name: 'click', query_id: 'a\0b', application: 'another' },
    ]);
    expect([count, withoutSearch]).toEqual([4, 2]);
    expect(await store.countEvents()).toBe(first + 3);
    const events = [...reader.events({ after: first - 1 })];
    expect(events.map(({ sequence }) => sequence - first)).toEqual([0, 1, 2, 3]);
    expect(events[0]!.search).toEqual(cited);
    expect(events[0]!.event).toEqual({ action_name: 'click', query_id: 'q1', own: { deep: [1] } });
    expect(events[2]!.search).toBeUndefined();
    expect(events[3]!.event.query_id).toBe('a\0b');
    expect(Array.from(reader.events({ collection: c }), ({ sequence }) => sequence - first)).toEqual([0, 2]);
  });

  it('with a key that was used before are not written again, and answered as then', async () => {
    const before = await store.countEvents();
    const events = [{ action_name: 'click' }, { action_name: 'view' }];
    const answers = await Promise.all(
      ['k', 'k', 'l'].map((idempotencyKey) => store.appendEvents(events, { idempotencyKey })),
    );
    expect(answers[0]).toEqual({ first: before + 1, count: 2, withoutSearch: 2 });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual({ first: before + 3, count: 2, withoutSearch: 2 });
    expect(await store.countEvents()).toBe(before + 4);
  });

  it('keep the searches they cite when old ones are pruned; of two with one id the first stays', async () => {
    const c = await newCollection('prune');
    await store.recordSearches([
      search('old-cited', { collection: c, at: 1 }),
      search('old', { collection: c, at: 1 }),
      search('new', { collection: c, at: 500 }),
      search('new', { collection: c, at: 1, text: 'another' }),
    ]);
    await store.appendEvents([{ action_name: 'click', query_id: 'old-cited' }]);
    while ((await store.pruneSearches({ before: 100, mostBytes: 2 ** 30 })) > 0);
    const after = await store.countEvents();
    await store.appendEvents(
      ['old-cited', 'old', 'new'].map((query_id) => ({ action_name: 'click', query_id })),
    );
    expect(
      Array.from(reader.events({ after }), ({ search: cited }) => [cited?.queryId, cited?.text]),
    ).toEqual([
      ['old-cited', 'lamp'],
      [undefined, undefined],
      ['new', 'lamp'],
    ]);
  });
});

describe('searches', () => {
  it('go, the oldest first, once all of them take more bytes than they may, but for those that events cite', async () => {
    const c = await newCollection('bytes');
    const text = 'x'.repeat(1000);
    const ids = ['first', 'cited', 'third', 'fourth'].map((name) => `${c}-${name}`);
    const before = await store.recordSearches([]);
    const searches = ids.map((queryId, i) => search(queryId, { collection: c, at: 2000 + i, text }));
    const all = await store.recordSearches(searches);
    const each = (all - before) / 4;
    expect(each).toBeGreaterThan(1000);
    // Of one that is there nothing is noted again.
    expect(await store.recordSearches(searches.slice(0, 1))).toBe(all);
    await store.appendEvents([{ action_name: 'click', query_id: ids[1]! }]);
    while ((await store.pruneSearches({ before: 0, mostBytes: before + 2 * each })) > 0);
    expect(await store.recordSearches([])).toBeLessThanOrEqual(before + 2 * each);
    const after = await store.countEvents();
    await store.appendEvents(ids.map((query_id) => ({ action_name: 'click', query_id })));
    expect(Array.from(reader.events({ after }), ({ search: cited }) => cited !== undefined)).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect((await store.verify()).damage).toEqual([]);
  });

  it('and idempotency keys are forgotten by age', async () => {
    const events = [{ action_name: 'click' }];
    const first = await store.appendEvents(events, { idempotencyKey: 'by-age' });
    await store.pruneIdempotency({ before: Date.now() - 3_600_000 });
    expect(await store.appendEvents(events, { idempotencyKey: 'by-age' })).toEqual(first);
    await store.pruneIdempotency({ before: Date.now() + 3_600_000 });
    expect((await store.appendEvents(events, { idempotencyKey: 'by-age' })).first).toBeGreaterThan(
      first.first,
    );
  });
});

describe('a reader', () => {
  it('sees one moment within a snapshot, and the newest after it', async () => {
    const c = await newCollection('snapshot');
    await store.writeDocuments(c, [upsert('a')]);
    // The store's thread goes on writing while this one is in the snapshot.
    const writing = store.writeDocuments(c, [upsert('z')]);
    const counts = reader.snapshot(() => {
      const before = [...reader.documents(c)].length;
      const until = Date.now() + 50;
      while (Date.now() < until);
      return [before, [...reader.documents(c)].length, reader.snapshot(() => reader.countDocuments(c))];
    });
    await writing;
    expect(new Set(counts).size).toBe(1);
    expect([...reader.documents(c)]).toHaveLength(2);
  });

  it('lets through what a caller throws within a snapshot, and goes on', () => {
    expect(() =>
      reader.snapshot(() => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
    expect(reader.snapshot(() => reader.list('job'))).toEqual([]);
  });

  it('is not there for a folder without a store, and not after it was closed', async () => {
    expect((await errorOf(() => StoreReader.open(temporary))).code).toBe('FILE_NOT_FOUND');
    const closed = StoreReader.open(folder);
    closed.close();
    closed.close();
    expect((await errorOf(() => closed.list('job'))).code).toBe('UNAVAILABLE');
  });
});
const temporary = temporaryFolder();

describe('a store that is closed', () => {
  it('waits for the copy that it was asked for', async () => {
    const folder = join(temporaryFolder(), 'data');
    const busy = await Store.open(folder);
    await busy.createCollection('c', collection, release);
    const ended: string[] = [];
    const copying = busy.backup(join(folder, '..', 'copy')).then(() => ended.push('copied'));
    await Promise.all([busy.close().then(() => ended.push('closed')), copying]);
    expect(ended).toEqual(['copied', 'closed']);
  });
});

describe('a store that cannot be opened', () => {
  it.runIf(process.platform === 'linux')('leaves no file open', async () => {
    const folder = join(temporaryFolder(), 'data');
    await (await Store.open(folder)).close();
    const connection = new Connection(join(folder, 'attune.db'), 'write');
    connection.exec('PRAGMA user_version = 99');
    connection.close();
    const openFiles = () =>
      readdirSync('/proc/self/fd')
        .map((each) => {
          try {
            return readlinkSync(`/proc/self/fd/${each}`);
          } catch {
            return ''; // the folder itself, as it was listed
          }
        })
        .filter((file) => file.includes(folder));
    const before = openFiles();
    expect((await errorOf(() => Store.open(folder))).code).toBe('FORMAT_UNSUPPORTED');
    expect(openFiles()).toEqual(before);
  });
});

describe('a store whose thread ends', () => {
  /** Opens a store, and gives a function that ends its thread. */
  async function fragileStore(folder: string) {
    const threads: Worker[] = [];
    const hear = (thread: Worker) => threads.push(thread);
    process.on('worker', hear);
    const deaths: string[] = [];
    const store = await Store.open(folder, { onDeath: (message) => deaths.push(message) });
    await store.createCollection('c', collection, release);
    const end = () => threads.at(-1)!.terminate();
    return { store, deaths, end, forget: () => process.off('worker', hear) };
  }

  it('fails what waits, by name, and is started again, as often as it ends', async () => {
    const folder = join(temporaryFolder(), 'data');
    const { store, deaths, end, forget } = await fragileStore(folder);
    const answered: string[] = [];
    for (let round = 0; round < 3; ++round) {
      const ids = Array.from({ length: 50 }, (_, row) => `d${round}-${row}`);
      const settled = Promise.allSettled(ids.map((id) => store.writeDocuments('c', [upsert(id)])));
      await end();
      for (const [row, write] of (await settled).entries()) {
        if (write.status === 'fulfilled') answered.push(ids[row]!);
        else expect(write.reason).toMatchObject({ code: 'STORE_FAILED', message: deaths[round] });
      }
      await expect.poll(() => store.health, { timeout: 30_000 }).toEqual({ state: 'ok' });
      await store.writeDocuments('c', [upsert(`after ${round}`)]);
      answered.push(`after ${round}`);
    }
    expect(deaths).toEqual([1, 2, 3].map(() => expect.stringContaining(folder)));
    for (const id of answered) expect(await store.document('c', id)).toMatchObject({ id });
    await store.close();
    forget();
    expect((await errorOf(() => store.countEvents())).code).toBe('UNAVAILABLE');
  }, 60_000);

  it('stays ended where somebody has to look into it first, and can be opened again', async () => {
    const folder = join(temporaryFolder(), 'data');
    const { store, deaths, end, forget } = await fragileStore(folder);
    rmSync(join(folder, 'lock'));
    expect((await errorOf(() => store.writeDocuments('c', [upsert('1')]))).code).toBe('STORE_FAILED');
    await end();
    await expect.poll(() => deaths).toEqual([expect.stringMatching(/Open the store again$/)]);
    const refused = await errorOf(() => store.countEvents());
    expect(refused).toMatchObject({ code: 'STORE_FAILED', message: deaths[0] });
    expect(store.health).toEqual({ state: 'failed', reason: refused.message });
    await store.close();
    forget();
    const again = await Store.open(folder);
    expect(await again.countDocuments('c')).toBe(0);
    await again.close();
  });
});
