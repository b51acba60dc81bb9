import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle, recordSearch } from '@attune/encode';
import { partialBeside } from '@attune/files';
import { Models, verifyData } from '@attune/service';
import { type JobRecord, type ReleaseRecord, Store } from '@attune/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../jobs/job-lab.js';
import { writeSmallBase } from '../tune/small-shop.js';

const scratch = temporaryFolder();
const data = join(scratch, 'data');
const bundles = join(data, 'bundles');
const said: string[] = [];
const log = (level: string, message: string) => said.push(`${level} ${message}`);
let store: Store;
let models: Models;
let first: string;
let second: string;

beforeAll(async () => {
  mkdirSync(data);
  store = await Store.open(data, { create: true });
  models = await Models.open({ store, folder: data, log });
  first = await writeSmallBase(join(scratch, 'first'), 1);
  second = await writeSmallBase(join(scratch, 'second'), 2);
}, 120_000);
afterAll(() => store.close());

describe('importing a model', () => {
  it('copies the bundle in and registers what it is', async () => {
    const model = await models.import('base', first);
    const { fingerprint, dim } = await readBundle(first);
    expect(model).toMatchObject({ name: 'base', fingerprint, dim, kind: 'static', base: null, job: null });
    expect((await readBundle(join(bundles, 'base'))).fingerprint).toBe(fingerprint);
    expect(await models.list()).toEqual([model]);
    expect(await models.folder('base')).toBe(join(bundles, 'base'));
  });

  it('takes the same bundle again, and refuses another one of the name', async () => {
    expect(await models.import('base', first)).toEqual(await models.get('base'));
    await expect(models.import('base', second)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await models.verify('base')).fingerprint).toBe((await readBundle(first)).fingerprint);
    expect(readdirSync(bundles)).toEqual(['base']);
  });

  it('refuses the same vectors with other search settings under one name', async () => {
    const searching = join(scratch, 'searching');
    cpSync(first, searching, { recursive: true });
    const settings = { analyser: 'plain', k1: 1, b: 0.5, fields: ['title'], fusionWeight: 0 };
    await recordSearch(searching, { settings, choices: [] });
    await expect(models.import('base', searching)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('other search settings'),
    });
    await recordSearch(searching, { settings: { ...settings, k1: -1 }, choices: [] });
    await expect(models.import('searching', searching)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    expect(readdirSync(bundles)).toEqual(['base']);
  });

  it('refuses a damaged bundle, and leaves nothing of it', async () => {
    const damaged = join(scratch, 'damaged');
    cpSync(first, damaged, { recursive: true });
    appendFileSync(join(damaged, 'model.safetensors'), 'x');
    await expect(models.import('damaged', damaged)).rejects.toMatchObject({ code: /^BUNDLE_/ });
    await expect(models.import('damaged', join(scratch, 'none'))).rejects.toMatchObject({
      code: 'BUNDLE_NOT_FOUND',
    });
    expect(readdirSync(bundles)).toEqual(['base']);
  });

  it('refuses names that lead elsewhere', async () => {
    for (const name of ['../up', 'a/b', '.hidden', '', 'UPPER', 'a'.repeat(65)]) {
      await expect(models.import(name, first)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });

  it('ends with one model however many ask at once', async () => {
    const results = await Promise.allSettled([
      models.import('raced', first),
      models.import('raced', second),
      models.import('raced', first),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await models.remove('raced');
  });

  it('brings in a model that ships with Attune by its name, and no other', async () => {
    await expect(models.ensure('no-such-model')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(models.ensure('no-such-model')).rejects.not.toThrow(scratch);
  });
});

describe('a registered model', () => {
  it('that is damaged or gone is named in the error', async () => {
    await models.import('broken', second);
    rmSync(join(bundles, 'broken'), { recursive: true });
    await expect(models.folder('broken')).rejects.toMatchObject({
      code: 'BUNDLE_NOT_FOUND',
      message: expect.stringContaining('"broken"'),
    });
    cpSync(first, join(bundles, 'broken'), { recursive: true });
    await expect(models.verify('broken')).rejects.toMatchObject({
      code: 'BUNDLE_MISMATCH',
      message: expect.stringContaining('"broken"'),
    });
    writeFileSync(join(bundles, 'broken', 'model.safetensors'), 'nothing');
    await expect(models.verify('broken')).rejects.toMatchObject({
      message: expect.stringContaining('"broken"'),
    });
    await models.remove('broken');
    expect(existsSync(join(bundles, 'broken'))).toBe(false);
    await expect(models.get('broken')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is not removed while a release in service, the one before it, or a job uses it', async () => {
    for (const [name, folder] of [
      ['one', first],
      ['two', second],
      ['three', first],
    ] as const) {
      await models.import(name, folder);
    }
    const release = (bundle: string): ReleaseRecord => ({
      createdAt: 1,
      bundle,
      fingerprint: 'f',
      lexical: null,
      reason: 'first',
      of: null,
    });
    const learning = {
      schedule: null,
      everyJudgedQueries: null,
      promotion: 'byHand' as const,
      datasets: [],
      actionWeights: {},
    };
    const collection = { createdAt: 1, release: 1, golden: null, learning };
    await store.createCollection('shop', collection, release('one'));
    await store.change([
      { kind: 'release', name: 'shop/2', put: release('two') },
      { kind: 'release', name: 'shop/3', put: release('three') },
      { kind: 'collection', name: 'shop', put: { ...collection, release: 3 } },
    ]);
    for (const name of ['two', 'three']) {
      await expect(models.remove(name)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('collection "shop"'),
      });
    }
    const job: JobRecord = {
      kind: 'evaluate',
      request: { dataset: 'd', model: 'one' },
      state: 'waiting',
      step: '',
      progress: 0,
      attempts: 0,
      createdAt: 1,
      startedAt: null,
      finishedAt: null,
      result: null,
      error: null,
    };
    await store.change([{ kind: 'job', name: 'j', put: job }]);
    await expect(models.remove('one')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('job j'),
    });
    await store.change([{ kind: 'job', name: 'j', put: { ...job, state: 'finished' } }]);
    await models.remove('one');
    await store.dropCollection('shop');
    await models.remove('two');
    await models.remove('three');
    expect(readdirSync(bundles)).toEqual(['base']);
  });
});

describe('a bundle that a job made', () => {
  const made = async () => ({ fingerprint: (await readBundle(second)).fingerprint, base: 'base', job: 'j' });
  const inJob = join(scratch, 'job', 'adopted');

  it('is taken over, also when a crash came between its renaming and its record', async () => {
    cpSync(second, inJob, { recursive: true });
    const model = await models.adopt('adopted', inJob, await made());
    expect(model).toMatchObject({ base: 'base', job: 'j' });
    expect(existsSync(inJob)).toBe(false);
    expect(await models.adopt('adopted', inJob, await made())).toEqual(model);
    await store.change([{ kind: 'bundle', name: 'adopted', remove: true }]);
    expect(await models.adopt('adopted', inJob, await made())).toMatchObject({
      fingerprint: model.fingerprint,
    });
    await expect(models.verify('adopted')).resolves.toMatchObject({ name: 'adopted' });
  });

  it('is refused when it is not what was made', async () => {
    cpSync(first, inJob, { recursive: true });
    await expect(models.adopt('other', inJob, await made())).rejects.toMatchObject({
      code: 'BUNDLE_MISMATCH',
    });
    await expect(models.get('other')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('opening the models', () => {
  it('removes what a crash left half made, keeps what is registered, and sets aside what no record names', async () => {
    cpSync(first, partialBeside(join(bundles, 'base')), { recursive: true });
    cpSync(first, join(bundles, 'never-registered'), { recursive: true });
    await Models.open({ store, folder: data, log });
    expect(readdirSync(bundles).sort()).toEqual(['adopted', 'base']);
    const place = 'quarantine/bundles/never-registered';
    expect((await readBundle(join(data, place))).fingerprint).toBe((await readBundle(first)).fingerprint);
    expect(said.join('\n')).toMatch(
      /^warn .*"never-registered".* moved to quarantine\/bundles\/never-registered/m,
    );
    expect((await verifyData(data)).quarantine).toContain(place);
    // A second one of the name takes another place.
    cpSync(second, join(bundles, 'never-registered'), { recursive: true });
    await Models.open({ store, folder: data, log });
    expect((await verifyData(data)).quarantine).toEqual(expect.arrayContaining([place, `${place}-2`]));
    expect((await models.import('brought-back', join(data, `${place}-2`))).fingerprint).toBe(
      (await readBundle(second)).fingerprint,
    );
  });

  it('sets aside what lies where a model is to go, and no record names', async () => {
    cpSync(first, join(bundles, 'taken'), { recursive: true });
    await models.import('taken', second);
    expect((await verifyData(data)).quarantine).toContain('quarantine/bundles/taken');
    expect((await models.verify('taken')).fingerprint).toBe((await readBundle(second)).fingerprint);
  });
});
