import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { Encoder, recordSearch } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { sealed } from '@attune/files';
import { DocumentIndex } from '@attune/tune';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomNumbers } from '../../random.js';
import { smallShop, temporaryFolder, writeSmallBase } from './small-shop.js';

const folder = temporaryFolder();
const path = join(folder, 'index');
const { documents } = smallShop();
let encoder: Encoder;
let index: DocumentIndex;

const idsOf = (hits: readonly { id: string }[]) => hits.map(({ id }) => id);

beforeAll(async () => {
  encoder = await Encoder.load(await writeSmallBase(join(folder, 'base')));
  await DocumentIndex.build({ documents, encoder, out: path });
  index = await DocumentIndex.open(path);
});

describe('an index of documents', () => {
  it('finds by vectors what exact cosines find', async () => {
    const [query] = [await encoder.encodeQueries(['lamp and sofa'])];
    const vectors = await encoder.encodeDocuments(
      documents.map(({ fields }) => Object.values(fields).join(' ')),
    );
    const cosines = documents.map((_, row) =>
      query!.reduce((sum, value, d) => sum + value * vectors[row * encoder.dim + d]!, 0),
    );
    const best = [...cosines.keys()].sort((a, b) => cosines[b]! - cosines[a]!).slice(0, 5);
    const hits = await index.search('lamp and sofa', { limit: 5, mode: 'vector' });
    expect(idsOf(hits)).toEqual(best.map((row) => documents[row]!.id));
    for (const [i, { score }] of hits.entries()) expect(score).toBeCloseTo(cosines[best[i]!]!, 5);
  });

  it('finds by words what holds them, with its fields and attributes as they came', async () => {
    const [first, ...others] = await index.search('sofa lamp', { limit: 3, mode: 'lexical' });
    const { id, fields, attributes } = documents.find(({ fields }) => fields['title'] === 'sofa and lamp')!;
    expect(first).toMatchObject({ id, fields, attributes });
    expect(others.every(({ score }) => score < first!.score)).toBe(true);
    expect(await index.search('nothing of this', { limit: 3, mode: 'lexical' })).toEqual([]);
  });

  it('fuses both unless a mode is set, and finds the same when it is opened again', async () => {
    const hits = await index.search('kettle and mug', { limit: 4 });
    expect(hits).toHaveLength(4);
    expect(hits[0]!.fields['title']).toBe('mug and kettle');
    const again = await DocumentIndex.open(path);
    expect(await again.search('kettle and mug', { limit: 4 })).toEqual(hits);
  });

  it('searches by the settings that its model carries, but for those that are given', async () => {
    const bundle = await writeSmallBase(join(folder, 'carrying'));
    const settings = {
      analyser: 'plain',
      cut: 'characters+pairs',
      k1: 1.6,
      b: 0.9,
      fields: ['title'],
      fusionWeight: 0.05,
    };
    await recordSearch(bundle, { settings, choices: [] });
    const carrying = await Encoder.load(bundle);
    const out = join(folder, 'carried');
    await DocumentIndex.build({ documents, encoder: carrying, out });
    expect((await DocumentIndex.open(out)).searcher.lexical).toEqual(settings);
    const given = { k1: 0, fields: ['note'] };
    await DocumentIndex.build({ documents, encoder: carrying, out, lexical: given, force: true });
    expect((await DocumentIndex.open(out)).searcher.lexical).toEqual({ ...settings, ...given });
  });

  it.each(['vector', 'lexical', 'hybrid'] as const)(
    'answers with what the filter allows alone, by mode %s',
    async (mode) => {
      const hits = await index.search('sofa', {
        limit: 200,
        mode,
        filter: { field: 'shop', equals: 'east' },
      });
      expect(hits.length).toBeGreaterThan(3);
      expect(new Set(hits.map(({ attributes }) => attributes['shop']))).toEqual(new Set(['east']));
    },
  );

  it('lifts a document from below the k best when its sales are boosted', async () => {
    const plain = await index.search('lamp', { limit: 2, mode: 'lexical' });
    const boosted = await index.search('lamp', {
      limit: 2,
      mode: 'lexical',
      modifiers: { add: [{ field: 'sales', weight: 100 }] },
    });
    const withLamp = documents.filter(({ fields }) => fields['title']!.includes('lamp'));
    const bestSold = withLamp.slice(-2).reverse(); // sales grow with the rows
    expect(idsOf(boosted)).toEqual(bestSold.map(({ id }) => id));
    expect(idsOf(plain)).not.toEqual(idsOf(boosted));
  });

  it('keeps the settings of the words that it was built with', async () => {
    const lexical = {
      analyser: 'plain' as const,
      cut: 'characters+pairs' as const,
      k1: 1.2,
      b: 0.1,
      fields: ['title'],
      fusionWeight: 0,
    };
    const out = join(folder, 'settings');
    await DocumentIndex.build({ documents, encoder, out, lexical });
    const opened = await DocumentIndex.open(out);
    expect(opened.searcher.lexical).toEqual(lexical);
    expect(await opened.search('used', { limit: 1, mode: 'lexical' })).toEqual([]); // of the field that is not indexed
    const hybrid = await opened.search('lamp and sofa', { limit: 9 });
    expect(idsOf(hybrid)).toEqual(idsOf(await opened.search('lamp and sofa', { limit: 9, mode: 'vector' })));
  });
});

