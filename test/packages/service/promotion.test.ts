import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import { Store } from '@attune/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hitsOf, idsOf, inFolder, otherBundle, upsert, withService } from './small-service.js';

const titles = Array.from(
  { length: 60 },
  (_, i) => `${['oak', 'red', 'steel'][i % 3]} ${['lamp', 'sofa', 'desk', 'shelf'][i % 4]} ${i}`,
);
const documents = titles.map((title, i) => upsert(String(i), title));

describe('a promotion', () => {
  let models: string;
  const encoders = new Map<string, Encoder>();
  beforeAll(async () => {
    models = await mkdtemp(join(tmpdir(), 'attune-models-'));
    for (const encoder of [
      await Encoder.load('attune-base-en'),
      await Encoder.load(await otherBundle(join(models, 'other'))),
    ])
      encoders.set(encoder.fingerprint, encoder);
  });
  afterAll(() => rm(models, { recursive: true }));

  const inShop = <T>(work: Parameters<typeof withService<T>>[1]) =>
    inFolder((folder) =>
      withService(folder, async (service) => {
        await service.models.import('other', join(models, 'other'));
        await service.createCollection('shop');
        await service.write('shop', documents, { refresh: true });
        return work(service);
      }),
    );

  it('under load mixes no model with another: every score is that of the bundle it names', async () => {
    await inShop(async (service) => {
      let done = false;
      const seen = new Map<string, Set<number>>();
      const searching = Array.from({ length: 16 }, async (_, caller) => {
        for (let turn = 0; !done; ++turn) {
          const text = titles[(caller * 7 + turn) % titles.length]!;
          const answer = await service.search('shop', { text, limit: 3, mode: 'vector' });
          seen.set(answer.fingerprint, (seen.get(answer.fingerprint) ?? new Set()).add(answer.release));
          const encoder = encoders.get(answer.fingerprint)!;
          const [query, ...vectors] = await Promise.all([
            encoder.encodeQueries([text]),
            ...hitsOf(answer).map(({ fields }) => encoder.encodeDocuments([fields['title']!])),
          ]);
          for (const [i, { score }] of hitsOf(answer).entries()) {
            const expected = query.reduce((sum, value, d) => sum + value * vectors[i]![d]!, 0);
            expect(Math.abs(score - expected)).toBeLessThan(1e-5);
          }
        }
      });
      for (const bundle of ['other', 'attune-base-en', 'other'])
        await service.promote('shop', bundle, { reason: 'hand' });
      await service.rollBack('shop');
      await service.rollBack('shop');
      await new Promise((resolve) => setTimeout(resolve, 100));
      done = true;
      await Promise.all(searching);
      expect(seen.size).toBe(2);
      for (const releases of seen.values()) for (const each of releases) expect(each).toBeLessThanOrEqual(6);
      expect((await service.releases('shop')).map(({ number, reason, of }) => [number, reason, of])).toEqual([
        [6, 'rollback', '4'],
        [5, 'rollback', '3'],
        [4, 'hand', null],
        [3, 'hand', null],
        [2, 'hand', null],
        [1, 'first', null],
      ]);
    });
  });

  it('is taken back exactly, with what was written meanwhile', async () => {
    await inShop(async (service) => {
      const query = { text: 'oak lamp', limit: 20 };
      const before = (await service.search('shop', query)).hitsJson;
      await service.promote('shop', 'other', { reason: 'hand' });
      expect((await service.search('shop', query)).hitsJson).not.toBe(before);
      await service.rollBack('shop');
      expect((await service.search('shop', query)).hitsJson).toBe(before);
      await service.write('shop', [upsert('new', 'oak lamp')], { refresh: true });
      await service.rollBack('shop');
      expect(idsOf(await service.search('shop', query))).toContain('new');
      await service.rollBack('shop');
      expect(idsOf(await service.search('shop', query))[0]).toBe('new');
    });
  });

  it('loses no document that is written while it is made', async () => {
    await inShop(async (service) => {
      let written = 0;
      let done = false;
      const writing = (async () => {
        while (!done) {
          const id = `w${written++}`;
          await service.write('shop', [upsert(id, `walnut ${id}`)], { refresh: true });
          // Whatever release answers now: it has what was shown before.
          expect(idsOf(await service.search('shop', { text: id, limit: 1, mode: 'lexical' }))).toEqual([id]);
        }
      })();
      for (const bundle of ['other', 'attune-base-en'])
        await service.promote('shop', bundle, { reason: 'hand' });
      done = true;
      await writing;
      expect(await service.collection('shop')).toMatchObject({ release: 3, indexed: 60 + written });
    });
  });

  it('is refused where the model knows less than half of the documents, unless it is wanted anyway or the gate says so', async () => {
    await inShop(async (service) => {
      const ids = Array.from({ length: 200 }, (_, i) => `zh${i}`);
      const chinese = ids.map((id, i) => upsert(id, `台灯${String.fromCodePoint(0x5000 + i)}`));
      await service.write('shop', chinese, { refresh: true });
      expect(await service.collection('shop')).toMatchObject({
        unknownShare: expect.closeTo(200 / 260, 1),
        notes: [
          expect.stringMatching(
            /^The vocabulary of attune-base-en does not know \d+ % of what the documents/,
          ),
        ],
      });
      await expect(service.promote('shop', 'other', { reason: 'hand' })).rejects.toMatchObject({
        code: 'TEXTS_UNKNOWN',
        message: expect.stringMatching(
          /^The vocabulary of other .*To promote it all the same, set `anyway`\.$/,
        ),
      });
      expect(await service.collection('shop')).toMatchObject({ release: 1, ready: true });
      const { number, notes } = await service.promote('shop', 'other', { reason: 'hand', anyway: true });
      expect([number, notes]).toEqual([2, [expect.stringContaining('The vocabulary of other')]]);
      expect((await service.promote('shop', 'attune-base-en', { reason: 'gate' })).number).toBe(3);
    });
  });

  it('changes nothing when it is cancelled, or when the model is not there', async () => {
    await inShop(async (service) => {
      const cancelling = new AbortController();
      const promoting = service.promote('shop', 'other', { reason: 'hand', signal: cancelling.signal });
      setTimeout(() => cancelling.abort(), 20);
      await expect(promoting).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(service.promote('shop', 'no-such-model', { reason: 'hand' })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      await expect(service.rollBack('shop')).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await service.collection('shop')).toMatchObject({ release: 1, ready: true });
      expect(await service.promote('shop', 'other', { reason: 'gate', of: 'shop/d1' })).toMatchObject({
        number: 2,
        reason: 'gate',
        of: 'shop/d1',
      });
    });
  });

  it('that is dropped while a write waits to be seen says so to the writer: nobody cancelled it', async () => {
    await inShop(async (service) => {
      const many = Array.from({ length: 20_000 }, (_, i) =>
        upsert(`m${i}`, `${titles[i % titles.length]} ${i}`),
      );
      const refused = service.write('shop', many, { refresh: true }).catch((error: unknown) => error);
      while ((await service.store.countDocuments('shop')) < many.length)
        await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, 50)); // the refresh is under way
      await service.dropCollection('shop');
      expect(await refused).toMatchObject({ code: 'UNAVAILABLE' });
    });
  });

  it('of a collection that is dropped meanwhile ends as unavailable: nobody cancelled it', async () => {
    await inShop(async (service) => {
      const promoting = service.promote('shop', 'other', { reason: 'hand' });
      promoting.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await service.dropCollection('shop');
      await expect(promoting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    });
  });

  it('that a crash cut off after its transaction is in service after the restart', async () => {
    await inFolder(async (folder) => {
      await withService(folder, async (service) => {
        await service.models.import('other', join(models, 'other'));
        await service.createCollection('shop');
        await service.write('shop', documents);
      });
      const store = await Store.open(folder);
      const collection = (await store.get('collection', 'shop'))!.value;
      const first = (await store.get('release', 'shop/1'))!.value;
      const { fingerprint } = (await store.get('bundle', 'other'))!.value;
      await store.change([
        { kind: 'collection', name: 'shop', put: { ...collection, release: 2 } },
        { kind: 'release', name: 'shop/2', put: { ...first, bundle: 'other', fingerprint, reason: 'hand' } },
      ]);
      await store.close();
      await withService(folder, async (service) => {
        const answer = await service.search('shop', { text: 'oak lamp', limit: 3 });
        expect(answer).toMatchObject({ release: 2, fingerprint, count: 3 });
        expect(await service.rollBack('shop')).toMatchObject({ number: 3, of: '1' });
      });
    });
  });
});
