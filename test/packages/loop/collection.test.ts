import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { Collection } from '@attune/loop';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomFrom, smallShop, temporaryFolder, writeSmallBase } from './small-shop.js';

const folder = temporaryFolder();
const path = join(folder, 'index');
const { documents } = smallShop();
let encoder: Encoder;
let collection: Collection;

const idsOf = (hits: readonly { id: string }[]) => hits.map(({ id }) => id);

beforeAll(async () => {
  encoder = await Encoder.load(await writeSmallBase(join(folder, 'base')));
  await Collection.build({ documents, encoder, out: path });
  collection = await Collection.open(path);
});

describe('a collection', () => {
  it('finds by vectors what exact cosines find', async () => {
    const [query] = [await encoder.encodeQueries(['lamp and sofa'])];
    const vectors = await encoder.encodeDocuments(
      documents.map(({ fields }) => Object.values(fields).join(' ')),
    );
    const cosines = documents.map((_, row) =>
      query!.reduce((sum, value, d) => sum + value * vectors[row * encoder.dim + d]!, 0),
    );
    const best = [...cosines.keys()].sort((a, b) => cosines[b]! - cosines[a]!).slice(0, 5);
    const hits = await collection.search('lamp and sofa', { k: 5, mode: 'vector' });
    expect(idsOf(hits)).toEqual(best.map((row) => documents[row]!.id));
    for (const [i, { score }] of hits.entries()) expect(score).toBeCloseTo(cosines[best[i]!]!, 5);
  });

  it('finds by words what holds them, with its fields and attributes as they came', async () => {
    const [first, ...others] = await collection.search('sofa lamp', { k: 3, mode: 'lexical' });
    const { id, fields, attributes } = documents.find(({ fields }) => fields['title'] === 'sofa and lamp')!;
    expect(first).toMatchObject({ id, fields, attributes });
    expect(others.every(({ score }) => score < first!.score)).toBe(true);
    expect(await collection.search('nothing of this', { k: 3, mode: 'lexical' })).toEqual([]);
  });

  it('fuses both unless told, and finds the same when it is opened again', async () => {
    const hits = await collection.search('kettle and mug', { k: 4 });
    expect(hits).toHaveLength(4);
    expect(hits[0]!.fields['title']).toBe('mug and kettle');
    const again = await Collection.open(path);
    expect(await again.search('kettle and mug', { k: 4 })).toEqual(hits);
  });

  it.each(['vector', 'lexical', 'hybrid'] as const)(
    'answers with what the filter allows alone, by mode %s',
    async (mode) => {
      const hits = await collection.search('sofa', {
        k: 200,
        mode,
        filter: { field: 'shop', equals: 'east' },
      });
      expect(hits.length).toBeGreaterThan(3);
      expect(new Set(hits.map(({ attributes }) => attributes['shop']))).toEqual(new Set(['east']));
    },
  );

  it('lifts a document from below the k best when its sales are boosted', async () => {
    const plain = await collection.search('lamp', { k: 2, mode: 'lexical' });
    const boosted = await collection.search('lamp', {
      k: 2,
      mode: 'lexical',
      modifiers: { add: [{ field: 'sales', weight: 100 }] },
    });
    const withLamp = documents.filter(({ fields }) => fields['title']!.includes('lamp'));
    const bestSold = withLamp.slice(-2).reverse(); // sales grow with the rows
    expect(idsOf(boosted)).toEqual(bestSold.map(({ id }) => id));
    expect(idsOf(plain)).not.toEqual(idsOf(boosted));
  });

  it('keeps the settings of the words that it was built with', async () => {
    const lexical = { analyser: 'plain' as const, k1: 1.2, b: 0.1, fields: ['title'], fusionWeight: 0 };
    const out = join(folder, 'settings');
    await Collection.build({ documents, encoder, out, lexical });
    const opened = await Collection.open(out);
    expect(opened.lexical).toEqual(lexical);
    expect(await opened.search('used', { k: 1, mode: 'lexical' })).toEqual([]); // of the field that is not indexed
    const hybrid = await opened.search('lamp and sofa', { k: 9 });
    expect(idsOf(hybrid)).toEqual(idsOf(await opened.search('lamp and sofa', { k: 9, mode: 'vector' })));
  });
});

