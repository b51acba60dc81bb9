import { Type } from 'typebox';
import { closed, DocumentId, Name, nextCursor } from './primitives.js';

const fieldName = { type: 'string', minLength: 1, maxLength: 256 };
const Text = Type.String({ maxLength: 1024 * 1024 });
const AttributeValue = Type.Union([Type.String({ maxLength: 1024 * 1024 }), Type.Number(), Type.Boolean()]);

// A record whose every member is checked: a pattern of names would let a name with a line break past it.
const record = <T>(value: object, maxProperties: number, description: string) =>
  Type.Unsafe<Record<string, T>>(
    Type.Object({}, { additionalProperties: value, maxProperties, propertyNames: fieldName, description }),
  );

type Attribute = string | number | boolean;

const Fields = record<string>(Text, 64, 'Texts, by field. The model says which it reads.');
const Attributes = record<Attribute>(AttributeValue, 64, 'What filters and score modifiers ask for.');
const ChangedFields = record<string | null>(
  Type.Union([Text, Type.Null()]),
  64,
  'Texts to set; null takes a field away; what is not named stays.',
);
const ChangedAttributes = record<Attribute | null>(
  Type.Union([AttributeValue, Type.Null()]),
  64,
  'Values to set; null takes one away; what is not named stays.',
);

export const DocumentBody = Type.Object(
  { fields: Fields, attributes: Type.Optional(Attributes) },
  { ...closed, examples: [{ fields: { title: 'desk lamp' }, attributes: { price: 19.5 } }] },
);

export const DocumentPatch = Type.Object(
  { fields: Type.Optional(ChangedFields), attributes: Type.Optional(ChangedAttributes) },
  { ...closed, examples: [{ attributes: { price: 17 } }] },
);

/** A line of the bulk route, by its `op`. */
export const BulkLines = {
  upsert: Type.Object(
    {
      op: Type.Optional(Type.Literal('upsert')),
      id: DocumentId,
      fields: Fields,
      attributes: Type.Optional(Attributes),
    },
    closed,
  ),
  patch: Type.Object(
    {
      op: Type.Literal('patch'),
      id: DocumentId,
      fields: Type.Optional(ChangedFields),
      attributes: Type.Optional(ChangedAttributes),
    },
    closed,
  ),
  delete: Type.Object({ op: Type.Literal('delete'), id: DocumentId }, closed),
};

export const BulkLine = Type.Union([BulkLines.upsert, BulkLines.patch, BulkLines.delete], {
  description: 'One of these a line; without `op` it is an upsert.',
  examples: [{ id: '1', fields: { title: 'desk lamp' } }],
});

export const Document = Type.Object(
  {
    id: Type.String(),
    fields: Type.Unsafe<Record<string, string>>(Type.Object({}, { additionalProperties: Type.String() })),
    attributes: Type.Unsafe<Record<string, Attribute>>(
      Type.Object({}, { additionalProperties: AttributeValue }),
    ),
    sequence: Type.Integer({ description: 'Of its last write among all writes of the collection.' }),
  },
  { title: 'Document' },
);

export const DocumentPage = Type.Object({ data: Type.Array(Document), next_cursor: nextCursor });

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

export const DocumentParams = Type.Object({ collection: Name, id: DocumentId }, closed);

export const RefreshQuery = Type.Object(
  {
    refresh: Type.Optional(
      Type.Literal('wait', { description: 'Answers only when searches see what was written.' }),
    ),
  },
  closed,
);
