import { Catalogue } from '@attune/tune';
import { describe, expect, it } from 'vitest';

const source = { file: 'corpus.jsonl', line: 1 };
const catalogue = new Catalogue([
  {
    id: '017',
    fields: { title: 'Oak lamp', class: '', note: 'for a desk' },
    attributes: { shop: 'east', sales: 3 },
    source,
  },
  { id: '18', fields: { title: 'Red sofa', note: '  ' }, attributes: { shop: 'west', sales: 3 }, source },
  { id: '19', fields: { note: 'used' }, attributes: { shop: 'east', sales: 0 }, source },
]);

describe('Catalogue', () => {
  it('numbers documents in their order', () => {
    expect(catalogue.ids).toEqual(['017', '18', '19']);
    expect(catalogue.rowOf('18')).toBe(1);
    expect(catalogue.rowOf('17')).toBeUndefined();
  });

  it('makes the text of each document by the chosen fields, or by all where it has none of them', () => {
    expect(catalogue.texts(['note', 'title'])).toEqual(['for a desk Oak lamp', 'Red sofa', 'used']);
    expect(catalogue.texts(['title', 'class', 'missing'])).toEqual(['Oak lamp', 'Red sofa', 'used']);
    expect(catalogue.texts([])).toEqual(['Oak lamp for a desk', 'Red sofa', 'used']);
  });

  it('tells which fields some document fills', () => {
    expect(catalogue.filledFields()).toEqual(['title', 'note']);
  });
});
