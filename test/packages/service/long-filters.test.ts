import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Filter } from '@attune/schema';
import { Service } from '@attune/service';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { idsOf, upsert } from './small-service.js';

/** Looked up in many slices: hundreds of bounds, over all values each. */
const long = (seed: number): Filter => ({
  or: Array.from({ length: 600 }, (_, i) => ({
    field: 'price',
    atLeast: 100 * seed + (i % 7),
    below: 100 * seed + 3,
  })),
});

let folder: string;
let service: Service;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-filters-'));
  service = await Service.open(folder);
  await service.createCollection('shop');
  const writes = Array.from({ length: 2000 }, (_, i) => upsert(String(i), `橡木台灯 ${i}`, { price: i }));
  await service.write('shop', writes, { refresh: true });
  await service.search('shop', { text: '台灯', filter: { field: 'price', equals: 1 } });
});

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

it('a plain search does not wait for those whose filters take long, also where they come together', async () => {
  const order: string[] = [];
  const search = async (name: string, filter?: Filter) => {
    const answer = await service.search('shop', { text: '橡木', mode: 'lexical', limit: 5, filter });
    order.push(name);
    return idsOf(answer);
  };
  const asked = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => search(`long ${seed}`, long(seed)));
  for (let plain = 0; plain < 3; ++plain) expect(await search('plain')).toHaveLength(5);
  expect(order).toEqual(['plain', 'plain', 'plain']);
  for (const [i, ids] of (await Promise.all(asked)).entries())
    expect(ids.sort()).toEqual([0, 1, 2].map((each) => String(100 * (i + 1) + each)));
  // They are remembered, so that they are answered with the others.
  expect((await search('again', long(3))).sort()).toEqual(['300', '301', '302']);
});

it('a search that is cancelled while its filter is looked up ends, and the next is answered', async () => {
  const abort = new AbortController();
  const others = [11, 12, 13].map((seed) => service.search('shop', { text: '橡木', filter: long(seed) }));
  const cancelled = service.search('shop', { text: '橡木', filter: long(14) }, { signal: abort.signal });
  cancelled.catch(() => undefined);
  await expect.poll(() => service.waitingSearches()[0]!.waiting, { interval: 1 }).toBe(4);
  abort.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(service.waitingSearches()[0]!.waiting).toBeLessThan(4);
  for (const answer of await Promise.all(others)) expect(answer.count).toBe(3);
  expect((await service.search('shop', { text: '橡木', filter: long(14) })).count).toBe(3);
});

it('a wrong filter is refused as before, however long it is', async () => {
  const filter: Filter = { or: [long(15), { field: '价格', equals: 1 }] };
  await expect(service.search('shop', { text: '橡木', filter })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('价格'),
  });
});

it('beyond what long filters may look at together a search is refused, and one alone never', async () => {
  const ofNarrow = await mkdtemp(join(tmpdir(), 'attune-filters-'));
  // Two filters of 600 conditions over 2,000 documents are more.
  const narrow = await Service.open(ofNarrow, { maxFilterWork: 600 * 2000 * 1.5 });
  try {
    await narrow.createCollection('shop');
    const writes = Array.from({ length: 2000 }, (_, i) => upsert(String(i), `橡木台灯 ${i}`, { price: i }));
    await narrow.write('shop', writes, { refresh: true });
    const search = (filter: Filter) => narrow.search('shop', { text: '橡木', mode: 'lexical', filter });
    const asked = await Promise.allSettled([1, 2, 3].map((seed) => search(long(seed))));
    const refused = asked.filter((each) => each.status === 'rejected');
    expect(refused.map(({ reason }) => reason)).toEqual([
      expect.objectContaining({ code: 'OVERLOADED', message: expect.stringContaining('fewer conditions') }),
      expect.objectContaining({ code: 'OVERLOADED' }),
    ]);
    // The same for several is looked up once.
    for (const { count } of await Promise.all([4, 4, 4].map((seed) => search(long(seed)))))
      expect(count).toBe(3);
    // One after another, and longer than all together may be.
    for (const seed of [2, 3]) expect((await search(long(seed))).count).toBe(3);
    const { or } = long(5) as { or: Filter[] };
    expect((await search({ and: [{ or }, { or: or.slice(0, 350) }] })).count).toBe(3);
  } finally {
    await narrow.close();
    await rm(ofNarrow, { recursive: true });
  }
});

it('a service that closes answers searches whose filters are looked up', async () => {
  const asked = [16, 17, 18].map((seed) => service.search('shop', { text: '橡木', filter: long(seed) }));
  await expect.poll(() => service.waitingSearches()[0]!.waiting, { interval: 1 }).toBe(3);
  await service.close();
  for (const answer of await Promise.all(asked)) expect(answer.count).toBe(3);
});
