import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { copyStore, Store, StoreReader, scrubStore, verifyFolder } from '@attune/store';
import { beforeAll, describe, expect, it } from 'vitest';
import { collection, errorOf, release, search, temporaryFolder, upsert } from './sample-store.js';

const sound = temporaryFolder();
const secret = 'a-text-to-be-found-in-the-file';
beforeAll(async () => {
  const store = await Store.open(sound);
  await store.createCollection('c', collection, release);
  const ids = Array.from({ length: 400 }, (_, row) => `d${row}`);
  const written = await store.writeDocuments(
    'c',
    ids.map((id) => upsert(id, `${id} ${'long '.repeat(100)}`)),
  );
  await store.writeDocuments('c', [upsert('broken', secret)]);
  const vectors = written.map(({ id, sequence }) => ({
    id,
    sequence,
    vector: new Float32Array(8).fill(sequence),
  }));
  await store.putVectors('c', 'f', vectors);
  await store.recordSearches([search('q', { text: 'searched-for-this' })]);
  await store.appendEvents([{ action_name: 'click', query_id: 'q', note: 'noted-in-an-event' }]);
  await store.change([{ kind: 'alias', name: 'shop', put: { collection: 'aliased-to-this' } }]);
  await store.close();
});

/** A copy of the sound store's file. */
function copied(): { folder: string; file: string } {
  const folder = temporaryFolder();
  const file = join(folder, 'attune.db');
  copyFileSync(join(sound, 'attune.db'), file);
  return { folder, file };
}

/** Flips one bit of the first byte of `text`: the highest makes it no UTF-8. */
function damaged(text: string, bit = 1): { folder: string; file: string } {
  const { folder, file } = copied();
  const bytes = readFileSync(file);
  const place = bytes.indexOf(text);
  expect(place).toBeGreaterThan(0);
  bytes[place]! ^= bit;
  writeFileSync(file, bytes);
  return { folder, file };
}

function overwrite(file: string, place: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, place);
  closeSync(handle);
}

