import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import { Service, type ServiceOptions } from '@attune/service';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyModel } from '../../end-to-end/harness/tiny-model.mjs';
import { hitsOf, idsOf, inFolder, upsert, withService } from './small-service.js';

const names = ['a', 'b', 'c', 'd'];
/** Of the documents of each: words that the models know. */
const wordOf: Record<string, string> = { a: 'red', b: 'blue', c: 'desk', d: 'rug' };

// Models that load at once: most of what is done here is to open collections.
let models: string;
beforeAll(async () => {
  models = await mkdtemp(join(tmpdir(), 'attune-models-'));
  await writeTinyModel(join(models, 'tiny'), { seed: 1 });
  await writeTinyModel(join(models, 'other'), { seed: 2 });
});
afterAll(() => rm(models, { recursive: true }));

const importModel = (service: Service, name: string) => service.models.import(name, join(models, name));
const make = (service: Service, name: string) => service.createCollection(name, { bundle: 'tiny' });

/** What a service logs, and the options that make it do so. */
function logged(options: ServiceOptions): { notes: string[]; options: ServiceOptions } {
  const notes: string[] = [];
  return { notes, options: { ...options, log: (level, message) => notes.push(`${level} ${message}`) } };
}

const openAfter = (service: Service, count: number) =>
  expect.poll(() => service.openCollections().length, { timeout: 20_000 }).toBe(count);

async function makeAll(service: Service, made = names): Promise<void> {
  await importModel(service, 'tiny');
  for (const name of made) {
    await make(service, name);
    await service.write(name, [upsert('1', `oak lamp ${wordOf[name]}`)], { refresh: true });
  }
}

