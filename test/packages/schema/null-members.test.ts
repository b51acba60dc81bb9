import {
  checkDocumentWrite,
  checkFilter,
  checkSearchRequest,
  namedSchemas,
  SearchRequestSchema,
  withoutNullMembers,
} from '@attune/schema';
import fc from 'fast-check';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import * as valid from './valid-values.js';

const without = (schema: TSchema, value: unknown) => withoutNullMembers(schema, value, namedSchemas);

describe('an optional member that is null', () => {
  it('is absent, at every depth', () => {
    const all = {
      text: 'lamp',
      vector: null,
      query: null,
      mode: null,
      limit: null,
      offset: null,
      record: null,
    };
    expect(without(SearchRequestSchema, { ...all, filter: null, modifiers: { add: null } })).toEqual({
      text: 'lamp',
      modifiers: {},
    });
    const parts = [{ text: 'lamp', weight: null, vector: null }, { text: 'oak' }];
    expect(without(SearchRequestSchema, { query: parts })).toEqual({
      query: [{ text: 'lamp' }, { text: 'oak' }],
    });
  });

  it('is absent where it would tell the forms of a union apart, as clients with one class for all of them send it', () => {
    const bounds = { atLeast: null, above: null, atMost: null, below: null };
    const empty = { equals: null, in: null, ...bounds, and: null, or: null, not: null };
    const filter = {
      ...empty,
      and: [
        { ...empty, field: 'set', equals: 'wood' },
        { ...empty, field: 'price', below: 3 },
      ],
    };
    expect(without(namedSchemas.Filter, { ...filter, field: null })).toEqual({
      and: [
        { field: 'set', equals: 'wood' },
        { field: 'price', below: 3 },
      ],
    });
    const upsert = { op: null, id: 'a', fields: { title: 'Lamp' }, attributes: null };
    expect(without(namedSchemas.DocumentWrite, upsert)).toEqual({ id: 'a', fields: { title: 'Lamp' } });
  });

  it('stays where null has a meaning, where the member is asked for, and where it is none of the schema’s', () => {
    const patch = { op: 'patch', id: 'a', fields: { title: null }, attributes: { price: null } };
    expect(without(namedSchemas.DocumentWrite, patch)).toBe(patch);
    const upsert = { id: 'a', fields: null };
    expect(without(namedSchemas.DocumentWrite, upsert)).toBe(upsert);
    const condition = { field: 'set', equals: null };
    expect(without(namedSchemas.Filter, condition)).toBe(condition);
    const misspelt = { text: 'lamp', limt: null };
    expect(without(SearchRequestSchema, misspelt)).toBe(misspelt);
    const anything = Type.Object({ any: Type.Optional(Type.Unknown()), or: Type.Optional(Type.Null()) });
    const given = { any: null, or: null };
    expect(without(anything, given)).toBe(given);
    expect(without(SearchRequestSchema, null)).toBeNull();
  });

  it('leaves what was given untouched', () => {
    const given = { text: 'lamp', filter: { field: 'a', equals: 1, in: null } };
    const copy = structuredClone(given);
    expect(without(SearchRequestSchema, given)).not.toBe(given);
    expect(given).toEqual(copy);
  });

  it.each([
    ['a filter', namedSchemas.Filter, valid.filter],
    ['a write', namedSchemas.DocumentWrite, valid.documentWrite],
    ['a query', namedSchemas.SearchQuery, valid.searchQuery],
  ] as const)(
    'is nowhere in %s that its check passes, which is given back as it is',
    (_, schema, arbitrary) => {
      const check = Compile(namedSchemas, schema);
      fc.assert(
        fc.property(arbitrary as fc.Arbitrary<unknown>, (value) => {
          fc.pre(check.Check(value));
          expect(without(schema, value)).toBe(value);
        }),
        { numRuns: 200 },
      );
    },
  );
});

describe('checks at the edge', () => {
  it('take null for absent, in writes and searches', () => {
    const write = { op: null, id: 'a', fields: { title: 'Lamp' }, attributes: null };
    expect(checkDocumentWrite(write)).toEqual({ id: 'a', fields: { title: 'Lamp' } });
    expect(checkSearchRequest({ text: 'lamp', limit: null, filter: null })).toEqual({ text: 'lamp' });
    expect(() => checkDocumentWrite({ id: 'a', fields: null })).toThrow(
      /fields of the write to be an object/,
    );
  });
  it('of what is used as it was given do not', () => {
    expect(() => checkFilter({ field: 'a', equals: 1, in: null })).toThrow(/^Expected the filter to /);
  });
});
