import { expect, it } from 'vitest';
import { inFolder, upsert, withService } from './small-service.js';

it('no more collections are made than may be, also by calls that come together; a drop makes room', async () => {
  await inFolder(async (folder) => {
    await withService(
      folder,
      async (service) => {
        const made = await Promise.allSettled(['a', 'b', 'c'].map((name) => service.createCollection(name)));
        const refused = made.filter(({ status }) => status === 'rejected');
        expect(refused).toMatchObject([
          { reason: { code: 'CONFLICT', message: expect.stringContaining('at most 2 collections') } },
        ]);
        await expect(service.collections()).resolves.toHaveLength(2);
        const [one] = await service.collections();
        await service.dropCollection(one!.name);
        await service.createCollection('d');
        await service.write('d', [upsert('1', '橡木台灯')], { refresh: true });
        expect((await service.search('d', { text: '台灯' })).count).toBe(1);
      },
      { maxCollections: 2 },
    );
    // Those that are there are served, whatever the limit.
    await withService(
      folder,
      async (service) => {
        expect(await service.collections()).toHaveLength(2);
        await expect(service.createCollection('e')).rejects.toMatchObject({ code: 'CONFLICT' });
        expect((await service.search('d', { text: '台灯' })).count).toBe(1);
      },
      { maxCollections: 1 },
    );
  });
});