describe('with room for two open collections of four', () => {
  it('each answers in turn, with what was written while it was closed, and no more than two stay open', async () => {
    const { notes, options } = logged({ openCollections: 2 });
    await inFolder((folder) =>
      withService(
        folder,
        async (service) => {
          await makeAll(service);
          expect(service.openCollections()).toEqual(['c', 'd']);
          for (const name of names) {
            const isOpen = service.openCollections().includes(name);
            await service.write(name, [upsert('2', `oak lamp ${wordOf[name]}`)]);
            expect(service.openCollections().includes(name)).toBe(isOpen);
            if (isOpen) continue;
            expect(idsOf(await service.search(name, { text: 'lamp', limit: 9 }))).toHaveLength(2);
            expect(service.openCollections()).toContain(name);
            expect(service.openCollections().length).toBeLessThanOrEqual(2);
          }
        },
        options,
      ),
    );
    expect(notes).toContainEqual(
      'info a: closed for lack of use: others were used since, and at most 2 are open',
    );
    expect(notes).toContainEqual('info a: opened, because it was asked');
    expect(notes.filter((note) => !note.startsWith('info'))).toEqual([]);
  });

  it('the longest unused is closed, and neither reading, writing nor configuring is a use', async () => {
    await inFolder((folder) =>
      withService(
        folder,
        async (service) => {
          await makeAll(service, ['a', 'b', 'c']);
          await service.embed('b', ['lamp'], 'query');
          await service.write('c', [upsert('2', 'steel lamp')]);
          await service.document('c', '1');
          await service.documents('c');
          await service.configure('c', { learning: { everyJudgedQueries: 5 } });
          await service.collections();
          await service.whenReady('a');
          expect(service.openCollections()).toEqual(['a', 'b']);
          await service.write('c', [upsert('3', 'steel lamp')], { refresh: true });
          expect(service.openCollections()).toEqual(['a', 'c']);
          expect(idsOf(await service.search('c', { text: 'lamp', limit: 9 }))).toHaveLength(3);
        },
        { openCollections: 2 },
      ),
    );
  });

  it('searches of all four at once are answered, and only two stay open', async () => {
    await inFolder((folder) =>
      withService(
        folder,
        async (service) => {
          await makeAll(service);
          for (let turn = 0; turn < 2; ++turn) {
            const asked = Array.from({ length: 32 }, (_, i) => names[i % 4]!);
            const answers = await Promise.all(
              asked.map((name) => service.search(name, { text: 'lamp', limit: 9 })),
            );
            for (const [i, answer] of answers.entries())
              expect(hitsOf(answer).map(({ fields }) => fields['title'])).toEqual([
                `oak lamp ${wordOf[asked[i]!]}`,
              ]);
            await openAfter(service, 2);
          }
        },
        { openCollections: 2 },
      ),
    );
  });

  it('a start is ready with those two open that were used last', async () => {
    await inFolder(async (folder) => {
      await withService(
        folder,
        async (service) => {
          await makeAll(service);
          await service.search('b', { text: 'lamp' });
          await service.search('a', { text: 'lamp' });
        },
        { openCollections: 2 },
      );
      const { notes, options } = logged({ openCollections: 2 });
      await withService(
        folder,
        async (service) => {
          expect(service.openCollections()).toEqual(['a', 'b']);
          const closed = await service.collection('c');
          expect(closed).toMatchObject({
            ready: true,
            documents: 1,
            indexed: 1,
            withoutText: null,
            dim: 8,
          });
          expect(idsOf(await service.search('c', { text: 'lamp' }))).toEqual(['1']);
          expect(service.openCollections()).toEqual(['a', 'c']);
          expect(await service.collection('c')).toMatchObject({ withoutText: 0 });
          expect(await service.collection('b')).toMatchObject({ withoutText: 0, ready: true });
        },
        options,
      );
      // From its files: what was closed was saved.
      expect(notes.filter((note) => !note.startsWith('info'))).toEqual([]);
    });
  });

  it('a closed one is dropped, and its name is free', async () => {
    await inFolder((folder) =>
      withService(
        folder,
        async (service) => {
          await makeAll(service);
          await service.dropCollection('a');
          await expect(service.search('a', { text: 'lamp' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
          expect(await readdir(join(folder, 'indexes'))).not.toContain('a');
          await make(service, 'a');
          expect((await service.search('a', { text: 'lamp' })).count).toBe(0);
          expect(service.openCollections()).toEqual(['a', 'd']);
        },
        { openCollections: 2 },
      ),
    );
  });

  it('one that was closed is put over to another model and back again', async () => {
    await inFolder((folder) =>
      withService(
        folder,
        async (service) => {
          await makeAll(service);
          await importModel(service, 'other');
          expect(await service.promote('a', 'other', { reason: 'hand' })).toMatchObject({ number: 2 });
          await service.search('c', { text: 'lamp' });
          await service.search('d', { text: 'lamp' });
          await service.write('a', [upsert('2', 'red lamp')]);
          expect(service.openCollections()).toEqual(['c', 'd']);
          expect(await service.collection('a')).toMatchObject({ release: 2, bundle: 'other', ready: true });
          expect(await service.rollBack('a')).toMatchObject({ number: 3, of: '1' });
          const answer = await service.search('a', { text: 'lamp' });
          expect(answer.release).toBe(3);
          expect(idsOf(answer).sort()).toEqual(['1', '2']);
        },
        { openCollections: 2 },
      ),
    );
  });
});

describe('a closed collection', () => {
  const inTwo = (work: (service: Service, folder: string, notes: string[]) => Promise<void>) =>
    inFolder(async (folder) => {
      const { notes, options } = logged({ openCollections: 1 });
      const service = await Service.open(folder, options);
      try {
        await makeAll(service, ['a', 'b']);
        await work(service, folder, notes);
      } finally {
        await service.close();
      }
    });

  it('is opened once for all who ask, and goes on being opened when one of them leaves', async () => {
    await inTwo(async (service, _, notes) => {
      const leaving = new AbortController();
      const left = service.search('a', { text: 'lamp' }, { signal: leaving.signal });
      const stayed = service.search('a', { text: 'lamp' });
      setTimeout(() => leaving.abort(), 5);
      await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
      expect((await stayed).count).toBe(1);
      expect(notes.filter((note) => note.includes('a: opened'))).toHaveLength(1);
    });
  });

  it('that cannot be opened says so each time it is asked, and keeps no other from opening', async () => {
    await inTwo(async (service, folder) => {
      await make(service, 'c');
      await service.search('b', { text: 'lamp' });
      const tokenizer = join(folder, 'bundles/tiny/tokenizer.json');
      const whole = await readFile(tokenizer, 'utf8');
      await writeFile(tokenizer, whole.slice(1));
      for (let time = 0; time < 2; ++time) {
        const refused = service.search('a', { text: 'lamp' });
        await expect(refused).rejects.toMatchObject({
          code: 'UNAVAILABLE',
          message: expect.stringMatching(/^a does not answer: .*bundles/),
        });
      }
      expect(await service.collection('a')).toMatchObject({ ready: false });
      await expect(service.whenReady('a')).rejects.toThrow(/bundles/);
      await writeFile(tokenizer, whole);
      expect((await service.search('c', { text: 'lamp' })).count).toBe(0);
      expect((await service.search('b', { text: 'lamp' })).count).toBe(1);
      expect(service.openCollections()).toEqual(['b']);
      // A write may have mended it.
      await service.write('a', [upsert('2', 'lamp')]);
      expect((await service.search('a', { text: 'lamp' })).count).toBe(2);
    });
  });

  it('that is being opened while the service is closed says so to who waits', async () => {
    await inTwo(async (service) => {
      const asked = ['a', 'a', 'b'].map((name) => service.search(name, { text: 'lamp' }));
      const outcomes = Promise.allSettled(asked);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await service.close();
      for (const outcome of await outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'UNAVAILABLE' });
      expect((await outcomes)[0]!.status).toBe('rejected');
    });
  });

  it('that is dropped while it is being opened says so to who waits', async () => {
    await inTwo(async (service, folder) => {
      const asked = service.search('a', { text: 'lamp' });
      const outcome = expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await service.dropCollection('a');
      await outcome;
      expect(await readdir(join(folder, 'openings'))).toEqual([]);
      expect((await service.search('b', { text: 'lamp' })).count).toBe(1);
    });
  });
});

describe('three collections with room for one', () => {
  const bundles = ['tiny', 'other'] as const;
  let encoders: Map<string, Encoder>;
  beforeAll(async () => {
    const loaded = bundles.map(async (name) => [name, await Encoder.load(join(models, name))] as const);
    encoders = new Map(await Promise.all(loaded));
  });

  const step = fc.record({
    collection: fc.constantFrom('a', 'b', 'c'),
    do: fc.oneof(
      { weight: 4, arbitrary: fc.constant('write' as const) },
      { weight: 1, arbitrary: fc.constant('writeAndSee' as const) },
      { weight: 5, arbitrary: fc.constant('search' as const) },
      { weight: 1, arbitrary: fc.constantFrom('promote' as const, 'rollBack' as const) },
    ),
    id: fc.integer({ min: 0, max: 9 }).map(String),
  });

  /** What is true of a collection. */
  class Truth {
    readonly titles = new Map<string, string>();
    readonly releases: string[] = ['tiny'];
    /** Steps of one collection wait for each other; those of several do not. */
    last: Promise<void> = Promise.resolve();
  }

  it('answer as they would if all were open, whatever is done to them at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 14 }), async (steps) => {
        await inFolder((folder) =>
          withService(
            folder,
            async (service) => {
              for (const name of bundles) await importModel(service, name);
              const truths = new Map(['a', 'b', 'c'].map((name) => [name, new Truth()]));
              for (const name of truths.keys()) await make(service, name);
              for (const [number, { collection, do: what, id }] of steps.entries()) {
                const truth = truths.get(collection)!;
                truth.last = truth.last.then(async () => {
                  if (what === 'promote') {
                    const bundle = truth.releases.at(-1) === 'other' ? 'tiny' : 'other';
                    await service.promote(collection, bundle, { reason: 'gate' });
                    truth.releases.push(bundle);
                  } else if (what === 'rollBack') {
                    const rollingBack = service.rollBack(collection);
                    if (truth.releases.length === 1)
                      await expect(rollingBack).rejects.toMatchObject({ code: 'CONFLICT' });
                    else {
                      await rollingBack;
                      truth.releases.push(truth.releases.at(-2)!);
                    }
                  } else if (what === 'search') {
                    await seeAll(service, collection, truth);
                    await compare(service, collection, truth);
                  } else {
                    const title = `lamp ${wordOf[collection]} ${number}`;
                    const refresh = what === 'writeAndSee';
                    await service.write(collection, [upsert(id, title)], { refresh });
                    truth.titles.set(id, title);
                  }
                });
              }
              await Promise.all([...truths.values()].map(({ last }) => last));
              await openAfter(service, 1);
              for (const [collection, truth] of truths) {
                // What is opened sees all that was written before.
                if (service.openCollections().includes(collection)) await seeAll(service, collection, truth);
                await compare(service, collection, truth);
              }
            },
            { openCollections: 1 },
          ),
        );
      }),
      { numRuns: 2, endOnFailure: true },
    );
  }, 480_000);

  /** A write that is not waited for is seen a little later; once one that is waited for is seen, nothing before it is missing. */
  async function seeAll(service: Service, collection: string, truth: Truth): Promise<void> {
    await service.write(collection, [upsert('last', 'lamp')], { refresh: true });
    truth.titles.set('last', 'lamp');
  }

  async function compare(service: Service, collection: string, truth: Truth): Promise<void> {
    const encoder = encoders.get(truth.releases.at(-1)!)!;
    const text = `lamp ${wordOf[collection]}`;
    const answer = await service.search(collection, { text, mode: 'vector', limit: 20 });
    expect(answer).toMatchObject({ release: truth.releases.length, fingerprint: encoder.fingerprint });
    const hits = hitsOf(answer);
    expect(new Map(hits.map(({ id, fields }) => [id, fields['title']]))).toEqual(truth.titles);
    const query = await encoder.encodeQueries([text]);
    const vectors = await encoder.encodeDocuments(hits.map(({ fields }) => fields['title']!));
    const { dim } = encoder;
    for (const [i, { score }] of hits.entries()) {
      const expected = query.reduce((sum, value, d) => sum + value * vectors[i * dim + d]!, 0);
      expect(Math.abs(score - expected)).toBeLessThan(1e-4);
    }
  }
});