describe('a row with one bit flipped', () => {
  // The highest bit leaves a text that is no UTF-8, at which the binding ends the process.
  it.each([1, 0x80])(
    'is refused by name, while every other is served, until it is written again: bit %i',
    async (bit) => {
      const { folder, file } = damaged(secret, bit);
      const reader = StoreReader.open(folder);
      const corrupt = { code: 'FILE_CORRUPT', message: expect.stringContaining(`${file} is damaged`) };
      for (const call of [
        () => reader.document('c', 'broken'),
        () => [...reader.documents('c')],
        () => [...reader.changes('c', 0)],
      ]) {
        const error = await errorOf(call);
        expect(error).toMatchObject(corrupt);
        expect(error.message).toContain('documents c/broken');
      }
      expect(reader.document('c', 'd7')!.id).toBe('d7');
      reader.close();

      const store = await Store.open(folder);
      expect(await errorOf(() => store.document('c', 'broken'))).toMatchObject(corrupt);
      const patch = { op: 'patch' as const, id: 'broken', fields: { more: 'x' } };
      expect(await errorOf(() => store.writeDocuments('c', [patch]))).toMatchObject(corrupt);
      expect(await store.verify()).toMatchObject({
        damage: [{ file, what: expect.stringContaining('documents c/broken') }],
      });
      expect(await store.writeDocuments('c', [upsert('broken', 'whole')])).toMatchObject([
        { status: 'updated' },
      ]);
      expect((await store.document('c', 'broken'))!.fields['title']).toBe('whole');
      expect((await store.verify()).damage).toEqual([]);
      await store.close();
    },
  );

  it('that makes a text of a number is refused by name', async () => {
    const { folder, file } = copied();
    const bytes = readFileSync(file);
    // Before its id, six bytes, the row's header ends with the kind of its checksum; behind it are two bytes of a sequence, and the body.
    const id = bytes.indexOf(secret) - '{"fields":{"title":"'.length - 2 - 6;
    expect(bytes.toString('latin1', id, id + 6)).toBe('broken');
    const [asNumber, asText] = bytes[id - 1] === 4 ? [4, 21] : [5, 25];
    expect(bytes[id - 1]).toBe(asNumber);
    bytes[id - 1] = asText;
    writeFileSync(file, bytes);
    const reader = StoreReader.open(folder);
    expect((await errorOf(() => reader.document('c', 'broken'))).code).toBe('FILE_CORRUPT');
    expect(reader.document('c', 'd7')!.id).toBe('d7');
    reader.close();
  });

  it('does not keep its collection from being dropped, nor the row from being deleted', async () => {
    for (const act of [
      (store: Store) => store.dropCollection('c'),
      (store: Store) => store.writeDocuments('c', [{ op: 'delete', id: 'broken' }]),
    ]) {
      const { folder } = damaged(secret, 0x80);
      const store = await Store.open(folder);
      await act(store);
      expect((await store.verify()).damage).toEqual([]);
      await store.close();
    }
  });

  it.each([1, 0x80])(
    'in an index leads to no other row, and is found by whoever reads all: bit %i',
    async (bit) => {
      const { folder, file } = copied();
      const bytes = readFileSync(file);
      // Wherever the id is not followed by its body or more of a text, it is an entry of the index by ids, or what is left of one.
      const places = [...bytes.toString('latin1').matchAll(/d250(?!\d| long)/g)]
        .map(({ index }) => index)
        .filter((at) => !bytes.subarray(at, at + 20).includes('{"fields"'));
      expect(places.length).toBeGreaterThan(0);
      for (const place of places) bytes[place + 2]! ^= bit;
      writeFileSync(file, bytes);
      const reader = StoreReader.open(folder);
      const hidden = () => reader.document('c', 'd250');
      expect(hidden()).toBeUndefined();
      expect((await errorOf(() => [...reader.documents('c')])).code).toBe('FILE_CORRUPT');
      expect([...reader.changes('c', 0)]).toHaveLength(401);
      reader.close();
      for (const look of [verifyFolder, scrubStore])
        expect((await look(folder)).damage.length).toBeGreaterThan(0);
    },
  );

  it('in an index that a write has to change is FILE_CORRUPT, and the write is refused', async () => {
    const { folder, file } = copied();
    const bytes = readFileSync(file);
    // Of the index by sequences: the collection 1, which takes no byte, a sequence and the row's number, of two bytes each.
    const place = bytes.indexOf(Buffer.from([4, 9, 2, 2, 401 >> 8, 401 & 255, 401 >> 8, 401 & 255]));
    expect(place).toBeGreaterThan(0);
    bytes[place + 5]! ^= 1;
    writeFileSync(file, bytes);
    const store = await Store.open(folder);
    const error = await errorOf(() => store.writeDocuments('c', [upsert('broken', 'again')]));
    expect(error).toMatchObject({ code: 'FILE_CORRUPT', message: expect.stringContaining(file) });
    expect((await store.document('c', 'broken'))!.sequence).toBe(401);
    await store.close();
  });

  it.each([
    ['searched-for-this', 'searches q/', (reader: StoreReader) => [...reader.events()]],
    ['noted-in-an-event', 'events 1', (reader: StoreReader) => [...reader.events()]],
    ['aliased-to-this', 'records alias/shop', (reader: StoreReader) => reader.get('alias', 'shop')],
  ])('is found in every table: %s', async (text, row, read) => {
    const { folder } = damaged(text);
    const reader = StoreReader.open(folder);
    expect(await errorOf(() => read(reader))).toMatchObject({
      code: 'FILE_CORRUPT',
      message: expect.stringContaining(row),
    });
    reader.close();
    expect((await verifyFolder(folder)).damage).toMatchObject([{ what: expect.stringContaining(row) }]);
  });

  it.each([
    ['totals', 'how many rows'],
    ['identity', 'its id'],
  ])('that follows from others is made again when the store is opened: %s', async (text, said) => {
    const before = StoreReader.open(sound);
    const id = before.storeId();
    before.close();
    const { folder } = damaged(text === 'identity' ? id : 'records alias', 0x80);
    const store = await Store.open(folder);
    expect(store.mended).toEqual([expect.stringContaining(said)]);
    expect(await store.list('alias')).toHaveLength(1);
    expect(await store.countEvents()).toBe(1);
    expect((await store.storeId()) === id).toBe(text !== 'identity');
    expect((await store.verify()).damage).toEqual([]);
    await store.close();
    const again = await Store.open(folder);
    expect(again.mended).toEqual([]);
    await again.close();
  });

  it('is found in vectors', async () => {
    const { folder, file } = copied();
    const bytes = readFileSync(file);
    const vector = Buffer.from(new Float32Array(8).fill(123).buffer);
    const place = bytes.indexOf(vector);
    expect(place).toBeGreaterThan(0);
    overwrite(file, place + 1, Uint8Array.of(7));
    const reader = StoreReader.open(folder);
    const error = await errorOf(() => [...reader.vectors('c', 'f')]);
    expect(error).toMatchObject({ code: 'FILE_CORRUPT', message: expect.stringContaining('vectors c/d122') });
    expect((await verifyFolder(folder)).damage).toMatchObject([
      { what: expect.stringContaining('vectors c/d122') },
    ]);
    // Whoever makes vectors makes this one again.
    const versions = new Map([...reader.documents('c')].map(({ id, sequence }) => [id, sequence]));
    const found = reader.vectorsOf('c', 'f', versions);
    expect(found.size).toBe(399);
    expect(found.has('d122')).toBe(false);
    reader.close();
    const store = await Store.open(folder);
    const again = { id: 'd122', sequence: versions.get('d122')!, vector: new Float32Array(8).fill(123) };
    await store.putVectors('c', 'f', [again]);
    expect((await store.verify()).damage).toEqual([]);
    await store.close();
  });
});

