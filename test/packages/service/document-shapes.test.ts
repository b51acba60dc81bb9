import { documentText, Encoder } from '@attune/encode';
import type { Service } from '@attune/service';
import { Catalogue } from '@attune/tune';
import { expect, it } from 'vitest';
import { hitsOf, idsOf, inFolder, upsert, withService } from './small-service.js';

const shapes = [
  { title: 'oak desk', description: 'with drawers', brand: 'fir' },
  { title: ' ', pageContent: 'red sofa' },
  { name: 'floor lamp' },
  { description: 'picture frame', brand: 'birch' },
];
const writes = shapes.map((fields, i) => ({ op: 'upsert' as const, id: `${i}`, fields: fields as never }));

it('documents of any shape have one text in service and in evaluation, by vectors and by words', async () => {
  const encoder = await Encoder.load('attune-base-en');
  const { documentFields } = encoder.bundle.preprocessing;
  const source = { file: 'corpus.jsonl', line: 1 };
  const rows = writes.map(({ id, fields }) => ({ id, fields, attributes: {}, source }));
  const texts = ['oak desk with drawers', 'red sofa', 'floor lamp', 'picture frame'];
  expect(new Catalogue(rows).texts(documentFields)).toEqual(texts);
  expect(shapes.map((fields) => documentText(fields as never, documentFields))).toEqual(texts);

  await inFolder((folder) =>
    withService(folder, async (service) => {
      await service.createCollection('shop', { lexical: { fields: ['brand'] } });
      await service.write('shop', writes, { refresh: true });
      for (const [i, text] of texts.entries()) {
        const [hit] = hitsOf(await service.search('shop', { text, limit: 1, mode: 'vector' }));
        expect(hit!.id).toBe(`${i}`);
        expect(hit!.score, text).toBeCloseTo(1, 5); // the very text that was embedded
      }
      const byWords = async (text: string) =>
        idsOf(await service.search('shop', { text, limit: 4, mode: 'lexical' }));
      expect(await byWords('fir birch')).toEqual(expect.arrayContaining(['0', '3']));
      expect(await byWords('desk frame')).toEqual([]); // of documents with a brand, words find the brand alone
      expect(await byWords('sofa')).toEqual(['1']);
      expect(await byWords('lamp')).toEqual(['2']);
    }),
  );
});

it('documents without text are counted as long as they are there, and told when the index is made', async () => {
  const notes: string[] = [];
  const log = (level: string, message: string) => void notes.push(`${level} ${message}`);
  await inFolder(async (folder) => {
    const counts = (service: Service) =>
      service.collection('shop').then((found) => [found.indexed, found.withoutText]);
    await withService(folder, async (service) => {
      await service.createCollection('shop');
      const blank = ['a', 'b', 'c'].map((id) => ({ op: 'upsert' as const, id, fields: { title: ' ' } }));
      await service.write('shop', [...writes, ...blank], { refresh: true });
      expect(await counts(service)).toEqual([7, 3]);
      await service.write('shop', [{ op: 'delete', id: 'a' }, upsert('b', 'oak')], {
        refresh: true,
      });
      expect(await counts(service)).toEqual([6, 1]);
      const found = idsOf(await service.search('shop', { text: 'oak', limit: 10, mode: 'vector' }));
      expect(found.sort()).toEqual(['0', '1', '2', '3', 'b']);
    });
    await withService(folder, async (service) => expect(await counts(service)).toEqual([6, 1]));
    await withService(folder, (service) => service.promote('shop', 'attune-base-en', { reason: 'hand' }), {
      log,
    });
  });
  expect(notes).toEqual([
    expect.stringContaining('2 of 6 documents have none of the fields title,'),
    expect.stringContaining('1 of 6 documents have no text'),
  ]);
});
