import { checkEvents, checkInteraction, keptEvents, limits } from '@attune/schema';
import { describe, expect, it } from 'vitest';
import { schemaErrorOf, type WrongValue } from './sample-errors.js';

const click = { action_name: 'click' };
const about = (event_attributes: unknown) => ({ ...click, event_attributes });
const { actionCharacters, nameCharacters, queryCharacters } = limits.event;

const wrongEvents: WrongValue[] = [
  ['null', null, '', /^to be an object, but received null$/],
  ['no action', { query_id: 'q' }, '', /^to have action_name, but it lacks it$/],
  ['an empty action', { action_name: '' }, '/action_name', /^to have at least 1 character/],
  [
    'a long action',
    { action_name: 'x'.repeat(actionCharacters + 1) },
    '/action_name',
    /^to have at most 128 characters/,
  ],
  [
    'a query that is a number',
    { ...click, user_query: 7 },
    '/user_query',
    /^to be a text or null, but received 7$/,
  ],
  [
    'a long query',
    { ...click, user_query: 'x'.repeat(queryCharacters + 1) },
    '/user_query',
    /^to have at most 8,192/,
  ],
  ['a time before 1970', { ...click, timestamp: -1 }, '/timestamp', /^to be at least 0, but received -1$/],
  [
    'a time that is a truth',
    { ...click, timestamp: true },
    '/timestamp',
    /^to be a text, a finite number or null/,
  ],
  [
    'a client that is a number',
    { ...click, client_id: 7 },
    '/client_id',
    /^to be a text or null, but received 7$/,
  ],
  [
    'a long session',
    { ...click, session_id: 'x'.repeat(nameCharacters + 1) },
    '/session_id',
    /^to have at most 256/,
  ],
  [
    'attributes that are a text',
    about('x'),
    '/event_attributes',
    /^to be an object or null, but received "x"$/,
  ],
  [
    'an object that is an id',
    about({ object: '4711' }),
    '/event_attributes/object',
    /^to be an object or null/,
  ],
  [
    'an id that is a list',
    about({ object: { object_id: ['a'] } }),
    '/event_attributes/object/object_id',
    /^to be a text, a finite number or null, but received a list of 1 entry$/,
  ],
  [
    'half a rank',
    about({ position: { ordinal: 0.5 } }),
    '/event_attributes/position/ordinal',
    /^to be a whole number or null, but received 0.5$/,
  ],
  [
    'a rank below 0',
    about({ position: { ordinal: -1 } }),
    '/event_attributes/position/ordinal',
    /^to be at least 0, but received -1$/,
  ],
];

describe('an event', () => {
  it.each(wrongEvents)('with %s is refused by its place among others', (_, event, pointer, expectation) => {
    const { findings, message } = schemaErrorOf(() => checkEvents([click, event, click]));
    expect(findings).toEqual([{ pointer: `/1${pointer}`, expectation: expect.stringMatching(expectation) }]);
    expect(message).toBe(`Expected /1${pointer} of the events ${findings[0]!.expectation}.`);
  });

  it.each([
    ['seconds', 1732186801, '2024-11-21T11:00:01.000Z'],
    ['seconds with a fraction', 1732186801.5, '2024-11-21T11:00:01.500Z'],
    ['milliseconds', 1732186801000, '2024-11-21T11:00:01.000Z'],
    ['microseconds', 1732186801000250, '2024-11-21T11:00:01.000Z'],
    ['nanoseconds', 1732186801000250000, '2024-11-21T11:00:01.000Z'],
    ['a numeral', '1732186801000', '2024-11-21T11:00:01.000Z'],
    ['ISO 8601', '2024-11-21T12:00:01+01:00', '2024-11-21T12:00:01+01:00'],
    ['a date', '20241121', '20241121'],
  ])('with a time in %s is kept in ISO 8601', (_, timestamp, kept) => {
    expect(keptEvents(checkEvents([{ ...click, timestamp }]))).toEqual([{ ...click, timestamp: kept }]);
  });

  it('is kept without its null fields, and with what else it holds', () => {
    const empty = { query_id: null, user_query: null, timestamp: null, client_id: null, session_id: null };
    const attributes = { object: { object_id: null, name: null }, position: null, more: null };
    expect(
      keptEvents(
        checkEvents([
          { ...click, ...empty, application: null, event_attributes: attributes, message: null },
          { ...click, event_attributes: null },
          { ...click, event_attributes: { object: null, position: { ordinal: null, xy: { x: 1 } } } },
        ]),
      ),
    ).toEqual([
      { ...click, event_attributes: { object: { name: null }, more: null }, message: null },
      click,
      { ...click, event_attributes: { position: { xy: { x: 1 } } } },
    ]);
  });

  it('is one of a list', () => {
    expect(() => checkEvents(click)).toThrow(
      'Expected the events to be a list, but received an object of 1 member.',
    );
  });
});

const pair = { queryId: 'q', query: 'lamp', documentId: 'd', weight: 1 };
const wrongRows: [...WrongValue, check: (value: unknown) => unknown][] = [
  [
    'an interaction with a negative weight',
    { ...pair, weight: -1 },
    '/weight',
    /^to be at least 0/,
    checkInteraction,
  ],
  [
    'an interaction with NaN for a weight',
    { ...pair, weight: NaN },
    '/weight',
    /^to be a finite number/,
    checkInteraction,
  ],
  [
    'an interaction without a document',
    { ...pair, documentId: '' },
    '/documentId',
    /^to have at least 1/,
    checkInteraction,
  ],
  [
    'an interaction without its query',
    { ...pair, query: undefined },
    '/query',
    /^to be a text, but received nothing$/,
    checkInteraction,
  ],
];

describe('rows of a dataset', () => {
  it.each(wrongRows)('%s is refused by its place', (_, value, pointer, expectation, check) => {
    const { findings } = schemaErrorOf(() => check(value));
    expect(findings).toEqual([{ pointer, expectation: expect.stringMatching(expectation) }]);
  });
});
