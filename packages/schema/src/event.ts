import { checkOf } from './check.js';
import { limits } from './limits.js';
import { isRecord } from './node.js';
import { isEpochNumeral, timeOfValue } from './time.js';
import { type TSchema, type TSchemaOptions, Type } from './typebox.js';

/**
 * One thing that a person did, in the shape of UBI 1.3, as clients send it. What else an event holds is kept and not looked at. Its texts
 * are taken as they come: a client that cuts an emoji in half does not lose the event. A field that is null counts as absent.
 *
 * @see https://www.ubisearch.dev
 */
export interface UbiEvent {
  /** Such as `click`. */
  action_name: string;
  /** Of the search that it follows from. */
  query_id?: string | null | undefined;
  user_query?: string | null | undefined;
  /** ISO 8601, or a number since 1970; the time of receipt where it is missing. */
  timestamp?: string | number | null | undefined;
  /** The person or browser. */
  client_id?: string | null | undefined;
  /** The visit. */
  session_id?: string | null | undefined;
  /** The collection's name; needed when `query_id` is of no search of this server. */
  application?: string | null | undefined;
  event_attributes?:
    | {
        object?:
          | { object_id?: string | number | null | undefined; [more: string]: unknown }
          | null
          | undefined;
        /** `ordinal`: the rank that the document was shown at, from 1. */
        position?: { ordinal?: number | null | undefined; [more: string]: unknown } | null | undefined;
        [more: string]: unknown;
      }
    | null
    | undefined;
  [more: string]: unknown;
}

/** An event as it is kept: without the fields that are null, its time in ISO 8601. */
export interface KeptUbiEvent extends UbiEvent {
  query_id?: string | undefined;
  user_query?: string | undefined;
  timestamp?: string | undefined;
  client_id?: string | undefined;
  session_id?: string | undefined;
  application?: string | undefined;
  event_attributes?:
    | {
        object?: { object_id?: string | number | undefined; [more: string]: unknown } | undefined;
        position?: { ordinal?: number | undefined; [more: string]: unknown } | undefined;
        [more: string]: unknown;
      }
    | undefined;
}

/** Nanoseconds since 1970, in 2255: what a 64-bit number of them holds. */
const latestNumber = 9e18;
const { actionCharacters, nameCharacters, queryCharacters } = limits.event;

/** Clients write null where a field has nothing to say. */
const nullable = <Schema extends TSchema>(schema: Schema, options: TSchemaOptions = {}) =>
  Type.Optional(Type.Union([schema, Type.Null()], options));
const name = (description: string) => nullable(Type.String({ maxLength: nameCharacters }), { description });

export const UbiEventSchema = Type.Object(
  {
    action_name: Type.String({ minLength: 1, maxLength: actionCharacters, examples: ['click'] }),
    query_id: name('`query_id` of the search that it follows from.'),
    user_query: nullable(Type.String({ maxLength: queryCharacters })),
    timestamp: Type.Optional(
      Type.Union(
        [
          Type.String({ maxLength: nameCharacters }),
          Type.Number({ minimum: 0, maximum: latestNumber }),
          Type.Null(),
        ],
        {
          description:
            'ISO 8601, or a number since 1970: seconds, milliseconds, microseconds or nanoseconds, told by its size. The time of receipt ' +
            'where it is missing.',
        },
      ),
    ),
    client_id: name('The person or browser.'),
    session_id: name('The visit.'),
    application: name('The collection; needed when `query_id` is of no search of this server.'),
    event_attributes: nullable(
      Type.Object({
        object: nullable(
          Type.Object({
            object_id: Type.Optional(
              Type.Union(
                [Type.String({ maxLength: limits.document.idCharacters }), Type.Number(), Type.Null()],
                { description: 'Id of the document.' },
              ),
            ),
          }),
        ),
        position: nullable(
          Type.Object({
            ordinal: nullable(Type.Integer({ minimum: 0 }), {
              description: 'Rank at which it was shown, from 1.',
            }),
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

/** What an event may have beside its action. */
const eventFields = Object.keys(UbiEventSchema.properties);

/** @throws {SchemaError} INVALID_ARGUMENT naming the event by its place, from 0, and its member */
export const checkEvents = checkOf<readonly UbiEvent[]>(Type.Array(UbiEventSchema), 'the events');

/** Events as they are kept: without the fields that are null, and with a time in ISO 8601 where a number since 1970 came. */
export function keptEvents(received: ReturnType<typeof checkEvents>): KeptUbiEvent[] {
  return received.map(keptEvent);
}

function keptEvent(event: UbiEvent): KeptUbiEvent {
  const { action_name, timestamp, event_attributes: attributes } = event;
  const isNumber =
    typeof timestamp === 'number' || (typeof timestamp === 'string' && isEpochNumeral(timestamp));
  return {
    ...without(event, eventFields),
    action_name,
    ...(isNumber && { timestamp: new Date(timeOfValue(timestamp)).toISOString() }),
    ...(isRecord(attributes) && { event_attributes: keptAttributes(attributes) }),
  };
}

function keptAttributes(attributes: Record<string, unknown>): Record<string, unknown> {
  const { object, position } = attributes;
  return {
    ...without(attributes, ['object', 'position']),
    ...(isRecord(object) && { object: without(object, ['object_id']) }),
    ...(isRecord(position) && { position: without(position, ['ordinal']) }),
  };
}

/** The record without those of the fields that are null. */
function without(
  record: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Record<string, unknown> {
  if (!fields.some((field) => record[field] === null)) return record;
  return Object.fromEntries(
    Object.entries(record).filter(([field, value]) => value !== null || !fields.includes(field)),
  );
}
