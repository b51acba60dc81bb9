import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { Service } from '@attune/service';
import { Store, StoreReader } from '@attune/store';
import { startThread } from '@attune/worker';
import { describe, expect, it, vi } from 'vitest';
import type { IndexingProtocol } from '../../../packages/service/src/generation/indexing-protocol.js';
import { indexingThread } from '../../../packages/service/src/programs.js';
import { collection, release } from '../store/sample-store.js';
import { idsOf, inFolder, upsert, withService } from './small-service.js';

const first = Array.from({ length: 300 }, (_, i) => upsert(String(i), `oak lamp ${i}`));
const many = (count: number) => Array.from({ length: count }, (_, i) => upsert(`m${i}`, `walnut desk ${i}`));

const inShop = <T>(work: (service: Service, folder: string) => Promise<T>, options = {}) =>
  inFolder((folder) =>
    withService(
      folder,
      async (service) => {
        await service.createCollection('shop');
        await service.write('shop', first, { refresh: true });
        return work(service, folder);
      },
      { foldRows: 0, tailRows: 100_000, ...options },
    ),
  );

/** Holds what an indexing thread waits for in the middle of its work, once it has come there, until it is let go. */
function heldVectors(service: Service) {
  let letGo!: () => void;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let reached!: () => void;
  const waits = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const put = service.store.putVectors.bind(service.store);
  const spy = vi.spyOn(service.store, 'putVectors').mockImplementation(async (...given) => {
    reached();
    await held;
    return put(...given);
  });
  return { letGo, waits, restore: () => spy.mockRestore() };
}

