import { Type } from 'typebox';
import { checkOf } from './check.js';
import { limits } from './limits.js';

/**
 * One thing that a person did, in the shape of UBI 1.3. What else an event holds is kept and not looked at. Its texts are taken as
 * they come: a client that cuts an emoji in half does not lose the event.
 *
 * @see https://www.ubisearch.dev
 */
export interface UbiEvent {
  /** Such as `click`. */
  action_name: string;
  /** Of the search that it follows from. */
  query_id?: string | undefined;
  user_query?: string | undefined;
  /** ISO 8601; the time of receipt where it is missing. */
  timestamp?: string | undefined;
  /** The person or browser. */
  client_id?: string | undefined;
  /** The visit. */
  session_id?: string | undefined;
  /** The collection's name; needed when `query_id` is of no search of this server. */
  application?: string | undefined;
  event_attributes?:
    | {
        object?: { object_id?: string | number | undefined; [more: string]: unknown } | undefined;
        /** `ordinal`: the rank that the document was shown at, from 1. */
        position?: { ordinal?: number | undefined; [more: string]: unknown } | undefined;
        [more: string]: unknown;
      }
    | undefined;
  [more: string]: unknown;
}

const { actionCharacters, nameCharacters, queryCharacters } = limits.event;

const name = (description: string) => Type.Optional(Type.String({ maxLength: nameCharacters, description }));

export const UbiEventSchema = Type.Object(
  {
    action_name: Type.String({ minLength: 1, maxLength: actionCharacters, examples: ['click'] }),
    query_id: name('`query_id` of the search that it follows from.'),
    user_query: Type.Optional(Type.String({ maxLength: queryCharacters })),
    timestamp: name('ISO 8601; the time of receipt where it is missing.'),
    client_id: name('The person or browser.'),
    session_id: name('The visit.'),
    application: name('The collection; needed when `query_id` is of no search of this server.'),
    event_attributes: Type.Optional(
      Type.Object({
        object: Type.Optional(
          Type.Object({
            object_id: Type.Optional(
              Type.Union([Type.String({ maxLength: limits.document.idCharacters }), Type.Number()], {
                description: 'Id of the document.',
              }),
            ),
          }),
        ),
        position: Type.Optional(
          Type.Object({
            ordinal: Type.Optional(
              Type.Integer({ minimum: 0, description: 'Rank at which it was shown, from 1.' }),
            ),
          }),
        ),
      }),
    ),
  },
  {
    title: 'UbiEvent',
    examples: [
      {
        action_name: 'click',
        query_id: '0190b5c1-7f6e-7aaa-8000-000000000000',
        event_attributes: { object: { object_id: '4711' }, position: { ordinal: 1 } },
      },
    ],
  },
);

/** `UbiEventSchema` by its name. */
export const UbiEventRef = Type.Unsafe<UbiEvent>(Type.Ref('UbiEvent'));

/** @throws {SchemaError} INVALID_ARGUMENT naming the event by its place, from 0, and its member */
export const checkEvents = checkOf<readonly UbiEvent[]>(Type.Array(UbiEventSchema), 'the events');