describe('a file that is damaged', () => {
  it('in a page is FILE_CORRUPT where that page is needed, and verified around it', async () => {
    const { folder, file } = copied();
    const pageBytes = 4096;
    // The page that holds a document in the middle of its table.
    const place = readFileSync(file).indexOf('d200 long');
    overwrite(file, Math.floor(place / pageBytes) * pageBytes, new Uint8Array(pageBytes).fill(0xff));
    const reader = StoreReader.open(folder);
    const error = await errorOf(() => [...reader.documents('c')]);
    expect(error.code).toBe('FILE_CORRUPT');
    expect(error.message).toContain(file);
    expect(error.message).toContain('Restore a backup');
    // By the statement that has failed on the page, what is sound is read as before.
    expect((await errorOf(() => reader.document('c', 'd200'))).code).toBe('FILE_CORRUPT');
    expect(reader.document('c', 'd7')!.id).toBe('d7');
    expect([...reader.events()]).toHaveLength(1);
    reader.close();
    const { rows, damage } = await verifyFolder(folder);
    const unreadable = damage.filter(({ what }) => /^documents, rows? \d+ to \d+: unreadable/.test(what));
    expect(unreadable.length).toBeGreaterThan(0);
    const all = (await verifyFolder(sound)).rows;
    expect(rows).toBeGreaterThan(all - 50);
    expect(rows).toBeLessThan(all);
  });

  it('in a row whose number it makes huge is verified in no more time', async () => {
    const { folder, file } = copied();
    const bytes = readFileSync(file);
    const page = Math.floor(bytes.indexOf(secret) / 4096) * 4096;
    const leafOfTable = 13;
    expect(bytes[page]).toBe(leafOfTable);
    const lastCell = page + bytes.readUInt16BE(page + 8 + 2 * (bytes.readUInt16BE(page + 3) - 1));
    // Its length, some 2^31, so that what it holds lies in pages that are none, and its number, 2^42.
    const [length, number] = [
      [0x88, 0x80, 0x80, 0x80, 0],
      [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0],
    ] as const;
    overwrite(file, lastCell, Uint8Array.of(...length, ...number));
    const { rows, damage } = await verifyFolder(folder);
    expect(damage).toContainEqual({ file, what: `documents, rows 401 to ${2 ** 42}: unreadable` });
    expect(rows).toBe((await verifyFolder(sound)).rows - 1);
  });

  it.each([
    ['garbage', (bytes: Buffer) => Buffer.alloc(bytes.length, 'no store ')],
    ['cut in its middle', (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2))],
    ['cut in its header', (bytes: Buffer) => bytes.subarray(0, 50)],
    [
      'with a damaged schema',
      (bytes: Buffer) =>
        Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(3996, 0xee), bytes.subarray(4096)]),
    ],
  ])('is FILE_CORRUPT by name and never a crash: %s', async (_, change) => {
    const { folder, file } = copied();
    writeFileSync(file, change(readFileSync(file)));
    const opened = async () => {
      const store = await Store.open(folder);
      try {
        for (let row = 0; row < 400; row++) await store.document('c', `d${row}`);
      } finally {
        await store.close();
      }
    };
    const error = await errorOf(opened);
    expect(error.code).toBe('FILE_CORRUPT');
    expect(error.message).toContain(file);
    const report = await verifyFolder(folder);
    expect(report.damage.length).toBeGreaterThan(0);
    expect(report.damage[0]!.file).toBe(file);
  });
});

