import { join } from 'node:path';
import { recordSearch } from '@attune/encode';
import type { LexicalSettings } from '@attune/search';
import { Service } from '@attune/service';
import { Store } from '@attune/store';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../jobs/job-lab.js';
import { writeSmallBase } from '../tune/small-shop.js';
import { isReady, upsert } from './small-service.js';

const scratch = temporaryFolder();
const usual: LexicalSettings = {
  analyser: 'english',
  cut: 'characters+pairs',
  k1: 0.9,
  b: 0.4,
  fields: [],
  fusionWeight: 0.7,
};
const carried: LexicalSettings = {
  analyser: 'plain',
  cut: 'characters+pairs',
  k1: 1.6,
  b: 0.9,
  fields: ['title'],
  fusionWeight: 0.05,
};
const choice = { what: 'BM25', chosen: 'plain', metric: 'ndcg@10', on: 'dev', queryCount: 40 };

/** With a model that carries nothing, and one that carries settings. */
async function opened(name: string): Promise<Service> {
  const service = await Service.open(join(scratch, name));
  await service.models.import('plain-base', join(scratch, 'base'));
  await service.models.import('tuned', join(scratch, 'tuned'));
  return service;
}

const settingsOf = async (service: Service, collection: string) =>
  (await service.releases(collection))[0]!.lexical;

beforeAll(async () => {
  await writeSmallBase(join(scratch, 'base'), 1);
  const tuned = await writeSmallBase(join(scratch, 'tuned'), 2);
  const tried = [{ name: 'plain', value: 0.5 }];
  await recordSearch(tuned, { settings: carried, choices: [{ ...choice, tried }] });
}, 120_000);

describe('the settings that a model carries', () => {
  it('are on record with the model, and count in a new collection of it', async () => {
    const service = await opened('new');
    try {
      expect((await service.models.get('tuned')).search).toEqual({
        settings: carried,
        choices: [{ ...choice, tried: 1 }],
      });
      expect((await service.models.get('plain-base')).search).toBeUndefined();
      await service.createCollection('shop', { bundle: 'tuned' });
      expect(await settingsOf(service, 'shop')).toEqual(carried);
      await service.createCollection('base-shop', { bundle: 'plain-base' });
      expect(await settingsOf(service, 'base-shop')).toEqual(usual);
    } finally {
      await service.close();
    }
  });

  it('come with a promotion by hand, and those of before come back with a roll back', async () => {
    const service = await opened('promotion');
    try {
      await service.createCollection('shop', { bundle: 'plain-base' });
      await service.promote('shop', 'tuned', { reason: 'hand' });
      expect(await settingsOf(service, 'shop')).toEqual(carried);
      await service.rollBack('shop');
      expect(await settingsOf(service, 'shop')).toEqual(usual);
      await service.rollBack('shop');
      expect(await settingsOf(service, 'shop')).toEqual(carried);
      await service.promote('shop', 'plain-base', { reason: 'hand' });
      expect(await settingsOf(service, 'shop')).toEqual(usual);
    } finally {
      await service.close();
    }
  });

  it('do not take the place of those that were given for the collection, also after a restart', async () => {
    let service = await opened('given');
    const lexical = { fields: ['note'], fusionWeight: usual.fusionWeight };
    try {
      await service.createCollection('shop', { bundle: 'tuned', lexical });
      expect(await settingsOf(service, 'shop')).toEqual({ ...carried, ...lexical });
      await service.promote('shop', 'plain-base', { reason: 'hand' });
      expect(await settingsOf(service, 'shop')).toEqual({ ...usual, ...lexical });
    } finally {
      await service.close();
    }
    service = await opened('given');
    try {
      await service.promote('shop', 'tuned', { reason: 'hand' });
      expect(await settingsOf(service, 'shop')).toEqual({ ...carried, ...lexical });
      const { hitsJson } = await service.search('shop', { text: 'lamp', limit: 1 });
      expect(JSON.parse(hitsJson)).toEqual([]);
      await service.write('shop', [upsert('1', 'lamp')], { refresh: true });
      expect((await service.search('shop', { text: 'lamp', limit: 1 })).count).toBe(1);
    } finally {
      await service.close();
    }
  });

  it('refuses settings that are none, before the collection is there', async () => {
    const service = await opened('wrong');
    try {
      await expect(
        service.createCollection('shop', { lexical: { k1: 'much' as unknown as number } }),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(await service.collections()).toEqual([]);
    } finally {
      await service.close();
    }
  });

  it('leave alone what was given for a collection before records told it', async () => {
    let service = await opened('before');
    await service.createCollection('shop', { bundle: 'plain-base', lexical: { analyser: 'plain' } });
    await service.close();
    const store = await Store.open(join(scratch, 'before'));
    const { lexical: _, ...record } = (await store.get('collection', 'shop'))!.value;
    await store.change([{ kind: 'collection', name: 'shop', put: record }]);
    await store.close();
    service = await opened('before');
    try {
      await isReady(service);
      expect((await service.store.get('collection', 'shop'))!.value.lexical).toEqual({ analyser: 'plain' });
      await service.promote('shop', 'tuned', { reason: 'hand' });
      expect(await settingsOf(service, 'shop')).toEqual({ ...carried, analyser: 'plain' });
    } finally {
      await service.close();
    }
  });
});
