import {
  checkDocument,
  checkDocumentWrite,
  checkEvents,
  checkFilter,
  checkInteraction,
  checkScoreModifiers,
  checkSearchQuery,
  checkSearchRequest,
  isAttributeValue,
} from '@attune/schema';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as valid from './valid-values.js';

it.each<[string, fc.Arbitrary<unknown>, (value: unknown) => unknown]>([
  ['documents', valid.document, checkDocument],
  ['writes of documents', valid.documentWrite, checkDocumentWrite],
  ['filters', valid.filter, checkFilter],
  ['score modifiers', valid.scoreModifiers, checkScoreModifiers],
  ['queries', valid.searchQuery, checkSearchQuery],
  ['searches', valid.searchRequest, checkSearchRequest],
  ['events', fc.array(valid.ubiEvent, { maxLength: 3 }), checkEvents],
  ['interactions', valid.interaction, checkInteraction],
])('%s that are as their schema says are given back as they came', (_, values, check) => {
  fc.assert(
    fc.property(values, (value) => {
      const before = structuredClone(value);
      expect(check(value)).toBe(value);
      expect(value).toEqual(before);
    }),
  );
});

it('attribute values are texts, finite numbers, true and false, and lists of texts', () => {
  fc.assert(fc.property(valid.attributeValue, isAttributeValue));
  for (const value of [null, undefined, NaN, Infinity, {}, [1], [['a']], [null], '\ud800', ['\udc00'], 1n]) {
    expect(isAttributeValue(value), String(value)).toBe(false);
  }
});
