import { type Document, DocumentIdSchema, DocumentPatchSchema, DocumentUpsertSchema } from '@attune/schema';
import { Type } from 'typebox';
import { closed, Name, nextCursor } from './primitives.js';

// A write whose `op` and `id` are the request's method and path.
const upsert = DocumentUpsertSchema.properties;
const patch = DocumentPatchSchema.properties;

export const DocumentBody = Type.Object(
  { fields: upsert.fields, attributes: upsert.attributes },
  { ...closed, examples: [{ fields: { title: 'desk lamp' }, attributes: { price: 19.5 } }] },
);

export const DocumentPatchBody = Type.Object(
  { fields: patch.fields, attributes: patch.attributes },
  { ...closed, examples: [{ attributes: { price: 17 } }] },
);

/** A line of the bulk route. */
export const BulkLine = Type.Ref('DocumentWrite');

export const StoredDocument = Type.Intersect([
  Type.Unsafe<Document>(Type.Ref('Document')),
  Type.Object({
    sequence: Type.Integer({ description: 'Of its last write among all writes of the collection.' }),
  }),
]);

export const DocumentPage = Type.Object({ data: Type.Array(StoredDocument), next_cursor: nextCursor });

export const WriteResult = Type.Object(
  {
    id: Type.String(),
    status: Type.Union([
      Type.Literal('created'),
      Type.Literal('updated'),
      Type.Literal('deleted'),
      Type.Literal('notFound'),
    ]),
    sequence: Type.Integer(),
  },
  { title: 'WriteResult' },
);

export const BulkResult = Type.Union([
  WriteResult,
  Type.Object({
    line: Type.Integer({ description: 'From 1.' }),
    error: Type.Object({ code: Type.String(), detail: Type.String() }),
  }),
]);

export const DocumentParams = Type.Object({ collection: Name, id: DocumentIdSchema }, closed);

export const RefreshQuery = Type.Object(
  {
    refresh: Type.Optional(
      Type.Literal('wait', { description: 'Answers only when searches see what was written.' }),
    ),
  },
  closed,
);