describe('building a collection', () => {
  it('overwrites nothing unless told, and leaves nothing half done when it is stopped', async () => {
    await expect(Collection.build({ documents, encoder, out: path })).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
    const out = join(folder, 'stopped');
    const signal = AbortSignal.abort();
    await expect(Collection.build({ documents, encoder, out, signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await expect(Collection.open(out)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await Collection.build({ documents: documents.slice(0, 3), encoder, out });
    await Collection.build({ documents: documents.slice(0, 5), encoder, out, force: true });
    expect((await Collection.open(out)).catalogue.ids).toHaveLength(5);
  });

  it('wants documents', async () => {
    const out = join(folder, 'none');
    await expect(Collection.build({ documents: [], encoder, out })).rejects.toMatchObject({
      code: 'DATA_EMPTY',
    });
  });
});

describe('opening a collection', () => {
  it('refuses another bundle and names both fingerprints', async () => {
    const other = await Encoder.load(await writeSmallBase(join(folder, 'other'), 2));
    const opened = Collection.open(path, { bundle: join(folder, 'other') });
    await expect(opened).rejects.toMatchObject({ code: 'BUNDLE_MISMATCH' });
    await expect(opened).rejects.toThrow(encoder.fingerprint);
    await expect(opened).rejects.toThrow(other.fingerprint);
  });

  it('takes the same bundle from another place', async () => {
    await cp(join(folder, 'base'), join(folder, 'moved'), { recursive: true });
    const opened = await Collection.open(path, { bundle: join(folder, 'moved') });
    expect(opened.catalogue.ids).toHaveLength(documents.length);
  });

  const names = ['collection.json', 'documents.jsonl', 'vectors.flat', 'words.lex'];
  let damaged = '';
  beforeAll(async () => {
    damaged = join(folder, 'damaged');
    await cp(path, damaged, { recursive: true });
  });
  const openWith = async (name: string, content: string | Buffer | undefined) => {
    for (const each of names) writeFileSync(join(damaged, each), readFileSync(join(path, each)));
    if (content === undefined) rmSync(join(damaged, name));
    else writeFileSync(join(damaged, name), content);
    return Collection.open(damaged);
  };

  it.each(names)('says that %s is missing', async (name) => {
    await expect(openWith(name, undefined)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining(name),
    });
  });

  it.each(names)('says that %s was cut off', async (name) => {
    const whole = readFileSync(join(path, name));
    for (const length of [0, 1, whole.length >> 1]) {
      await expect(openWith(name, whole.subarray(0, length))).rejects.toMatchObject({
        code: 'FILE_CORRUPT',
        message: expect.stringContaining(name),
      });
    }
  });

  const manifest = (change: (json: Record<string, unknown>) => void): string => {
    const json = JSON.parse(readFileSync(join(path, 'collection.json'), 'utf8'));
    change(json);
    return JSON.stringify(json);
  };
  const lexical = (change: object) => () =>
    manifest((json) => (json['lexical'] = { ...(json['lexical'] as object), ...change }));
  it.each<[string, () => string, string]>([
    ['of another format', () => manifest((json) => (json['format'] = 99)), 'FORMAT_UNSUPPORTED'],
    ['null', () => 'null', 'FILE_CORRUPT'],
    ['without a bundle', () => manifest((json) => delete json['bundle']), 'FILE_CORRUPT'],
    ['with a fusion weight that is none', lexical({ fusionWeight: 'much' }), 'FILE_CORRUPT'],
    ['with fields that are no names', lexical({ fields: [1] }), 'FILE_CORRUPT'],
    ['with another number of documents', () => manifest((json) => (json['documents'] = 7)), 'FILE_CORRUPT'],
  ])('refuses a collection.json %s', async (_, content, code) => {
    await expect(openWith('collection.json', content())).rejects.toMatchObject({ code });
  });

  it.each([
    ['null fields', '{"id":"item-000","fields":null,"attributes":{}}'],
    ['a field that is no text', '{"id":"item-000","fields":{"title":7},"attributes":{}}'],
    ['null attributes', '{"id":"item-000","fields":{},"attributes":null}'],
    ['an attribute that is a list', '{"id":"item-000","fields":{},"attributes":{"shop":["east"]}}'],
    ['an id that came before', '{"id":"item-001","fields":{},"attributes":{}}'],
  ])('refuses documents.jsonl with %s, and names its line', async (_, row) => {
    const [, ...others] = readFileSync(join(path, 'documents.jsonl'), 'utf8').split('\n');
    await expect(openWith('documents.jsonl', [row, ...others].join('\n'))).rejects.toMatchObject({
      code: 'FILE_CORRUPT',
      message: expect.stringMatching(/documents\.jsonl:\d/),
    });
  });

  it('survives 120 mutations of its files: a typed error, or a collection that searches', async () => {
    let [opened, refused] = [0, 0];
    for (let seed = 0; seed < 120; seed++) {
      const random = randomFrom(seed * 7919 + 1);
      const name = names[seed % names.length]!;
      try {
        const mutated = await openWith(name, mutate(readFileSync(join(path, name)), random));
        for (const mode of ['vector', 'lexical', 'hybrid'] as const) {
          const hits = await mutated.search('lamp and sofa', {
            k: 3,
            mode,
            filter: { not: { field: 'shop', equals: 'x' } },
          });
          expect(hits.every(({ score }) => Number.isFinite(score))).toBe(true);
        }
        opened++;
      } catch (error) {
        expect(error, `${name}, seed ${seed}`).toBeInstanceOf(AttuneError);
        refused++;
      }
    }
    expect(opened + refused).toBe(120);
    expect(refused).toBeGreaterThanOrEqual(60); // the two binary files carry checksums
  });
});

/** A few bytes replaced, taken out or put in, or a part repeated. */
function mutate(content: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(content);
  for (let n = 1 + Math.floor(random() * 4); n > 0; n--) {
    const at = Math.floor(random() * bytes.length);
    const length = 1 + Math.floor(random() * 8);
    const kind = Math.floor(random() * 4);
    if (kind === 0) bytes[at] = Math.floor(random() * 256);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else if (kind === 2)
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from('0"{}[],-e\n'.slice(length)),
        bytes.subarray(at),
      ]);
    else bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
  }
  return bytes;
}
