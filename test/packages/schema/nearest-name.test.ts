import { describe, expect, it } from 'vitest';
import { didYouMean, nearestName } from '../../../packages/schema/src/nearest-name.js';

const names = ['limit', 'offset', 'filter', 'queryId', 'op'];

describe('the name that is meant', () => {
  it.each([
    ['limt', 'limit'],
    ['limitt', 'limit'],
    ['lmiit', 'limit'],
    ['filtre', 'filter'],
    ['ofset', 'offset'],
    ['Limit', 'limit'],
    ['query_id', 'queryId'],
    ['OP', 'op'],
  ])('by %s is %s', (written, meant) => {
    expect(nearestName(written, names)).toBe(meant);
  });
  it.each(['k', 'ok', 'size', 'list', 'from', '', 'x'.repeat(1000), `limit${'x'.repeat(60)}`])(
    'by %j is none',
    (written) => {
      expect(nearestName(written, names)).toBeUndefined();
      expect(didYouMean(written, names)).toBe('');
    },
  );
  it('is the nearest of several', () => {
    expect(nearestName('afterr', ['before', 'aftr', 'after'])).toBe('after');
    expect(didYouMean('trian', ['validate', 'train'])).toBe(' (did you mean "train"?)');
  });
});
