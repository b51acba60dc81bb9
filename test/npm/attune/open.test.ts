import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import { StoreReader } from '@attune/store';
import { type Collection, DocumentIndex, type OpenOptions, open } from 'attune';
import { describe, expect, it } from 'vitest';
import { inFolder, otherBundle, withService } from '../../packages/service/small-service.js';

const failure = (code: string, message: string | RegExp) =>
  expect.objectContaining({
    code,
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
  });

const documents = [
  { id: '1', fields: { title: 'Oak desk lamp' }, attributes: { price: 30 } },
  { id: '2', fields: { title: 'Red sofa' }, attributes: { price: 400 } },
  { id: '3', fields: { title: 'Lamp shade' }, attributes: { price: 9 } },
];

async function withCollection<T>(
  folder: string,
  work: (collection: Collection) => Promise<T>,
  options?: OpenOptions,
): Promise<T> {
  const collection = await open(folder, options);
  try {
    return await work(collection);
  } finally {
    await collection.close();
  }
}

const idsOf = (hits: { id: string }[]) => hits.map(({ id }) => id);
/** What is in service, read beside whoever has the folder open. */
function servedModels(folder: string): string[] {
  const reader = StoreReader.open(folder);
  const releases = reader.list('release', { prefix: 'documents/' }).map(({ value }) => value.bundle);
  reader.close();
  return releases;
}

describe('a collection that a program opens', () => {
  it('finds what it has answered to have written, by words, by meaning and by filters, and no more what was deleted', () =>
    inFolder(async (folder) => {
      await withCollection(join(folder, 'data'), async (shop) => {
        await shop.upsert(documents);
        expect(idsOf(await shop.search('lamp', { mode: 'lexical' })).sort()).toEqual(['1', '3']);
        expect((await shop.search('couch', { limit: 1 }))[0]).toEqual({
          ...documents[1],
          score: expect.any(Number),
        });
        const cheap = { field: 'price', below: 20 };
        expect(idsOf(await shop.search('lamp', { filter: cheap }))).toEqual(['3']);
        expect(idsOf(await shop.search([{ text: 'lamp' }, { text: 'shade', weight: -1 }]))[0]).toBe('1');

        await shop.upsert([{ id: '1', fields: { title: 'Walnut bookcase' } }]);
        await shop.delete(['3', 'no such document']);
        expect(await shop.search('lamp', { mode: 'lexical' })).toEqual([]);
        expect(await shop.get('1')).toEqual({
          id: '1',
          fields: { title: 'Walnut bookcase' },
          attributes: {},
        });
        expect(await shop.get('3')).toBeUndefined();
      });
    }));

  it("is there when it is opened again, by a server too, and a server's is there for a program", () =>
    inFolder(async (folder) => {
      await withCollection(folder, (shop) => shop.upsert(documents, { refresh: false }));
      await withService(folder, async (service) => {
        const { hitsJson } = await service.search('documents', { text: 'desk lamp', limit: 1 });
        expect(idsOf(JSON.parse(hitsJson))).toEqual(['1']);
        await service.write('documents', [{ op: 'upsert', id: '4', fields: { title: 'Hat stand' } }]);
        await service.setAlias('shop', 'documents');
      });
      await withCollection(folder, async (shop) => {
        expect(shop.name).toBe('documents'); // the only one
        expect(idsOf(await shop.search('hat stand', { limit: 1 }))).toEqual(['4']);
      });
      await withCollection(folder, async (shop) => expect(await shop.get('4')).toBeDefined(), {
        collection: 'shop',
      });
    }));

  it('keeps what it has answered to have written when its process is killed', () =>
    inFolder(async (folder) => {
      const attune = new URL('../../../npm/attune/dist/index.js', import.meta.url).href;
      const program = `
        const { open } = await import(${JSON.stringify(attune)});
        const shop = await open(${JSON.stringify(folder)});
        await shop.upsert([{ id: 'kept', fields: { title: 'Oak desk lamp' } }], { refresh: false });
        console.log('written');
        setInterval(() => {}, 1000);`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await expect(open(folder)).rejects.toEqual(
        failure('STORE_LOCKED', new RegExp(`pid ${child.pid}\\. One process writes a store at a time`)),
      );
      child.kill('SIGKILL');
      await once(child, 'close');
      await withCollection(folder, async (shop) => {
        expect(await shop.get('kept')).toMatchObject({ id: 'kept' });
        expect(idsOf(await shop.search('lamp'))).toEqual(['kept']);
      });
    }));

  it('is one of several only by its name', () =>
    inFolder(async (folder) => {
      await withCollection(folder, async () => undefined, { collection: 'shop' });
      await withCollection(folder, async ({ name }) => expect(name).toBe('shop'));
      await withCollection(folder, async ({ name }) => expect(name).toBe('help'), { collection: 'help' });
      await expect(open(folder)).rejects.toEqual(failure('INVALID_ARGUMENT', 'several: help, shop'));
      await withCollection(folder, async () => undefined, { collection: 'help' }); // the refusal has closed the folder
    }));
});

