import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { readDocuments } from '@attune/data';
import type { SearchRequest } from '@attune/schema';
import type { Service } from '@attune/service';
import { describe, expect, it, vi } from 'vitest';
import { hasShared, sharedDir } from '../../shared-data.js';
import { idsOf, inFolder, isReady, upsert, withService } from './small-service.js';

const shop = <T>(work: (service: Service) => Promise<T>, options = {}) =>
  inFolder((folder) =>
    withService(
      folder,
      async (service) => {
        await service.createCollection('shop');
        await service.write(
          'shop',
          Array.from({ length: 200 }, (_, i) =>
            upsert(
              String(i),
              `${['oak', 'red', 'steel', 'garden'][i % 4]} ${['lamp', 'sofa', 'desk'][i % 3]} ${i}`,
              {
                price: i,
                ...(i % 2 === 0 && { shop: 'east' }),
              },
            ),
          ),
          { refresh: true },
        );
        return work(service);
      },
      options,
    ),
  );

describe('a service under load', () => {
  it('answers a search in a batch to the bit as it answers it alone', async () => {
    await shop(async (service) => {
      const { vectors } = await service.embed('shop', ['oak'], 'query');
      const requests: SearchRequest<Float32Array>[] = [];
      for (let i = 0; i < 120; ++i) {
        requests.push({
          limit: 1 + (i % 30),
          offset: i % 7 === 0 ? 5 : 0,
          mode: (['vector', 'lexical', 'hybrid'] as const)[i % 3],
          text: `${['oak', 'garden sofa', 'desk'][i % 3]} ${i % 11}`,
          ...(i % 9 === 0 && { vector: vectors }),
          ...(i % 4 === 0 && { filter: { field: 'shop', equals: 'east' } }),
          ...(i % 5 === 0 && { modifiers: { add: [{ field: 'price', weight: 0.001 }] } }),
          ...(i === 60 && { filter: { field: 'no-such', equals: 1 } }),
        });
      }
      const outcome = (request: SearchRequest<Float32Array>) =>
        service.search('shop', request).then(
          ({ hitsJson }) => hitsJson,
          (error: { code: string }) => error.code,
        );
      const together = await Promise.all(requests.map(outcome));
      expect(together[60]).toBe('INVALID_ARGUMENT');
      for (const [i, request] of requests.entries()) expect(await outcome(request)).toBe(together[i]);
    });
  });

  it('refuses what is beyond its queue and goes on', async () => {
    await shop(
      async (service) => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 50 }, () => service.search('shop', { text: 'oak', limit: 1 })),
        );
        const refused = outcomes.filter(({ status }) => status === 'rejected');
        expect(refused).toHaveLength(42);
        expect(refused[0]).toMatchObject({ reason: { code: 'OVERLOADED' } });
        expect((await service.search('shop', { text: 'oak', limit: 1 })).count).toBe(1);
      },
      { maxQueuedSearches: 8 },
    );
  });

  it('leaves out a search that is cancelled, and answers those beside it', async () => {
    await shop(async (service) => {
      const aborter = new AbortController();
      const cancelled = service.search('shop', { text: 'oak', limit: 1 }, { signal: aborter.signal });
      const kept = service.search('shop', { text: 'oak', limit: 1 });
      aborter.abort();
      await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
      expect((await kept).count).toBe(1);
    });
  });

  it('starts a thread that dies again, after pauses that grow, and says why', async () => {
    const threads: Worker[] = [];
    const emit = vi.spyOn(Worker.prototype, 'emit').mockImplementation(function (this: Worker, ...args) {
      if (args[0] === 'message' && !threads.includes(this)) threads.push(this);
      return Object.getPrototypeOf(Worker.prototype).emit.apply(this, args);
    });
    const notes: string[] = [];
    try {
      await shop(
        async (service) => {
          const end = async () => {
            const { threadId } = threads.at(-1)!;
            expect(threadId).toBeGreaterThan(0);
            const waiting = service.search('shop', { text: 'oak', limit: 1 });
            const [outcome] = await Promise.allSettled([waiting, threads.at(-1)!.terminate()]);
            expect(outcome).toMatchObject({ reason: { code: 'UNAVAILABLE' } });
          };
          for (let deaths = 1; deaths <= 3; ++deaths) {
            await end();
            expect(notes).toHaveLength(deaths);
            expect(notes.at(-1)).toMatch(/^shop: the thread of release 1 has ended/);
            if (deaths > 1) {
              await expect(service.search('shop', { text: 'oak', limit: 1 })).rejects.toMatchObject({
                code: 'UNAVAILABLE',
                message: expect.stringMatching(new RegExp(`has ended.*started again within ${deaths - 1} s`)),
              });
              expect(service.ready()).toEqual({ ready: false, waiting: ['shop'] });
            }
            await isReady(service);
            expect((await service.search('shop', { text: 'oak', limit: 1 })).count).toBe(1);
          }
        },
        { log: (level: string, message: string) => level === 'error' && notes.push(message) },
      );
    } finally {
      emit.mockRestore();
    }
  });
});

describe.skipIf(!hasShared)(
  '20,000 products of Home Depot (needs the shared data beside the checkout)',
  () => {
    it('is written, merged, searched while it is written, and opened again, and blocks nobody', async () => {
      await inFolder(async (folder) => {
        const { documents } = await readDocuments(join(sharedDir, 'data/products/homedepot/corpus.jsonl'));
        const rows = documents.slice(0, 20_000);
        const answered = await withService(folder, async (service) => {
          await service.createCollection('shop');
          const delay = monitorEventLoopDelay({ resolution: 1 });
          delay.enable();
          for (let i = 0; i < rows.length; i += 500) {
            await service.write(
              'shop',
              rows
                .slice(i, i + 500)
                .map(({ id, fields, attributes }) => ({ op: 'upsert' as const, id, fields, attributes })),
            );
            await service.search('shop', { text: 'cordless drill', limit: 10 });
          }
          await service.write('shop', [upsert('last', 'a zyzzyva lamp')], { refresh: true });
          delay.disable();
          expect(idsOf(await service.search('shop', { text: 'zyzzyva', limit: 3, mode: 'lexical' }))).toEqual(
            ['last'],
          );
          expect(await service.collection('shop')).toMatchObject({
            documents: rows.length + 1,
            indexed: rows.length + 1,
          });
          expect(delay.max / 1e6).toBeLessThan(250);
          return (await service.search('shop', { text: 'cordless drill', limit: 20, mode: 'vector' }))
            .hitsJson;
        });
        await withService(folder, async (service) => {
          const again = await service.search('shop', { text: 'cordless drill', limit: 20, mode: 'vector' });
          expect(again.hitsJson).toBe(answered);
        });
      });
    });
  },
);
