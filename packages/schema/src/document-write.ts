import { checkList } from '@attune/errors';
import { type AttributeValue, AttributeValueRef, AttributeValueSchema } from './attribute-value.js';
import { type Checked, checkOf } from './check.js';
import { FieldTextSchema, recordSchema } from './document.js';
import { limits } from './limits.js';
import { DocumentIdSchema } from './text.js';
import { Type } from './typebox.js';

/** Writes a document whole, whether it is there or not. A member that is null is absent. */
export interface DocumentUpsert {
  op?: 'upsert' | undefined;
  id: string;
  fields: Readonly<Record<string, string | null>>;
  attributes?: Readonly<Record<string, AttributeValue | null>> | undefined;
}

/** Sets the fields and attributes that are named, and takes away those that are null; what is not named stays. */
export interface DocumentPatch {
  op: 'patch';
  id: string;
  fields?: Readonly<Record<string, string | null>> | undefined;
  attributes?: Readonly<Record<string, AttributeValue | null>> | undefined;
}

export interface DocumentDelete {
  op: 'delete';
  id: string;
}

/** One change of a collection's documents; without `op` it is an upsert. */
export type DocumentWrite = DocumentUpsert | DocumentPatch | DocumentDelete;

const closed = { additionalProperties: false };

const fieldsOf = (description: string) =>
  recordSchema<string | null>(Type.Union([FieldTextSchema, Type.Null()]), {
    maxProperties: limits.document.fields,
    maxBytes: limits.document.fieldBytes,
    description,
  });

const attributesOf = (description: string) =>
  recordSchema<AttributeValue | null>(Type.Union([AttributeValueRef, Type.Null()]), {
    maxProperties: limits.document.attributes,
    maxBytes: limits.document.attributeBytes,
    description,
  });

export const DocumentUpsertSchema = Type.Object(
  {
    op: Type.Optional(Type.Literal('upsert')),
    id: DocumentIdSchema,
    fields: fieldsOf('Texts, by field. The model says which it reads. What is null is left out.'),
    attributes: Type.Optional(
      attributesOf('What filters and score modifiers ask for. What is null is left out.'),
    ),
  },
  { ...closed, title: 'DocumentUpsert' },
);

export const DocumentPatchSchema = Type.Object(
  {
    op: Type.Literal('patch'),
    id: DocumentIdSchema,
    fields: Type.Optional(fieldsOf('Texts to set; null takes a field away; what is not named stays.')),
    attributes: Type.Optional(attributesOf('Values to set; null takes one away; what is not named stays.')),
  },
  { ...closed, title: 'DocumentPatch' },
);

export const DocumentDeleteSchema = Type.Object(
  { op: Type.Literal('delete'), id: DocumentIdSchema },
  { ...closed, title: 'DocumentDelete' },
);

export const DocumentWriteSchema = Type.Union(
  [DocumentUpsertSchema, DocumentPatchSchema, DocumentDeleteSchema],
  {
    title: 'DocumentWrite',
    description: 'Without `op` it is an upsert.',
    examples: [{ id: '1', fields: { title: 'desk lamp' } }],
  },
);

/** @throws {SchemaError} INVALID_ARGUMENT naming the member that is wrong */
export const checkDocumentWrite = checkOf<DocumentWrite>(
  DocumentWriteSchema,
  'the write',
  { AttributeValue: AttributeValueSchema },
  { nullIsAbsent: true },
);

/** @throws {SchemaError} INVALID_ARGUMENT naming the first write that is wrong by its place, from 0 */
export function checkDocumentWrites(writes: readonly unknown[]): Checked<DocumentWrite>[] {
  checkList('documents', writes);
  return writes.map((write, place) => checkDocumentWrite(write, `document ${place}`));
}
