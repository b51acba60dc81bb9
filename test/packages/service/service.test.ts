import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { Service } from '@attune/service';
import { Store, StoreReader } from '@attune/store';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hitsOf, idsOf, inFolder, upsert, withService } from './small-service.js';

const failure = (code: string, message?: RegExp) =>
  expect.objectContaining({ code, ...(message && { message: expect.stringMatching(message) }) });

describe('a Service', () => {
  let folder: string;
  let service: Service;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-service-'));
    service = await Service.open(folder);
    await service.createCollection('shop');
    await service.write(
      'shop',
      [
        upsert('1', 'Oak desk lamp', { price: 30, shop: 'east' }),
        upsert('2', 'Red sofa', { price: 400, shop: 'west' }),
        upsert('3', 'Lamp shade', { price: 9 }),
      ],
      { refresh: true },
    );
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true });
  });

  it('answers an empty collection with no hits, whatever is asked', async () => {
    await service.createCollection('empty');
    for (const mode of ['vector', 'lexical', 'hybrid'] as const) {
      const filter = { field: 'price', atMost: 10 };
      const answer = await service.search('empty', { text: 'lamp', limit: 5, mode, filter });
      expect(answer).toMatchObject({ hitsJson: '[]', count: 0, release: 1 });
    }
    expect(await service.collection('empty')).toMatchObject({
      documents: 0,
      indexed: 0,
      ready: true,
      dim: 256,
    });
  });

  it('goes on answering for a collection whose drop was refused', async () => {
    const refused = vi.spyOn(service.store, 'dropCollection');
    refused.mockRejectedValueOnce(new AttuneError('DISK_FULL', 'No space is left.'));
    await expect(service.dropCollection('shop')).rejects.toEqual(failure('DISK_FULL'));
    refused.mockRestore();
    expect(idsOf(await service.search('shop', { text: 'desk', limit: 1 }))).toEqual(['1']);
    await service.write('shop', [upsert('1', 'Oak desk lamp', { price: 30, shop: 'east' })], {
      refresh: true,
    });
  });

  it('knows its folder by one path, whatever links lead there', async () => {
    await inFolder(async (place) => {
      await mkdir(join(place, 'real'));
      await symlink(join(place, 'real'), join(place, 'link'));
      await withService(join(place, 'link', 'data'), async (linked) => {
        expect(linked.folder).toBe(join(await realpath(place), 'real', 'data'));
        expect(linked.store.folder).toBe(linked.folder);
      });
    });
  });

  it('reads its store through, and tells the damage that it finds', async () => {
    await inFolder(async (place) => {
      const file = join(place, 'attune.db');
      const store = await Store.open(place);
      const key = { createdAt: 1, sha256: '', scopes: [], expiresAt: null, revokedAt: null };
      await store.change([{ kind: 'key', name: 'k', put: { ...key, label: 'told-by-this' } }]);
      await store.close();
      const scrubbed = async () => {
        const lines: string[] = [];
        const log = (level: string, message: string) => lines.push(`${level}: ${message}`);
        await withService(
          place,
          async (service) => {
            while (service.scrubbed === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
            expect(service.scrubbed.at).toBeGreaterThan(0);
          },
          { log, scrub: { afterMs: 0 } },
        );
        return lines.join('\n');
      };
      expect(await scrubbed()).toMatch(/info: attune.db was read and is whole: \d+ rows/);
      const bytes = await readFile(file);
      bytes[bytes.indexOf('told-by-this')]! ^= 0x80;
      await writeFile(file, bytes);
      const said = await scrubbed();
      expect(said).toMatch(/error: attune.db is damaged: records key\/k: wrong checksum/);
      expect(said).toMatch(/error: attune.db is damaged in 1 place/);
    });
  });

  it('finds by vectors, by words and by both, and gives documents whole', async () => {
    const [first] = hitsOf(await service.search('shop', { text: 'lamps', limit: 1, mode: 'lexical' }));
    expect(first).toMatchObject({ id: '3', fields: { title: 'Lamp shade' }, attributes: { price: 9 } });
    expect(idsOf(await service.search('shop', { text: 'couch', limit: 1, mode: 'vector' }))).toEqual(['2']);
    expect(idsOf(await service.search('shop', { text: 'desk', limit: 3 }))[0]).toBe('1');
  });

  it('filters, modifies and pages', async () => {
    const cheap = { field: 'price', below: 100 };
    expect(idsOf(await service.search('shop', { text: 'sofa', limit: 9, filter: cheap })).sort()).toEqual([
      '1',
      '3',
    ]);
    const dearFirst = { add: [{ field: 'price', weight: 1 }] };
    const all = await service.search('shop', { text: 'lamp', limit: 9, modifiers: dearFirst });
    expect(idsOf(all)).toEqual(['2', '1', '3']);
    const second = { text: 'lamp', limit: 1, offset: 1, modifiers: dearFirst };
    expect(idsOf(await service.search('shop', second))).toEqual(['1']);
    expect(await service.search('shop', { text: 'lamp', limit: 5, offset: 3 })).toMatchObject({ count: 0 });
  });

  it('says where the next page begins, as far as one may', async () => {
    const page = async (request: { limit?: number; offset?: number }, collection = 'shop') =>
      (await service.search(collection, { text: 'lamp', mode: 'vector', ...request })).nextOffset;
    expect(await page({ limit: 2 })).toBe(2);
    expect(await page({ limit: 1, offset: 2 })).toBe(3);
    expect(await page({ limit: 1, offset: 3 })).toBeNull();
    expect(await page({})).toBeNull(); // of 3 documents, where 10 are wanted

    await service.createCollection('large');
    const many = Array.from({ length: 10_002 }, (_, i) => upsert(`${i}`, `lamp ${i % 100}`));
    await service.write('large', many, { refresh: true });
    expect(await page({}, 'large')).toBe(10);
    expect(await page({ offset: 9_990 }, 'large')).toBe(10_000);
    expect(await page({ limit: 1, offset: 10_000 }, 'large')).toBeNull();
    await service.dropCollection('large');
  });

  it('searches by a given vector, and by words beside it', async () => {
    const { vectors } = await service.embed('shop', ['couch'], 'query');
    const byText = await service.search('shop', { text: 'couch', limit: 3, mode: 'vector' });
    expect((await service.search('shop', { vector: vectors, limit: 3 })).hitsJson).toBe(byText.hitsJson);
    const both = hitsOf(await service.search('shop', { vector: vectors, text: 'shade', limit: 3 }));
    expect(both.map(({ id }) => id)).toContain('3');
    expect(both[0]!.score).toBeGreaterThan(0.5);
  });

  it('refuses what is no search', async () => {
    const search = (request: object) => service.search('shop', { limit: 3, ...request });
    await expect(search({ text: ' ' })).rejects.toEqual(failure('INVALID_ARGUMENT', /blank/));
    await expect(search({})).rejects.toEqual(failure('INVALID_ARGUMENT', /text, vector or query.*none/));
    await expect(search({ text: '\ud800' })).rejects.toEqual(failure('INVALID_ARGUMENT', /surrogate/));
    await expect(search({ text: 'a', limit: 1001 })).rejects.toEqual(
      failure('INVALID_ARGUMENT', /1000.*1001/),
    );
    await expect(search({ text: 'a', offset: -1 })).rejects.toEqual(failure('INVALID_ARGUMENT', /offset/));
    await expect(search({ vector: new Float32Array(3) })).rejects.toEqual(
      failure('DIMENSION_MISMATCH', /256/),
    );
    await expect(search({ vector: new Float32Array(256).fill(NaN) })).rejects.toEqual(failure('NOT_FINITE'));
    await expect(search({ text: 'a', filter: { field: 'size', equals: 1 } })).rejects.toEqual(
      failure('INVALID_ARGUMENT', /price, shop.*size/),
    );
    await expect(search({ text: 'a', filter: { and: 3 } })).rejects.toEqual(
      failure('INVALID_ARGUMENT', /filter/),
    );
    await expect(search({ text: 'a', modifiers: { add: [{ field: 'shop' }] } })).rejects.toEqual(
      failure('INVALID_ARGUMENT', /numbers/),
    );
    await expect(service.search('none', { text: 'a', limit: 1 })).rejects.toEqual(failure('NOT_FOUND'));
  });

  it('writes nothing when one document of many is wrong, and says which', async () => {
    const wrong = [
      [upsert('', 'x'), '/id of document 1 to have at least 1 character'],
      [upsert('a', 'x', { price: NaN }), '/attributes/price of document 1 to be'],
      [{ op: 'put', id: 'a' }, '/op of document 1 to be "upsert"'],
      [7, 'document 1 to be an object'],
    ] as const;
    for (const [write, message] of wrong) {
      await expect(service.write('shop', [upsert('4', 'fine'), write as never])).rejects.toEqual(
        failure('INVALID_ARGUMENT', new RegExp(message)),
      );
    }
    expect(await service.document('shop', '4')).toBeUndefined();
  });

  it('shows patches and deletes once they are refreshed', async () => {
    await service.write('shop', [upsert('9', 'Walnut shelf')], { refresh: true });
    await service.write('shop', [{ op: 'patch', id: '9', fields: { title: 'Bamboo rack' } }], {
      refresh: true,
    });
    expect(idsOf(await service.search('shop', { text: 'shelf', limit: 3, mode: 'lexical' }))).toEqual([]);
    expect(idsOf(await service.search('shop', { text: 'rack', limit: 3, mode: 'lexical' }))).toEqual(['9']);
    const gone = await service.write(
      'shop',
      [
        { op: 'delete', id: '9' },
        { op: 'delete', id: '8' },
      ],
      {
        refresh: true,
      },
    );
    expect(gone.map(({ status }) => status)).toEqual(['deleted', 'notFound']);
    expect(idsOf(await service.search('shop', { text: 'rack', limit: 3, mode: 'lexical' }))).toEqual([]);
  });

  it('answers to an alias, which may move', async () => {
    await service.createCollection('shop-2');
    await service.setAlias('live', 'shop');
    expect((await service.collection('live')).name).toBe('shop');
    await service.setAlias('live', 'shop-2');
    expect((await service.search('live', { text: 'lamp', limit: 1 })).count).toBe(0);
    await expect(service.createCollection('live')).rejects.toEqual(failure('CONFLICT'));
    await expect(service.setAlias('shop', 'shop-2')).rejects.toEqual(failure('CONFLICT'));
    await service.dropCollection('shop-2');
    expect(service.aliases()).toEqual([]);
    await expect(service.collection('live')).rejects.toEqual(failure('NOT_FOUND'));
    await expect(service.createCollection('../x')).rejects.toEqual(failure('INVALID_ARGUMENT'));
    await expect(service.createCollection('shop')).rejects.toEqual(failure('CONFLICT'));
  });

  it('embeds as the model does, many at once, and tokens too', async () => {
    const encoder = await Encoder.load('attune-base-en');
    const texts = ['oak desk', 'red sofa and a lamp', ''];
    const expected = await encoder.encodeDocuments(texts);
    const asked = await Promise.all(texts.map((text) => service.embed('shop', [text], 'document')));
    for (const [i, { vectors }] of asked.entries())
      expect(vectors).toEqual(expected.slice(256 * i, 256 * (i + 1)));
    const tokens = await encoder.tokenizer.tokenize(encoder.documentTexts(texts));
    const together = await service.embed('attune-base-en', tokens, 'document');
    expect(together).toMatchObject({ dim: 256, tokens: tokens.ids.length, fingerprint: encoder.fingerprint });
    expect(together.vectors).toEqual(expected);
    expect(asked.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(tokens.ids.length);
    const wrong = { ids: Int32Array.of(10_000_000), offsets: Uint32Array.of(0, 1) };
    await expect(service.embed('shop', wrong, 'query')).rejects.toEqual(
      failure('INVALID_ARGUMENT', /ids are 0/),
    );
    await expect(service.embed('none', ['a'], 'query')).rejects.toEqual(failure('NOT_FOUND'));
  });

  it('keeps each search before the event that cites it', async () => {
    const { queryId } = await service.search('shop', { text: 'lamp', limit: 2 });
    const silent = await service.search('shop', { text: 'lamp', limit: 2, record: false });
    await service.recordEvents([
      { action_name: 'click', query_id: queryId, event_attributes: { object: { object_id: '1' } } },
      { action_name: 'click', query_id: silent.queryId, application: 'shop' },
    ]);
    const reader = StoreReader.open(folder);
    try {
      const [cited, uncited] = [...reader.events({ collection: 'shop' })].slice(-2);
      expect(cited!.search).toMatchObject({ collection: 'shop', text: 'lamp', offset: 0, release: 1 });
      expect(cited!.search!.hits).toHaveLength(2);
      expect(uncited!.search).toBeUndefined();
    } finally {
      reader.close();
    }
  });

  it('keeps an event of epoch time and null fields as one in ISO 8601 without them', async () => {
    const sent = { action_name: 'click', application: 'shop', session_id: null, timestamp: 1732186801000 };
    await service.recordEvents([sent]);
    const reader = StoreReader.open(folder);
    try {
      const { event } = [...reader.events({ collection: 'shop' })].at(-1)!;
      expect(event).toEqual({
        action_name: 'click',
        application: 'shop',
        timestamp: '2024-11-21T11:00:01.000Z',
      });
    } finally {
      reader.close();
    }
  });

  it('keeps no event when one of many is wrong, and says which', async () => {
    const click = { action_name: 'click', application: 'shop' };
    const before = await service.store.countEvents();
    for (const [wrong, message] of [
      [{}, '/1 of the events to have action_name'],
      [{ ...click, user_query: 7 }, '/1/user_query of the events to be a text'],
    ] as const) {
      await expect(service.recordEvents([click, wrong as never])).rejects.toEqual(
        failure('INVALID_ARGUMENT', new RegExp(message)),
      );
    }
    expect(await service.store.countEvents()).toBe(before);
  });
});

