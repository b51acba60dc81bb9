import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partialBeside, sealed } from '@attune/files';
import { readIndex, Segment, segmentColumns, writeIndex } from '@attune/search';
import { backUpData, Service, verifyData } from '@attune/service';
import { Store } from '@attune/store';
import { describe, expect, it } from 'vitest';
import { hitsOf, idsOf, inFolder, isReady, otherBundle, upsert, withService } from './small-service.js';

const titles = ['Oak desk lamp', 'Red sofa', 'Lamp shade', 'Garden chair', 'Steel shelf'];
const query = { text: 'lamp', limit: 5 };

async function shopIn(folder: string): Promise<string> {
  return withService(folder, async (service) => {
    await service.createCollection('shop');
    await service.write(
      'shop',
      titles.map((title, i) => upsert(String(i), title)),
      { refresh: true },
    );
    return (await service.search('shop', query)).hitsJson;
  });
}

/** Opens, and gives the answer with what was noted on the way. */
async function openedAgain(folder: string): Promise<{ hitsJson: string; notes: string[] }> {
  const notes: string[] = [];
  const log = (_: string, message: string) => notes.push(message);
  return withService(folder, async (service) => ({ ...(await service.search('shop', query)), notes }), {
    log,
  });
}

describe('the index files of a collection', () => {
  it('are used where they are whole, and no word is lost about it', async () => {
    await inFolder(async (folder) => {
      const expected = await shopIn(folder);
      expect(await openedAgain(folder)).toMatchObject({ hitsJson: expected, notes: [] });
    });
  });

  it('are made again from the store when one is missing, cut, changed by a bit or of another kind', async () => {
    await inFolder(async (folder) => {
      const expected = await shopIn(folder);
      const index = join(folder, 'indexes', 'shop', '1');
      const whole = join(folder, 'whole');
      await cp(index, whole, { recursive: true });
      const files = await readdir(index);
      expect(files.sort()).toEqual(['documents.jsonl', 'manifest.json', 'vectors.flat', 'words.lex']);
      for (const file of files) {
        const bytes = await readFile(join(whole, file));
        const flipped = Buffer.from(bytes);
        flipped[bytes.length >> 1]! ^= 1;
        for (const damage of [undefined, bytes.subarray(0, bytes.length - 3), flipped, Buffer.from('{}\n')]) {
          await rm(index, { recursive: true });
          await cp(whole, index, { recursive: true });
          if (damage === undefined) await rm(join(index, file));
          else await writeFile(join(index, file), damage);
          const { hitsJson, notes } = await openedAgain(folder);
          expect(hitsJson).toBe(expected);
          expect(notes).toEqual([expect.stringMatching(/made again from the store/)]);
          if (file !== 'manifest.json') expect(notes[0]).toContain(`indexes/shop/1/${file}`);
          expect(notes[0]).not.toContain(folder);
        }
      }
      // What was made again was saved again.
      expect((await openedAgain(folder)).notes).toEqual([]);
    });
  });

  it('are refused when another bundle or other settings made them', async () => {
    await inFolder(async (folder) => {
      await shopIn(folder);
      const manifest = join(folder, 'indexes', 'shop', '1', 'manifest.json');
      const content = JSON.parse(await readFile(manifest, 'utf8'));
      for (const [change, code] of [
        [{ fingerprint: 'f'.repeat(64) }, 'BUNDLE_MISMATCH'],
        [{ lexical: { ...content.lexical, k1: 2 } }, 'CONFLICT'],
        [{ format: 99 }, 'FORMAT_UNSUPPORTED'],
      ] as const) {
        await writeFile(manifest, JSON.stringify(sealed({ ...content, ...change })));
        expect((await openedAgain(folder)).notes).toEqual([expect.stringContaining(code)]);
      }
    });
  });

  it('of another store, or ahead of their own, are made again, and both are named', async () => {
    await inFolder(async (place) => {
      const folder = join(place, 'data');
      const expected = await shopIn(folder);
      const earlier = join(place, 'attune.db');
      await cp(join(folder, 'attune.db'), earlier);
      await withService(folder, (service) =>
        service.write('shop', [upsert('late', 'Late lamp'), { op: 'delete', id: '0' }], { refresh: true }),
      );
      // As an old file is put back by hand.
      const ahead = join(place, 'ahead');
      await cp(folder, ahead, { recursive: true });
      await cp(earlier, join(ahead, 'attune.db'));
      const damage = (await verifyData(ahead)).damage;
      expect(damage).toMatchObject([
        { file: 'indexes/shop/1', what: expect.stringMatching(/up to number 7/) },
      ]);
      const { hitsJson, notes } = await openedAgain(ahead);
      expect(hitsJson).toBe(expected);
      expect(notes).toEqual([
        expect.stringMatching(/number 7, but the last write to the store .* is number 5/),
      ]);
      expect((await openedAgain(ahead)).notes).toEqual([]);

      const backup = join(place, 'backup');
      await backUpData(folder, backup);
      await cp(join(backup, 'attune.db'), join(folder, 'attune.db'));
      const another = await openedAgain(folder);
      const id = '[0-9a-f-]{36}';
      expect(another.notes).toEqual([
        expect.stringMatching(new RegExp(`made from the store ${id}, but the one in service is ${id}`)),
      ]);
      expect(JSON.parse(another.hitsJson).map(({ id }: { id: string }) => id)).toContain('late');
    });
  });

  it('that hold other documents than the store are made again, and the numbers are named', async () => {
    await inFolder(async (folder) => {
      const expected = await shopIn(folder);
      const index = join(folder, 'indexes', 'shop', '1');
      const lines = (await readFile(join(index, 'documents.jsonl'), 'utf8')).split('\n').filter(Boolean);
      expect(lines).toHaveLength(5);
      const { segment, manifest } = await readIndex(index);
      const rows = lines
        .slice(1)
        .map((line) => ({ line, ...JSON.parse(line), words: '', vector: undefined }));
      const { dim } = segment.vectors;
      const columns = segmentColumns(rows, { dim, lexical: manifest.lexical });
      const fewer = await Segment.of(columns, { dim, fingerprint: manifest.fingerprint });
      await writeIndex(index, fewer, manifest, { force: true });
      const { hitsJson, notes } = await openedAgain(folder);
      expect(hitsJson).toBe(expected);
      expect(notes).toEqual([expect.stringMatching(/it holds 4 documents, and the store 5/)]);
    });
  });

  it('cannot be made while a document is damaged, and are once it was written again', async () => {
    await inFolder(async (folder) => {
      await shopIn(folder);
      await rm(join(folder, 'indexes'), { recursive: true });
      const file = join(folder, 'attune.db');
      const bytes = await readFile(file);
      bytes[bytes.lastIndexOf('Red sofa')]! ^= 0x80;
      await writeFile(file, bytes);
      const notes: string[] = [];
      const service = await Service.open(folder, { log: (_, message) => notes.push(message) });
      await expect(service.whenReady('shop')).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
      expect(notes.join()).toMatch(
        /the checksum of documents shop\/1 does not fit.*Write it again, delete it/,
      );
      await expect(service.search('shop', query)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await service.write('shop', [upsert('1', 'Red sofa')], { refresh: true });
      expect(idsOf(await service.search('shop', query))).toHaveLength(5);
      await service.close();
    });
  });

  it('are read by verifyData', async () => {
    await inFolder(async (folder) => {
      await shopIn(folder);
      expect((await verifyData(folder)).damage).toEqual([]);
      const file = join(folder, 'indexes', 'shop', '1', 'words.lex');
      const bytes = await readFile(file);
      bytes[bytes.length >> 1]! ^= 4;
      await writeFile(file, bytes);
      expect((await verifyData(folder)).damage).toMatchObject([
        { file: 'indexes/shop/1', what: expect.stringContaining('words.lex is damaged') },
      ]);
    });
  });

  it('that are older than the store catch up with what was written since', async () => {
    await inFolder(async (folder) => {
      await shopIn(folder);
      const store = await Store.open(folder);
      await store.writeDocuments('shop', [
        upsert('0', 'Blue vase'),
        upsert('new', 'Brass lamp'),
        { op: 'delete', id: '2' },
      ]);
      await store.close();
      const options = { foldRows: 0 };
      await withService(
        folder,
        async (service) => {
          expect(idsOf(await service.search('shop', { ...query, mode: 'lexical' }))).toEqual(['new']);
          expect(idsOf(await service.search('shop', query)).sort()).toEqual(['0', '1', '3', '4', 'new']);
          expect(await service.collection('shop')).toMatchObject({ documents: 5, indexed: 5 });
        },
        options,
      );
    });
  });

  it('leave nothing of a crash or of a release that is gone', async () => {
    await inFolder(async (folder) => {
      await shopIn(folder);
      const indexes = join(folder, 'indexes', 'shop');
      await mkdir(join(indexes, '.1.5c.partial'));
      await writeFile(join(indexes, '.1.5c.partial', 'vectors.flat'), 'half');
      await mkdir(join(indexes, '7'));
      await mkdir(partialBeside(join(folder, 'bundles', 'x')));
      await openedAgain(folder);
      expect(await readdir(indexes)).toEqual(['1']);
      expect(await readdir(join(folder, 'bundles'))).toEqual(['attune-base-en']);
    });
  });

  it('of the release in service and the one before stay, and a roll back after a restart uses them', async () => {
    await inFolder(async (folder) => {
      const expected = await shopIn(folder);
      const other = await otherBundle(join(folder, 'other'));
      await withService(folder, async (service) => {
        await service.models.import('other', other);
        await service.promote('shop', 'other', { reason: 'hand' });
        await service.promote('shop', 'attune-base-en', { reason: 'hand' });
        await service.promote('shop', 'other', { reason: 'hand' });
      });
      expect((await readdir(join(folder, 'indexes', 'shop'))).sort()).toEqual(['3', '4']);
      const notes: string[] = [];
      const service = await Service.open(folder, { log: (_, message) => notes.push(message) });
      await isReady(service);
      expect(await service.rollBack('shop')).toMatchObject({ number: 5, reason: 'rollback', of: '3' });
      expect(hitsOf(await service.search('shop', query))).toEqual(JSON.parse(expected));
      expect(notes).toEqual([]);
      await service.close();
      const again = await openedAgain(folder);
      expect(again).toMatchObject({ hitsJson: expected, notes: [] });
      expect(existsSync(join(folder, 'indexes', 'shop', '5'))).toBe(false);
    });
  });
});
