import { type AttributeValue, AttributeValueRef, AttributeValueSchema } from './attribute-value.js';
import { checkOf } from './check.js';
import { limits } from './limits.js';
import { DocumentIdSchema, FieldNameSchema, textSchema } from './text.js';
import { type TSchema, type TUnsafe, Type } from './typebox.js';

/** What is searched. */
export interface Document {
  /** The caller's own. */
  id: string;
  /** Texts by name, in the order in which they make up the document's text. */
  fields: Record<string, string>;
  /** What is filtered and ranked by. */
  attributes: Record<string, AttributeValue>;
}

export const FieldTextSchema = textSchema({ maxLength: limits.document.fieldBytes });

interface RecordOptions {
  maxProperties: number;
  /** UTF-8, of all its texts together. */
  maxBytes: number;
  description: string;
}

/**
 * Values by name. Every member is checked: Type.Record would check those whose name its pattern matches, and a name with a line
 * break is not among them.
 */
export function recordSchema<Value>(
  value: TSchema,
  { maxProperties, maxBytes, description }: RecordOptions,
): TUnsafe<Record<string, Value>> {
  const members = { additionalProperties: value, maxProperties, propertyNames: FieldNameSchema, description };
  return Type.Refine(
    Type.Unsafe<Record<string, Value>>(Type.Object({}, members)),
    (record: Record<string, unknown>) => textBytesFit(record, maxBytes),
    () => `to hold at most ${maxBytes.toLocaleString('en')} bytes of text in all, but it holds more`,
  );
}

/** Bytes are counted, which is slow, only where the code units leave a doubt: each takes 3 bytes at most. */
function textBytesFit(record: Record<string, unknown>, maxBytes: number): boolean {
  return (
    3 * sizeOf(record, ({ length }) => length) <= maxBytes || sizeOf(record, Buffer.byteLength) <= maxBytes
  );
}

function sizeOf(record: Record<string, unknown>, size: (text: string) => number): number {
  let sum = 0;
  for (const name in record) {
    const value = record[name];
    if (typeof value === 'string') sum += size(value);
    else if (Array.isArray(value)) for (const text of value as string[]) sum += size(text);
  }
  return sum;
}

export const DocumentSchema = Type.Object(
  {
    id: DocumentIdSchema,
    fields: recordSchema<string>(FieldTextSchema, {
      maxProperties: limits.document.fields,
      maxBytes: limits.document.fieldBytes,
      description: 'Texts, by field.',
    }),
    attributes: recordSchema<AttributeValue>(AttributeValueRef, {
      maxProperties: limits.document.attributes,
      maxBytes: limits.document.attributeBytes,
      description: 'What filters and score modifiers ask for.',
    }),
  },
  { title: 'Document' },
);

/** @throws {SchemaError} INVALID_ARGUMENT naming the member that is wrong; what a document holds beside them is not looked at */
export const checkDocument = checkOf<Document>(DocumentSchema, 'the document', {
  AttributeValue: AttributeValueSchema,
});
