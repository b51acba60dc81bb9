import { UbiEventRef } from '@attune/schema';
import { Type } from '@attune/schema/typebox';

export const maxEvents = 1000;

const count = { minItems: 1, maxItems: maxEvents };

/** The service checks each event, so the route looks no further. */
export const AnyEvents = Type.Array(Type.Unknown(), count);

/** What a body may be, for the OpenAPI document. */
export const EventsBody = Type.Union([UbiEventRef, Type.Array(UbiEventRef, count)], { title: 'EventsBody' });

export const EventsResult = Type.Object(
  {
    count: Type.Integer({ description: 'Events kept.' }),
    without_search: Type.Integer({
      description:
        'Those of them that cite no search of this server: without a `query_id`, or with one that is not known here.',
    }),
    note: Type.Optional(
      Type.String({ description: 'What that means, and what to do, where there are such.' }),
    ),
  },
  { title: 'EventsResult' },
);