describe('a generation', () => {
  it('answers from what it shows while a segment is made, and from the whole segment afterwards', async () => {
    await inShop(async (service) => {
      const order: string[] = [];
      const vectors = heldVectors(service);
      try {
        const written = service
          .write('shop', many(5000), { refresh: true })
          .then(() => order.push('segment shown'));
        await vectors.waits;
        for (let turn = 0; turn < 20; ++turn) {
          expect(idsOf(await service.search('shop', { text: 'walnut', limit: 3, mode: 'lexical' }))).toEqual(
            [],
          );
          expect(await service.search('shop', { text: 'oak lamp', limit: 3 })).toMatchObject({ count: 3 });
          order.push('answer');
        }
        expect((await service.collection('shop')).indexed).toBe(first.length);
        vectors.letGo();
        await written;
      } finally {
        vectors.restore();
      }
      expect(order).toEqual([...Array.from({ length: 20 }, () => 'answer'), 'segment shown']);
      expect(await service.collection('shop')).toMatchObject({ indexed: first.length + 5000 });
      expect(idsOf(await service.search('shop', { text: 'walnut 4999', limit: 1, mode: 'lexical' }))).toEqual(
        ['m4999'],
      );
    });
  });

  it('shows what is written in many small parts, overwritten and deleted, as one whole', async () => {
    await inShop(async (service) => {
      for (let part = 0; part < 30; ++part) {
        await service.write('shop', many(40 * (part + 1)).slice(30 * part), { refresh: part % 3 === 0 });
        await service.write('shop', [{ op: 'delete', id: `m${30 * part}` }]);
      }
      await service.write('shop', [upsert('last', 'zyzzyva')], { refresh: true });
      const { indexed, documents } = await service.collection('shop');
      expect(indexed).toBe(documents);
      const all = await service.search('shop', { text: 'walnut', limit: 1000, mode: 'lexical' });
      expect(new Set(idsOf(all)).size).toBe(Math.min(1000, documents - first.length - 1));
    });
  });

  it('that is closed, or dropped, while a segment is made ends, and says so to whoever waits', async () => {
    await inShop(async (service) => {
      const vectors = heldVectors(service);
      try {
        const refused = service
          .write('shop', many(5000), { refresh: true })
          .catch((error: AttuneError) => error);
        await vectors.waits;
        const dropping = service.dropCollection('shop');
        vectors.letGo();
        await dropping;
        expect(await refused).toMatchObject({ code: 'UNAVAILABLE' });
      } finally {
        vectors.restore();
      }
    });
  });

  it('that does not end in time is ended, says so, and is made again from the store', async () => {
    const notes: string[] = [];
    const log = (level: string, message: string) => level === 'warn' && notes.push(message);
    await inFolder(async (folder) => {
      const service = await Service.open(folder, { log, foldRows: 0, closeTimeoutMs: 300 });
      await service.createCollection('shop');
      await service.write('shop', first, { refresh: true });
      const vectors = heldVectors(service);
      await service.write('shop', many(2000));
      await vectors.waits;
      const begun = performance.now();
      const closing = service.close();
      await expect.poll(() => notes.length, { timeout: 5000 }).toBe(2);
      expect(performance.now() - begun).toBeGreaterThan(290);
      vectors.letGo();
      await closing;
      vectors.restore();
      expect(notes.filter((note) => /release 1/.test(note)).sort()).toEqual([
        expect.stringMatching(/^shop: release 1: The index was not saved: /),
        expect.stringMatching(/^shop: release 1: The thread did not end within 300 ms/),
      ]);
      await withService(folder, async (again) => {
        expect((await again.collection('shop')).indexed).toBe(first.length + 2000);
      });
    });
  });

  it('that is closed while it is opened gives up what it makes', async () => {
    await inFolder(async (folder) => {
      await withService(folder, async (service) => {
        await service.createCollection('shop');
        await service.write('shop', many(20_000));
      });
      const store = await Store.open(folder);
      await store.dropVectors('shop', await store.vectorFingerprints('shop')); // all are to be made again
      await store.close();
      await rm(join(folder, 'indexes'), { recursive: true });
      const notes: string[] = [];
      const service = await Service.open(folder, { log: (_, message) => notes.push(message) });
      const vectors = heldVectors(service);
      await vectors.waits;
      expect(service.ready()).toEqual({ ready: false, waiting: ['shop'] });
      vectors.letGo();
      const begun = performance.now();
      await service.close();
      expect(performance.now() - begun).toBeLessThan(2000);
      vectors.restore();
      expect(notes).toEqual([expect.stringMatching(/The index is made again from the store/)]);
      const reader = StoreReader.open(folder);
      const { fingerprint } = await Encoder.load('attune-base-en');
      expect([...reader.vectors('shop', fingerprint)].length).toBeLessThan(10_000);
      reader.close();
    });
  });

  it('shows documents whose vectors the store could not keep, and says so', async () => {
    const notes: string[] = [];
    const log = (level: string, message: string) => level === 'warn' && notes.push(message);
    await inShop(
      async (service) => {
        const spy = vi
          .spyOn(service.store, 'putVectors')
          .mockRejectedValue(new AttuneError('DISK_FULL', 'No space is left.'));
        try {
          await service.write('shop', [upsert('new', 'walnut')], { refresh: true });
          expect(idsOf(await service.search('shop', { text: 'walnut', limit: 1 }))).toEqual(['new']);
        } finally {
          spy.mockRestore();
        }
        expect(notes).toEqual(['shop: Vectors were not kept: No space is left.']);
      },
      { log },
    );
  });

  it.runIf(process.platform === 'linux')('makes segments at a lower priority, alone', async () => {
    const priorities = () =>
      readdirSync('/proc/self/task').map((task) => {
        const stat = readFileSync(`/proc/self/task/${task}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
      });
    const count = (priority: number) => priorities().filter((each) => each === priority).length;
    await inFolder((folder) =>
      withService(folder, async (service) => {
        const usual = getPriority();
        const before = count(usual + 10);
        await service.createCollection('shop');
        await service.write('shop', many(3000), { refresh: true });
        await service.search('shop', { text: 'walnut', limit: 3 });
        expect(count(usual + 10) - before).toBe(1);
        expect(count(usual)).toBe(priorities().length - count(usual + 10));
      }),
    );
  });
});

describe('an indexing thread', () => {
  it('that dies is started again with its generation, as often as it dies, and says why', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'end');
      const script = fileURLToPath(new URL('indexing-death.mjs', import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, [script, join(folder, 'data'), file]);
      const { notes, counts } = JSON.parse(stdout) as { notes: string[]; counts: unknown[] };
      expect(notes).toEqual([
        expect.stringMatching(
          /^shop: the thread of release 1 has ended: .*indexing thread.*ended by the test/,
        ),
        expect.stringMatching(/ended by the test/),
      ]);
      expect(counts).toEqual([1, 1, 2, expect.stringMatching(/^UNAVAILABLE: .*started again within 1 s/), 2]);
    });
  }, 120_000);

  it('refuses what it cannot do by name, and continues', async () => {
    await inFolder(async (folder) => {
      const encoder = await Encoder.load('attune-base-en');
      const { fingerprint, dim, bundle, tokenizer } = encoder;
      const { kind, preprocessing } = bundle;
      const deaths: string[] = [];
      let encode = () => Promise.reject(new AttuneError('INTERNAL', 'The encoder is broken.'));
      const start = () =>
        startThread<IndexingProtocol>(indexingThread, {
          open: {
            release: {
              data: folder,
              collection: 'shop',
              indexFolder: join(folder, 'index'),
              fingerprint,
              lexical: {
                analyser: 'english',
                cut: 'characters+pairs',
                k1: 0.9,
                b: 0.4,
                fields: [],
                fusionWeight: 0.7,
              },
              foldRows: 1000,
              useFiles: false,
            },
            encoder: { fingerprint, dim, kind, preprocessing, tokenizer: tokenizer.settings },
          },
          handlers: {
            encode: () => encode(),
            keep: () => undefined,
            progress: () => undefined,
            coverage: () => undefined,
            note: () => undefined,
          },
          closed: () => new AttuneError('UNAVAILABLE', 'It is closed.'),
          died: ({ reason }) => {
            deaths.push(reason);
            return new AttuneError('UNAVAILABLE', reason);
          },
        });
      await expect(start().call('rebuild')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });

      const store = await Store.open(folder);
      const thread = start();
      await expect(thread.call('rebuild')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await store.createCollection('shop', collection, release);
      await store.writeDocuments('shop', [upsert('1', 'oak lamp')]);
      await expect(thread.call('rebuild')).rejects.toMatchObject({ code: 'INTERNAL' });
      encode = () => {
        thread.stop();
        return Promise.reject(new AttuneError('CANCELLED', 'The encoder was stopped.'));
      };
      // Whoever waits has cancelled nothing.
      await expect(thread.call('rebuild')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await thread.close();
      await store.close();
      await expect(thread.call('rebuild')).rejects.toMatchObject({ message: 'It is closed.' });
      expect(deaths).toEqual([]);
    });
  });
});
