import { compiledGuard } from './check.js';
import { limits } from './limits.js';
import { textSchema } from './text.js';
import { Type } from './typebox.js';

/** One value, as a condition of a filter names it. */
export type ScalarValue = string | number | boolean;

/**
 * What documents are filtered and ranked by. A list stands for each of its entries, of which it has at most 256: a condition on it
 * is met when any entry meets it. Numbers are finite. A document without the attribute has no value; null is never one.
 */
export type AttributeValue = ScalarValue | string[];

const Text = textSchema({ maxLength: limits.document.attributeBytes });

export const AttributeValueSchema = Type.Union(
  [Text, Type.Number(), Type.Boolean(), Type.Array(Text, { maxItems: limits.document.listEntries })],
  { title: 'AttributeValue', description: 'A list stands for each of its texts.' },
);

/** `AttributeValueSchema` by its name. */
export const AttributeValueRef = Type.Unsafe<AttributeValue>(Type.Ref('AttributeValue'));

/** Whether a value may be an attribute, its size beside the other attributes left aside. */
export const isAttributeValue = compiledGuard<AttributeValue>(AttributeValueSchema);