describe('the model of a collection that a program opens', () => {
  it('is the shipped one, and stays what it was unless another is named', () =>
    inFolder(async (folder) => {
      const data = join(folder, 'data');
      const model = await otherBundle(join(folder, 'Tuned Model'));
      await withCollection(data, (shop) => shop.upsert(documents));
      expect(servedModels(data)).toEqual(['attune-base-en']);
      for (const again of [model, 'tuned-model', undefined]) {
        await withCollection(data, async (shop) => expect(await shop.search('lamp')).not.toEqual([]), {
          model: again,
        });
        expect(servedModels(data), String(again)).toEqual(['attune-base-en', 'tuned-model']);
      }
    }));

  it('gets a name of its own where its folder was tuned again', () =>
    inFolder(async (folder) => {
      const [data, model] = [join(folder, 'data'), join(folder, 'tuned')];
      await otherBundle(model, 1);
      await withCollection(data, (shop) => shop.upsert(documents), { model });
      rmSync(model, { recursive: true });
      await otherBundle(model, 2);
      const { fingerprint } = await Encoder.load(model);
      for (const _ of ['first', 'again']) {
        await withCollection(data, async (shop) => expect(await shop.search('lamp')).not.toEqual([]), {
          model,
        });
        expect(servedModels(data)).toEqual(['tuned', `tuned-${fingerprint.slice(0, 8)}`]);
      }
    }));

  it('is named by the error where there is none', () =>
    inFolder(async (folder) => {
      await expect(open(folder, { model: 'no-such-model' })).rejects.toEqual(
        failure('BUNDLE_NOT_FOUND', 'no-such-model'),
      );
    }));
});

describe('what open and a collection refuse', () => {
  it('a folder that is something else, before anything is written there', () =>
    inFolder(async (folder) => {
      const [index, model] = [join(folder, 'index'), await otherBundle(join(folder, 'model'))];
      const encoder = await Encoder.load('attune-base-en');
      const rows = documents.map((document, line) => ({ ...document, source: { file: 'none', line } }));
      await DocumentIndex.build({ documents: rows, encoder, out: index });
      const before = [index, model].map((each) => readdirSync(each));
      await expect(open(index)).rejects.toEqual(
        failure(
          'INVALID_ARGUMENT',
          /index is an index of documents; nothing was written there\. `DocumentIndex\.open` searches it/,
        ),
      );
      await expect(open(model)).rejects.toEqual(
        failure(
          'INVALID_ARGUMENT',
          /model is a model; nothing was written there\. To search by it, name a new folder/,
        ),
      );
      expect([index, model].map((each) => readdirSync(each))).toEqual(before);
      // A data folder is one, whatever else came to lie in it.
      await withCollection(join(folder, 'data'), async () => undefined);
      cpSync(join(model, 'modules.json'), join(folder, 'data', 'modules.json'));
      await withCollection(join(folder, 'data'), async () => undefined);
    }));

  it('arguments of another kind, each by its name', () =>
    inFolder(async (folder) => {
      // biome-ignore lint/suspicious/noExplicitAny: as a program without types calls it
      const call = open as any;
      for (const [args, message] of [
        [[], 'Expected folder to be a text, but received undefined'],
        [[''], 'Expected folder to be a text, but received ""'],
        [[folder, null], "Expected options such as { collection: 'shop' }, but received null"],
        [[folder, { collection: 7 }], 'Expected collection to be a text, but received 7'],
        [[folder, { collection: 'My Shop' }], 'Expected the name of a collection to be'],
        [[folder, { model: {} }], 'Expected model to be a text, but received an object'],
      ] as const)
        await expect(call(...args), message).rejects.toEqual(failure('INVALID_ARGUMENT', message));

      await withCollection(folder, async (collection) => {
        // biome-ignore lint/suspicious/noExplicitAny: as a program without types calls it
        const shop = collection as any;
        for (const [work, message] of [
          [
            () => shop.upsert({ id: '1', fields: {} }),
            'Expected documents to be a list, but received an object',
          ],
          [() => shop.upsert([null]), 'document 0'],
          [() => shop.upsert([{ id: '1', fields: {} }, { fields: {} }]), 'document 1'],
          [() => shop.upsert([{ id: '1', title: 'lamp' }]), 'document 0'],
          [() => shop.upsert([{ op: 'delete', id: '1' }]), 'document 0'],
          [() => shop.delete('1'), 'Expected ids to be a list, but received "1"'],
          [() => shop.delete([1]), 'document 0'],
          [() => shop.get(1), 'Expected id to be a text, but received 1'],
          [
            () => shop.search(),
            'Expected query to be a text, or texts and vectors with weights, but received undefined',
          ],
          [() => shop.search(null), 'received null'],
          [() => shop.search('lamp', { limit: 0 }), 'limit'],
          [() => shop.search('lamp', { limit: Number.NaN }), 'limit'],
          [() => shop.search('lamp', { k: 3 }), 'k'],
          [() => shop.search('lamp', { mode: 'words' }), 'mode'],
          [() => shop.search('lamp', null), 'Expected options such as { limit: 10 }, but received null'],
        ] as const)
          await expect(work(), message).rejects.toEqual(failure('INVALID_ARGUMENT', message));
        expect(await shop.get('1')).toBeUndefined();
      });
    }));

  it('everything after it was closed', () =>
    inFolder(async (folder) => {
      const shop = await open(folder);
      await shop.close();
      await shop.close();
      for (const work of [() => shop.upsert(documents), () => shop.search('lamp'), () => shop.get('1')])
        await expect(work()).rejects.toEqual(failure('UNAVAILABLE', 'closed'));
    }));
});
