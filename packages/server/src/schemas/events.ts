import { Type } from 'typebox';

const short = (description: string) => Type.Optional(Type.String({ maxLength: 256, description }));

/** An event of UBI 1.3. What it holds beside the members named here is kept as it is. */
export const UbiEvent = Type.Object(
  {
    action_name: Type.String({ minLength: 1, maxLength: 128, examples: ['click'] }),
    query_id: short('`query_id` of the search that it follows from.'),
    user_query: Type.Optional(Type.String({ maxLength: 8192 })),
    timestamp: short('ISO 8601; the time of receipt unless told.'),
    client_id: short('The person or browser.'),
    session_id: short('The visit.'),
    application: short('The collection; needed when `query_id` is of no search of this server.'),
    event_attributes: Type.Optional(
      Type.Object({
        object: Type.Optional(
          Type.Object({
            object_id: Type.Optional(
              Type.Union([Type.String({ maxLength: 512 }), Type.Number()], {
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

export const maxEvents = 1000;

export const UbiEvents = Type.Array(UbiEvent, { minItems: 1, maxItems: maxEvents });

export const EventsResult = Type.Object({ count: Type.Integer({ description: 'Events kept.' }) });