describe('a backup', () => {
  it('is one moment of a store that is being written, and comes back whole', async () => {
    const folder = temporaryFolder();
    const backup = join(folder, 'deep', 'backup');
    const store = await Store.open(join(folder, 'data'));
    await store.createCollection('c', collection, release);
    await store.writeDocuments('c', [upsert('before', 'x'.repeat(100_000))]);
    let isWriting = true;
    const writing = (async () => {
      for (let row = 0; isWriting; row++)
        await store.writeDocuments('c', [upsert(`a${row}`), upsert(`b${row}`)]);
    })();
    await store.backup(backup);
    isWriting = false;
    await writing;
    expect((await errorOf(() => store.backup(backup))).code).toBe('FILE_EXISTS');
    await store.close();

    const to = join(folder, 'restored');
    await copyStore(backup, to);
    expect((await errorOf(() => copyStore(backup, to))).code).toBe('FILE_EXISTS');
    const restored = await Store.open(to, { create: false });
    expect((await restored.verify()).damage).toEqual([]);
    const ids = (await restored.documents('c', { limit: 100_000, mostBytes: 2 ** 30 })).documents.map(
      ({ id }) => id,
    );
    expect(ids).toContain('before');
    expect(ids.length % 2).toBe(1); // with each a its b
    const last = await restored.lastSequence('c');
    expect(await restored.writeDocuments('c', [upsert('new')])).toMatchObject([{ sequence: last + 1 }]);
    await restored.close();
  });

  it('is another store, so no index of the one is served with the other', async () => {
    const folder = temporaryFolder();
    await copyStore(sound, join(folder, 'copy'));
    await copyStore(sound, join(folder, 'second'));
    const readers = [sound, join(folder, 'copy'), join(folder, 'second')].map((each) =>
      StoreReader.open(each),
    );
    expect(new Set(readers.map((reader) => reader.storeId())).size).toBe(3);
    for (const reader of readers) reader.close();
  });

  it('of a folder that nobody has open is the same', async () => {
    const folder = temporaryFolder();
    await copyStore(sound, join(folder, 'copy'));
    const [from, to] = [StoreReader.open(sound), StoreReader.open(join(folder, 'copy'))];
    expect([...to.documents('c')]).toEqual([...from.documents('c')]);
    expect([...to.vectors('c', 'f')]).toEqual([...from.vectors('c', 'f')]);
    expect([...to.events()]).toEqual([...from.events()]);
    from.close();
    to.close();
  });

  it('is not made of a damaged store, and one that is damaged is copied no further', async () => {
    const { folder, file } = damaged(secret);
    const target = join(folder, 'target');
    const error = await errorOf(() => copyStore(folder, target));
    expect(error.code).toBe('FILE_CORRUPT');
    expect(error.message).toContain(file);
    expect(error.message).toContain('documents c/broken');
    expect(existsSync(join(target, 'attune.db'))).toBe(false);
  });

  it('that is not there is FILE_NOT_FOUND', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'empty'));
    for (const call of [
      () => copyStore(join(folder, 'empty'), join(folder, 'to')),
      () => verifyFolder(join(folder, 'empty')),
    ]) {
      expect((await errorOf(call)).code).toBe('FILE_NOT_FOUND');
    }
    expect(existsSync(join(folder, 'to', 'attune.db'))).toBe(false);
  });
});
