import {
  checkDocument,
  checkDocumentWrite,
  checkDocumentWrites,
  type DocumentUpsert,
  limits,
} from '@attune/schema';
import { describe, expect, it } from 'vitest';
import { schemaErrorOf, type WrongValue } from './sample-errors.js';

const { idCharacters, nameCharacters, fields, attributes, fieldBytes, attributeBytes, listEntries } =
  limits.document;
const upsert = (more: object): DocumentUpsert => ({ id: 'a', fields: {}, ...more });
const many = <Value>(count: number, value: Value) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, value]));
const lines = (count: number) => Object.keys(many(count, 1));
const named = (name: string, value: unknown) =>
  JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);

const wrongWrites: WrongValue[] = [
  ['null', null, '', /^to be an object, but received null$/],
  ['a list', [], '', /^to be an object, but received an empty list$/],
  ['a text', 'upsert', '', /^to be an object, but received "upsert"$/],
  ['neither id nor fields', {}, '', /^to have id and fields, but it lacks them$/],
  ['no fields', { id: 'a' }, '', /^to have fields, but it lacks it$/],
  ['no id to patch', { op: 'patch' }, '', /^to have id, but it lacks it$/],
  [
    'an unknown op',
    upsert({ op: 'put' }),
    '/op',
    /^to be "upsert", "patch" or "delete", but received "put"$/,
  ],
  ['an op of another type', upsert({ op: 7 }), '/op', /"delete", but received 7$/],
  ['an unknown member', upsert({ colour: 'red' }), '', /^to have no member called "colour", but it has one$/],
  ['fields to delete', { op: 'delete', id: 'a', fields: {} }, '', /no member called "fields"/],
  ['an empty id', upsert({ id: '' }), '/id', /^to have at least 1 character, but received ""$/],
  ['an id that is a number', upsert({ id: 7 }), '/id', /^to be a text, but received 7$/],
  ['an id with a line break', upsert({ id: 'a\n' }), '/id', /no control characters/],
  ['an id with a zero byte', { op: 'delete', id: 'a\0' }, '/id', /no control characters/],
  ['an id with a C1 character', { op: 'patch', id: 'a\x85' }, '/id', /no control characters/],
  ['an id with half a character', upsert({ id: '\ud83d' }), '/id', /no lone surrogate/],
  [
    'fields that are a list',
    upsert({ fields: ['x'] }),
    '/fields',
    /^to be an object, but received a list of 1 entry$/,
  ],
  [
    'a field that is a number',
    upsert({ fields: { title: 7 } }),
    '/fields/title',
    /^to be a text or null, but received 7$/,
  ],
  [
    'a field that is a list',
    upsert({ fields: { a: ['x'] } }),
    '/fields/a',
    /^to be a text or null, but received a list/,
  ],
  ['a field with half a character', upsert({ fields: { a: 'x\udc00' } }), '/fields/a', /no lone surrogate/],
  [
    'a field without a name',
    upsert({ fields: { '': 'x' } }),
    '/fields/',
    /^to have a name of at least 1 character/,
  ],
  [
    'a field called __proto__',
    upsert({ fields: named('__proto__', 'x') }),
    '/fields/__proto__',
    /another name/,
  ],
  [
    'a name with half a character',
    upsert({ attributes: { '\ud800': 1 } }),
    '/attributes/\ud800',
    /lone surrogate/,
  ],
  ['a name with a slash', upsert({ fields: { 'a/b~': 1 } }), '/fields/a~1b~0', /^to be a text or null/],
  [
    'an attribute that is NaN',
    upsert({ attributes: { p: NaN } }),
    '/attributes/p',
    /finite number.*but received NaN$/,
  ],
  ['an infinite attribute', upsert({ attributes: { p: -Infinity } }), '/attributes/p', /finite.*-Infinity$/],
  [
    'an attribute that is an object',
    upsert({ attributes: { p: { a: 1 } } }),
    '/attributes/p',
    /^to be a text, a finite number, true or false, a list or null, but received \{ a \}$/,
  ],
  [
    'a list with a number',
    upsert({ attributes: { p: ['a', 1] } }),
    '/attributes/p/1',
    /^to be a text, but received 1$/,
  ],
  [
    'a list with null',
    upsert({ attributes: { p: [null] } }),
    '/attributes/p/0',
    /^to be a text, but received null$/,
  ],
  [
    'a list with half a character',
    upsert({ attributes: { p: ['\ud800'] } }),
    '/attributes/p/0',
    /lone surrogate/,
  ],
  [
    'an undefined field',
    upsert({ fields: { a: undefined } }),
    '/fields/a',
    /^to be a text or null, but received nothing$/,
  ],
  [
    'a patch with a wrong value',
    { op: 'patch', id: 'a', attributes: { p: {} } },
    '/attributes/p',
    /^to be a text/,
  ],
];

