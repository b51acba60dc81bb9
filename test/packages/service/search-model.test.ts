import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Encoder } from '@attune/encode';
import type { DocumentWrite } from '@attune/schema';
import type { SearchMode } from '@attune/search';
import { Service, type ServiceOptions } from '@attune/service';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlainDocument, plainScores } from './brute-force.js';
import { hitsOf, inFolder, isReady, otherBundle } from './small-service.js';

const words = ['oak', 'desk', 'lamp', 'lamps', 'red', 'sofa', 'shelf', 'garden', 'chair', 'steel'];
const text = fc
  .array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 })
  .map((each) => each.join(' '));
const id = fc.integer({ min: 0, max: 30 }).map(String);
const attributes = fc.record(
  { sales: fc.integer({ min: 0, max: 9 }), shop: fc.constantFrom('east', 'west') },
  { requiredKeys: [] },
);

const write: fc.Arbitrary<DocumentWrite> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('upsert' as const),
      id,
      fields: fc.record({ title: text }),
      attributes,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('patch' as const),
      id,
      fields: fc.record({ title: text, note: fc.option(text) }, { requiredKeys: [] }),
      attributes: fc.record({ sales: fc.option(fc.integer({ min: 0, max: 9 })) }, { requiredKeys: [] }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('delete' as const), id }) },
);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      writes: fc.array(write, { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('search' as const),
      mode: fc.constantFrom<SearchMode>('vector', 'lexical', 'hybrid'),
      text,
      shop: fc.option(fc.constantFrom('east', 'west')),
      popularity: fc.option(fc.constantFrom(0.1, -2)),
      limit: fc.integer({ min: 1, max: 40 }),
      offset: fc.integer({ min: 0, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('reopen' as const, 'promote' as const, 'rollBack' as const) }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;
type Searching = Extract<Step, { do: 'search' }>;

/** Documents as a map, and what the service says of them. */
class Model {
  readonly documents = new Map<string, PlainDocument>();
  /** Bundles of the releases, in their order. */
  readonly releases = ['attune-base-en'];
  readonly encoders: ReadonlyMap<string, Encoder>;
  service!: Service;

  constructor(encoders: ReadonlyMap<string, Encoder>) {
    this.encoders = encoders;
  }

  get encoder(): Encoder {
    return this.encoders.get(this.releases.at(-1)!)!;
  }

  async encode(): Promise<void> {
    for (const document of this.documents.values()) {
      document.vector = await this.encoder.encodeDocuments([
        document.fields['title'] ?? document.fields['note'] ?? '',
      ]);
    }
  }

  async write(writes: readonly DocumentWrite[]): Promise<void> {
    const results = await this.service.write('shop', writes, { refresh: true });
    for (const [i, write] of writes.entries()) {
      const known = this.documents.get(write.id);
      expect(results[i]!.status).toBe(
        write.op === 'upsert'
          ? known
            ? 'updated'
            : 'created'
          : known
            ? write.op === 'patch'
              ? 'updated'
              : 'deleted'
            : 'notFound',
      );
      if (write.op === 'delete') this.documents.delete(write.id);
      else if (write.op === 'upsert' || known) {
        const before = write.op === 'patch' ? known! : { fields: {}, attributes: {} };
        const merged = <T>(old: Record<string, T>, change: Record<string, T | null> = {}) =>
          Object.fromEntries(
            Object.entries({ ...old, ...change }).filter(([, value]) => value !== null),
          ) as Record<string, T>;
        this.documents.set(write.id, {
          fields: merged(before.fields, write.fields),
          attributes: merged(before.attributes, write.attributes as PlainDocument['attributes']),
          vector: new Float32Array(0),
        });
      }
    }
    await this.encode();
  }

  async search({ mode, text, shop, popularity, limit, offset }: Searching): Promise<void> {
    const request = {
      mode,
      text,
      limit,
      offset,
      ...(shop && { filter: { field: 'shop', equals: shop } }),
      ...(popularity && { modifiers: { add: [{ field: 'sales', weight: popularity }] } }),
    };
    const answer = await this.service.search('shop', request);
    expect(answer).toMatchObject({ release: this.releases.length, fingerprint: this.encoder.fingerprint });
    const hits = hitsOf(answer);
    const expected = plainScores(this.documents, {
      mode,
      text,
      query: await this.encoder.encodeQueries([text]),
      passes: ({ attributes }) => !shop || attributes['shop'] === shop,
      popularity: popularity ?? undefined,
    });
    for (const { id, fields, attributes } of hits) {
      const { vector: _, ...document } = this.documents.get(id)!;
      expect({ fields, attributes }).toEqual(document);
    }
    expect(new Set(hits.map(({ id }) => id)).size).toBe(hits.length);
    expect(hits).toHaveLength(Math.min(limit, Math.max(0, expected.size - offset)));
    expect(hits.every(({ id }) => expected.has(id))).toBe(true);
    // Equal scores may come in any order, so that scores are compared by rank, and each hit's with its own.
    const ranked = [...expected.values()].sort((a, b) => b - a).slice(offset, offset + limit);
    for (const [i, { id, score }] of hits.entries()) {
      expect(Math.abs(score - ranked[i]!)).toBeLessThan(1e-4);
      expect(Math.abs(score - expected.get(id)!)).toBeLessThan(1e-4);
    }
  }

  async promote(): Promise<void> {
    const bundle = this.releases.at(-1) === 'other' ? 'attune-base-en' : 'other';
    const release = await this.service.promote('shop', bundle, { reason: 'hand' });
    this.releases.push(bundle);
    expect(release.number).toBe(this.releases.length);
    await this.encode();
  }

  async rollBack(): Promise<void> {
    if (this.releases.length === 1) {
      await expect(this.service.rollBack('shop')).rejects.toMatchObject({ code: 'CONFLICT' });
      return;
    }
    await this.service.rollBack('shop');
    this.releases.push(this.releases.at(-2)!);
    await this.encode();
  }
}

describe('a collection, whatever is done to it', () => {
  let bundles: { folder: string; encoders: Map<string, Encoder> };
  beforeAll(async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'attune-other-')), 'other');
    await otherBundle(folder);
    const encoders = new Map([
      ['attune-base-en', await Encoder.load('attune-base-en')],
      ['other', await Encoder.load(folder)],
    ]);
    bundles = { folder, encoders };
  });
  afterAll(() => rm(dirname(bundles.folder), { recursive: true }));

  const check = (options: ServiceOptions, runs: number) =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        await inFolder(async (folder) => {
          const model = new Model(bundles.encoders);
          model.service = await Service.open(folder, options);
          try {
            await model.service.models.import('other', bundles.folder);
            await model.service.createCollection('shop');
            // So that every attribute is there to be asked for.
            await model.write([
              { op: 'upsert', id: 'first', fields: { title: 'oak' }, attributes: { sales: 1, shop: 'east' } },
            ]);
            for (const each of steps) {
              if (each.do === 'write') await model.write(each.writes);
              else if (each.do === 'search') await model.search(each);
              else if (each.do === 'promote') await model.promote();
              else if (each.do === 'rollBack') await model.rollBack();
              else {
                await model.service.close();
                model.service = await Service.open(folder, options);
                await isReady(model.service);
              }
            }
          } finally {
            await model.service.close();
          }
        });
      }),
      { numRuns: runs, endOnFailure: true },
    );

  it('answers as a search over the plain documents does, in one segment', async () => {
    await check({}, 8);
  }, 480_000);

  it('answers so with a base and a tail that is merged again and again', async () => {
    await check({ foldRows: 4, tailRows: 6 }, 10);
  }, 480_000);
});
