import { documentText, Encoder } from '@attune/encode';
import { Catalogue } from '@attune/tune';
import { expect, it } from 'vitest';
import { hitsOf, idsOf, inFolder, withService } from './small-service.js';

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
