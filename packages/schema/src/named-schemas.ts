import { AttributeValueSchema } from './attribute-value.js';
import { DocumentSchema } from './document.js';
import { DocumentWriteSchema } from './document-write.js';
import { UbiEventSchema } from './event.js';
import { FilterSchema } from './filter.js';
import { SearchQuerySchema } from './query.js';

/** The schemas that others refer to by name: what a check of such a one is compiled with, and components of an OpenAPI document. */
export const namedSchemas = {
  AttributeValue: AttributeValueSchema,
  Document: DocumentSchema,
  DocumentWrite: DocumentWriteSchema,
  Filter: FilterSchema,
  SearchQuery: SearchQuerySchema,
  UbiEvent: UbiEventSchema,
};