describe('a Service that is opened again', () => {
  it('has what it had, and refuses to answer once it is closed', async () => {
    await inFolder(async (folder) => {
      const first = await withService(folder, async (service) => {
        await service.createCollection('shop', { lexical: { analyser: 'plain', fusionWeight: 0.3 } });
        await service.setAlias('live', 'shop');
        await service.write('shop', [upsert('1', 'Oak lamps'), upsert('2', 'Lamp')]);
        const searching = service.search('shop', { text: 'lamp', limit: 5 });
        await searching;
        return service;
      });
      await expect(first.search('shop', { text: 'lamp', limit: 5 })).rejects.toEqual(failure('UNAVAILABLE'));
      await withService(folder, async (service) => {
        expect(idsOf(await service.search('live', { text: 'lamp', limit: 5, mode: 'lexical' }))).toEqual([
          '2',
        ]);
        expect(await service.collections()).toMatchObject([{ name: 'shop', documents: 2, indexed: 2 }]);
      });
    });
  });

  it('answers everything that was asked before it was closed', async () => {
    await inFolder(async (folder) => {
      const service = await Service.open(folder);
      await service.createCollection('shop');
      await service.write('shop', [upsert('1', 'Oak lamp')], { refresh: true });
      const answers = Array.from({ length: 600 }, (_, i) =>
        service.search('shop', { text: `lamp ${i}`, limit: 1 }),
      );
      const [settled] = await Promise.all([Promise.all(answers), service.close()]);
      expect(settled.every(({ count }) => count === 1)).toBe(true);
      const reader = StoreReader.open(folder);
      reader.close();
      await withService(folder, async (again) => {
        await again.recordEvents([{ action_name: 'click', query_id: settled[599]!.queryId }]);
        const read = StoreReader.open(folder);
        expect([...read.events()].at(-1)!.search?.text).toBe('lamp 599');
        read.close();
      });
    });
  });
});
