import { UbiEventRef } from '@attune/schema';
import { Type } from 'typebox';

export const maxEvents = 1000;

const count = { minItems: 1, maxItems: maxEvents };

/** The service checks each event, so the route looks no further. */
export const AnyEvents = Type.Array(Type.Unknown(), count);

/** What a body may be, for the OpenAPI document. */
export const EventsBody = Type.Union([UbiEventRef, Type.Array(UbiEventRef, count)]);

export const EventsResult = Type.Object({ count: Type.Integer({ description: 'Events kept.' }) });