describe('a document without text', () => {
  it('is counted, and neither found nor in the way of what is', async () => {
    const blank = { ...documents[0]!, id: 'blank', fields: { title: '  ' } };
    const out = join(folder, 'blank');
    const built = await DocumentIndex.build({ documents: [...documents, blank], encoder, out });
    expect(built.notes).toEqual([
      `1 of ${documents.length + 1} documents have no text, so no search finds them.`,
    ]);
    const opened = await DocumentIndex.open(out);
    expect(opened.count).toBe(documents.length + 1);
    for (const mode of ['vector', 'lexical', 'hybrid'] as const) {
      const hits = await opened.search('lamp', { mode, limit: documents.length + 1 });
      expect(hits.length).toBeGreaterThan(0);
      expect(idsOf(hits)).not.toContain('blank');
      const ofBuilt = await index.search('lamp', { mode, limit: documents.length });
      expect(idsOf(hits)).toEqual(idsOf(ofBuilt));
    }
  });
});

describe('building an index', () => {
  it('overwrites nothing without force, and leaves nothing half done when it is stopped', async () => {
    await expect(DocumentIndex.build({ documents, encoder, out: path })).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
    const out = join(folder, 'stopped');
    const signal = AbortSignal.abort();
    await expect(DocumentIndex.build({ documents, encoder, out, signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await expect(DocumentIndex.open(out)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await DocumentIndex.build({ documents: documents.slice(0, 3), encoder, out });
    await DocumentIndex.build({ documents: documents.slice(0, 5), encoder, out, force: true });
    expect((await DocumentIndex.open(out)).count).toBe(5);
  });

  it('wants documents', async () => {
    const out = join(folder, 'none');
    await expect(DocumentIndex.build({ documents: [], encoder, out })).rejects.toMatchObject({
      code: 'DATA_EMPTY',
    });
  });
});

describe('opening an index', () => {
  it('refuses another bundle and names both fingerprints', async () => {
    const other = await Encoder.load(await writeSmallBase(join(folder, 'other'), 2));
    const opened = DocumentIndex.open(path, { bundle: join(folder, 'other') });
    await expect(opened).rejects.toMatchObject({ code: 'BUNDLE_MISMATCH' });
    await expect(opened).rejects.toThrow(encoder.fingerprint);
    await expect(opened).rejects.toThrow(other.fingerprint);
  });

  it('takes the same bundle from another place', async () => {
    await cp(join(folder, 'base'), join(folder, 'moved'), { recursive: true });
    const opened = await DocumentIndex.open(path, { bundle: join(folder, 'moved') });
    expect(opened.count).toBe(documents.length);
  });

  const names = ['manifest.json', 'documents.jsonl', 'vectors.flat', 'words.lex'];
  let damaged = '';
  beforeAll(async () => {
    damaged = join(folder, 'damaged');
    await cp(path, damaged, { recursive: true });
  });
  const manifest = (change: (json: Record<string, unknown>) => void): string => {
    const json = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
    change(json);
    return JSON.stringify(sealed(json)); // as somebody would write it, not as damage would leave it
  };
  const openWith = async (
    name: string,
    content: string | Buffer | undefined,
    changeManifest?: (json: Record<string, unknown>) => void,
  ) => {
    for (const each of names) writeFileSync(join(damaged, each), readFileSync(join(path, each)));
    if (changeManifest) writeFileSync(join(damaged, 'manifest.json'), manifest(changeManifest));
    if (content === undefined) rmSync(join(damaged, name));
    else writeFileSync(join(damaged, name), content);
    return DocumentIndex.open(damaged);
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

  const lexical = (change: object) => () =>
    manifest((json) => (json['lexical'] = { ...(json['lexical'] as object), ...change }));
  it.each<[string, () => string, string]>([
    ['of another format', () => manifest((json) => (json['format'] = 99)), 'FORMAT_UNSUPPORTED'],
    ['null', () => 'null', 'FILE_CORRUPT'],
    ['without its settings', () => manifest((json) => delete json['lexical']), 'FILE_CORRUPT'],
    [
      'with a row that it does not hold',
      () => manifest((json) => (json['withoutVector'] = [999])),
      'FILE_CORRUPT',
    ],
    ['with a fusion weight that is none', lexical({ fusionWeight: 'much' }), 'FILE_CORRUPT'],
    ['with fields that are no names', lexical({ fields: [1] }), 'FILE_CORRUPT'],
    ['with another number of documents', () => manifest((json) => (json['documents'] = 7)), 'FILE_CORRUPT'],
  ])('refuses a manifest.json %s', async (_, content, code) => {
    await expect(openWith('manifest.json', content())).rejects.toMatchObject({ code });
  });

  it.each([
    ['no id', '{"fields":{},"attributes":{}}'],
    ['null attributes', '{"id":"item-000","fields":{},"attributes":null}'],
    ['no JSON', '{"id":'],
  ])('refuses documents.jsonl with a line of %s, and names it', async (_, row) => {
    const [first, , ...others] = readFileSync(join(path, 'documents.jsonl'), 'utf8').split('\n');
    const content = Buffer.from([first, row, ...others].join('\n'));
    const sha256 = createHash('sha256').update(content).digest('hex');
    const opened = openWith('documents.jsonl', content, (json) => {
      (json['files'] as Record<string, object>)['documents.jsonl'] = { bytes: content.length, sha256 };
    });
    await expect(opened).rejects.toMatchObject({
      code: 'FILE_CORRUPT',
      message: expect.stringMatching(/documents\.jsonl is damaged: its line 2/),
    });
  });

  it('survives 120 mutations of its files: a typed error, or an index that searches', async () => {
    let [opened, refused] = [0, 0];
    for (let seed = 0; seed < 120; seed++) {
      const random = randomNumbers(seed * 7919 + 1);
      const name = names[seed % names.length]!;
      try {
        const mutated = await openWith(name, mutate(readFileSync(join(path, name)), random));
        for (const mode of ['vector', 'lexical', 'hybrid'] as const) {
          const hits = await mutated.search('lamp and sofa', {
            limit: 3,
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
    expect(refused).toBeGreaterThanOrEqual(90); // three of four files have their checksum in the manifest
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