describe('a write of a document', () => {
  it.each(wrongWrites)('with %s is refused by its place', (_, write, pointer, expectation) => {
    const error = schemaErrorOf(() => checkDocumentWrite(write, 'line 3'));
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.findings).toEqual([{ pointer, expectation: expect.stringMatching(expectation) }]);
    const place = pointer === '' ? 'line 3' : `${pointer} of line 3`;
    expect(error.message).toBe(`Expected ${place} ${error.findings[0]!.expectation}.`);
  });

  it.each<[string, (size: number) => object, number, string, RegExp]>([
    [
      'characters of an id',
      (size) => ({ id: '😀'.repeat(size) }),
      idCharacters,
      '/id',
      /at most 512 characters.*513/,
    ],
    ['fields', (size) => ({ fields: many(size, 'x') }), fields, '/fields', /at most 64 members.*65/],
    [
      'attributes',
      (size) => ({ attributes: many(size, 1) }),
      attributes,
      '/attributes',
      /at most 64 members.*65/,
    ],
    [
      'texts in a list',
      (size) => ({ attributes: { p: lines(size) } }),
      listEntries,
      '/attributes/p',
      /at most 256 entries.*257/,
    ],
    [
      'characters of a field',
      (size) => ({ fields: { a: 'x'.repeat(size) } }),
      fieldBytes,
      '/fields/a',
      /at most 1,048,576 characters/,
    ],
    [
      'bytes in all fields',
      (size) => ({ fields: { a: 'x'.repeat(size - 6), b: '标题' } }),
      fieldBytes,
      '/fields',
      /at most 1,048,576 bytes/,
    ],
    [
      'bytes in all attributes',
      (size) => ({ attributes: { a: 'x'.repeat(size - 8), b: ['é', '标题'], c: 7 } }),
      attributeBytes,
      '/attributes',
      /at most 1,048,576 bytes/,
    ],
  ])('may have as many %s as the limit says, and not one more', (_, more, limit, pointer, expectation) => {
    const largest = upsert(more(limit));
    expect(checkDocumentWrite(largest)).toBe(largest);
    const { findings } = schemaErrorOf(() => checkDocumentWrite(upsert(more(limit + 1))));
    expect(findings).toEqual([{ pointer, expectation: expect.stringMatching(expectation) }]);
  });

  it('may have names of 256 characters, and not of one more', () => {
    expect(() =>
      checkDocumentWrite(upsert({ fields: { ['😀'.repeat(nameCharacters)]: 'x' } })),
    ).not.toThrow();
    for (const [name, shown] of [
      ['x'.repeat(nameCharacters + 1), 'x'.repeat(nameCharacters + 1)],
      ['x'.repeat(2 ** 20), `${'x'.repeat(300)}…`],
    ] as const) {
      const { findings } = schemaErrorOf(() => checkDocumentWrite(upsert({ attributes: { [name]: 1 } })));
      expect(findings).toEqual([
        {
          pointer: `/attributes/${shown}`,
          expectation: expect.stringMatching(/a name of at most 256 characters/),
        },
      ]);
    }
  });

  it('is called by its place among others', () => {
    const writes = [upsert({}), upsert({ id: '' })];
    expect(checkDocumentWrites(writes.slice(0, 1))).toEqual(writes.slice(0, 1));
    expect(() => checkDocumentWrites(writes)).toThrow('Expected /id of document 1 to have');
  });

  it('is told of each of its faults, the first eight', () => {
    const fieldsOf = (count: number) => checkDocumentWrite.bind(null, upsert({ fields: many(count, 1) }));
    expect(schemaErrorOf(fieldsOf(3)).findings.map(({ pointer }) => pointer)).toEqual([
      '/fields/m0',
      '/fields/m1',
      '/fields/m2',
    ]);
    expect(schemaErrorOf(fieldsOf(60)).findings).toHaveLength(8);
  });
});

describe('a document', () => {
  it('has all of its members, none of them null; others are not looked at', () => {
    const whole = { id: 'a', fields: { title: 'Lamp' }, attributes: { tags: ['wood'] }, sequence: 7 };
    expect(checkDocument(whole)).toBe(whole);
    expect(() => checkDocument({ id: 'a', fields: {} })).toThrow('Expected the document to have attributes');
    expect(() => checkDocument({ ...whole, fields: { title: null } })).toThrow(
      'Expected /fields/title of the document',
    );
    expect(() => checkDocument({ ...whole, attributes: { p: null } })).toThrow(
      'Expected /attributes/p of the document',
    );
  });
});
