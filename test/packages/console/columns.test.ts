import type { Collection, Model } from '@attune/client';
import { describe, expect, it } from 'vitest';
import { baseOf, columnsOf, requestOf } from '../../../packages/console/src/page/columns.js';

const collection = (name: string, bundle: string): Collection => ({
  name,
  bundle,
  fingerprint: `of-${bundle}`,
  createdAt: 0,
  documents: 1,
  indexed: 1,
  withoutText: 0,
  unknownShare: null,
  notes: [],
  release: 1,
  dim: 256,
  ready: true,
});
const model = (id: string, base: string | null): Model => ({
  id,
  base,
  object: 'model',
  created: 0,
  owned_by: 'attune',
  model: id,
  kind: 'static',
  precision: 'f32',
  dim: 256,
  fingerprint: `of-${id}`,
  job: null,
  search: null,
});
const names = (...args: Parameters<typeof columnsOf>) => columnsOf(...args).map(({ name }) => name);

describe('the columns of a collection', () => {
  it('are words, tuned and fused of a tuned model, and the base where there is one', () => {
    const shop = collection('shop', 'shop-1');
    const base = collection('shop-base', 'attune-base-en');
    expect(names(shop, model('shop-1', 'attune-base-en'), undefined)).toEqual(['words', 'tuned', 'fused']);
    expect(columnsOf(shop, model('shop-1', null), base)).toEqual([
      { name: 'words', about: 'BM25', collection: 'shop', mode: 'lexical' },
      { name: 'base', about: 'attune-base-en', collection: 'shop-base', mode: 'vector' },
      { name: 'tuned', about: 'shop-1', collection: 'shop', mode: 'vector' },
      { name: 'fused', about: 'words and vectors', collection: 'shop', mode: 'hybrid' },
    ]);
  });

  it('call no model tuned of which that is not known', () => {
    expect(names(collection('shop', 'attune-base-en'), model('attune-base-en', null), undefined)).toEqual([
      'words',
      'base',
      'fused',
    ]);
    expect(names(collection('shop', 'e5'), undefined, undefined)).toEqual(['words', 'vectors', 'fused']);
  });

  it('ask for one way each, with the filter if there is one', () => {
    const [words] = columnsOf(collection('shop', 'e5'), undefined, undefined);
    expect(requestOf(words!, { text: 'lamp', filter: undefined })).toEqual({
      text: 'lamp',
      mode: 'lexical',
      limit: 50,
    });
    const filter = { field: 'price', atMost: 5 };
    expect(requestOf(words!, { text: 'lamp', filter, limit: 10 })).toEqual({
      text: 'lamp',
      mode: 'lexical',
      limit: 10,
      filter,
    });
  });
});

describe('the base of a collection', () => {
  const tuned = collection('icons-tuned', 'icons-tuned');
  const base = collection('icons-base', 'attune-base-en');
  const other = collection('books', 'attune-base-en');

  it('is the one that is named so', () => {
    expect(baseOf(tuned, undefined, [other, tuned, base])).toBe(base);
    expect(baseOf(collection('icons', 'icons-2'), undefined, [tuned, base])).toBe(base);
    expect(baseOf(base, undefined, [tuned, base])).toBeUndefined();
  });

  it('is a relative that serves what the model was trained from, and no collection of other documents', () => {
    const before = collection('icons-before', 'attune-base-en');
    expect(baseOf(tuned, model('icons-tuned', 'attune-base-en'), [other, tuned, before])).toBe(before);
    expect(baseOf(tuned, model('icons-tuned', 'of-attune-base-en'), [other, tuned, before])).toBe(before);
    expect(baseOf(tuned, model('icons-tuned', 'attune-base-en'), [other, tuned])).toBeUndefined();
    expect(baseOf(tuned, undefined, [other, tuned, before])).toBeUndefined();
  });

  it('is no collection of the same model', () => {
    expect(baseOf(base, undefined, [base, collection('icons-base-base', 'attune-base-en')])).toBeUndefined();
  });
});
