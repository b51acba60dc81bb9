import { checkEvents, checkInteraction, limits } from '@attune/schema';
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
  ['a query that is a number', { ...click, user_query: 7 }, '/user_query', /^to be a text, but received 7$/],
  [
    'a long query',
    { ...click, user_query: 'x'.repeat(queryCharacters + 1) },
    '/user_query',
    /^to have at most 8,192/,
  ],
  [
    'a time in milliseconds',
    { ...click, timestamp: 1e12 },
    '/timestamp',
    /^to be a text, but received 1000000000000$/,
  ],
  ['no client', { ...click, client_id: null }, '/client_id', /^to be a text, but received null$/],
  [
    'a long session',
    { ...click, session_id: 'x'.repeat(nameCharacters + 1) },
    '/session_id',
    /^to have at most 256/,
  ],
  ['attributes that are a text', about('x'), '/event_attributes', /^to be an object, but received "x"$/],
  ['an object that is an id', about({ object: '4711' }), '/event_attributes/object', /^to be an object/],
  [
    'an id that is a list',
    about({ object: { object_id: ['a'] } }),
    '/event_attributes/object/object_id',
    /^to be a text or a finite number, but received a list of 1 entry$/,
  ],
  [
    'half a rank',
    about({ position: { ordinal: 0.5 } }),
    '/event_attributes/position/ordinal',
    /^to be a whole number, but received 0.5$/,
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
