import {
  type Document,
  DocumentIdSchema,
  DocumentPatchSchema,
  DocumentUpsertSchema,
  type DocumentWrite,
} from '@attune/schema';
import { Type } from '@attune/schema/typebox';
import { closed, Name, pageOf } from './primitives.js';

// A write whose `op` and `id` are the request's method and path.
const upsert = DocumentUpsertSchema.properties;
const patch = DocumentPatchSchema.properties;

export const DocumentBody = Type.Object(
  { fields: upsert.fields, attributes: upsert.attributes },
  {
    ...closed,
    title: 'DocumentBody',
    examples: [{ fields: { title: 'desk lamp' }, attributes: { price: 19.5 } }],
  },
);

export const DocumentPatchBody = Type.Object(
  { fields: patch.fields, attributes: patch.attributes },
  { ...closed, title: 'DocumentPatchBody', examples: [{ attributes: { price: 17 } }] },
);

/** A line of the bulk route. */
export const BulkLine = Type.Unsafe<DocumentWrite>(Type.Ref('DocumentWrite'));

/** The same as one JSON value. */
export const BulkList = Type.Union([BulkLine, Type.Array(BulkLine)], {
  title: 'BulkList',
  description: 'A list of writes, or a single one.',
});

/** A table: its columns become the id, fields and attributes by their names and contents, as in a dataset. */
export const Table = Type.String({ title: 'Table', examples: ['id,title,price\n1,Oak desk lamp,30\n'] });

export const StoredDocument = Type.Intersect(
  [
    Type.Unsafe<Document>(Type.Ref('Document')),
    Type.Object({
      sequence: Type.Integer({ description: 'Of its last write among all writes of the collection.' }),
    }),
  ],
  { title: 'StoredDocument' },
);

export const DocumentPage = pageOf('DocumentPage', StoredDocument);

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

const line = Type.Integer({ description: 'Of the body, from 1; of a JSON list, the place in it.' });

export const BulkResult = Type.Union(
  [
    Type.Object({ line, ...WriteResult.properties }, { title: 'BulkWritten' }),
    Type.Object(
      {
        line: Type.Optional(line),
        count: Type.Optional(
          Type.Integer({
            description:
              'Lines that this error stands for, of which `line` is the first. Rows of a table that are no documents have no line.',
          }),
        ),
        error: Type.Object({ code: Type.String(), detail: Type.String() }),
      },
      { title: 'BulkError' },
    ),
  ],
  { title: 'BulkResult' },
);

export const DocumentParams = Type.Object({ collection: Name, id: DocumentIdSchema }, closed);

export const RefreshQuery = Type.Object(
  {
    refresh: Type.Optional(
      Type.Literal('wait', { description: 'Answers only when searches see what was written.' }),
    ),
  },
  closed,
);
