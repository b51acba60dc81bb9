import type { ScalarValue } from './attribute-value.js';
import { type Checked, checkOf } from './check.js';
import { limits } from './limits.js';
import { SchemaError } from './schema-error.js';
import { FieldNameSchema, textSchema } from './text.js';
import { type TSchema, Type } from './typebox.js';

/**
 * Which documents may answer. A document without the attribute meets no condition on it, so `not` lets it through. Of a list, one
 * entry that meets the condition is enough. Without a part, `and` lets every document through, `or` and `in` none.
 *
 * @example
 * const filter: Filter = { and: [{ field: 'set', equals: 'emoji' }, { field: 'price', atMost: 20 }] };
 */
export type Filter = Condition | { and: readonly Filter[] } | { or: readonly Filter[] } | { not: Filter };

/** A filter that asks for the values of one attribute. */
export type Condition =
  | { field: string; equals: ScalarValue }
  | { field: string; in: readonly ScalarValue[] }
  | RangeOf<number>
  | RangeOf<string>;

/** At least one bound. Texts are compared by code unit, which puts ISO dates in their order. */
export interface RangeOf<Bound> {
  field: string;
  atLeast?: Bound | undefined;
  above?: Bound | undefined;
  atMost?: Bound | undefined;
  below?: Bound | undefined;
}

const closed = { additionalProperties: false };
const Text = textSchema({ maxLength: limits.filter.valueCharacters });
const Value = Type.Union([Text, Type.Number(), Type.Boolean()]);
const Part = Type.Unsafe<Filter>(Type.Ref('Filter'));
const Parts = Type.Array(Part, { maxItems: limits.filter.conditions });

const rangeOf = <Bound extends TSchema>(bound: Bound) =>
  Type.Object(
    {
      field: FieldNameSchema,
      atLeast: Type.Optional(bound),
      above: Type.Optional(bound),
      atMost: Type.Optional(bound),
      below: Type.Optional(bound),
    },
    { ...closed, minProperties: 2 },
  );

const { depth: maxDepth, conditions: maxConditions } = limits.filter;
const sizes = `${maxDepth} levels and ${maxConditions.toLocaleString('en')} conditions`;

/** A tree, never a text: what a client puts into it cannot become another condition. */
export const FilterSchema = Type.Union(
  [
    Type.Object({ field: FieldNameSchema, equals: Value }, closed),
    Type.Object({ field: FieldNameSchema, in: Type.Array(Value, { maxItems: maxConditions }) }, closed),
    rangeOf(Type.Number()),
    rangeOf(Text),
    Type.Object({ and: Parts }, closed),
    Type.Object({ or: Parts }, closed),
    Type.Object({ not: Part }, closed),
  ],
  {
    title: 'Filter',
    description: `Which documents may answer: at most ${sizes}, where each value of \`in\` counts as a condition.`,
  },
);

/** Conditions of a filter; a list of `in` is one, whatever its length, because its values are looked up. */
export function conditionsOf(filter: Filter): number {
  if ('not' in filter) return conditionsOf(filter.not);
  const parts = 'and' in filter ? filter.and : 'or' in filter ? filter.or : undefined;
  return parts === undefined ? 1 : parts.reduce((sum, part) => sum + conditionsOf(part), 0);
}

const tooLarge = `to have at most ${sizes}, but it has more`;

/** `FilterSchema` by its name, where a whole filter stands: it bounds the size too. */
export const FilterRef = Type.Refine(Type.Unsafe<Filter>(Type.Ref('Filter')), hasAllowedSize, () => tooLarge);

const checkShape = checkOf<Filter>(FilterSchema, 'the filter', { Filter: FilterSchema });

/** @throws {SchemaError} INVALID_ARGUMENT naming the place in the filter, or its size */
export function checkFilter(value: unknown, what = 'the filter'): Checked<Filter> {
  // Before its shape, which is looked at recursively and without a bound.
  if (!hasAllowedSize(value)) throw new SchemaError([{ pointer: '', expectation: tooLarge }], what);
  return checkShape(value, what);
}

/** Looks no further than the limits, so anything may be given. */
function hasAllowedSize(filter: unknown): boolean {
  let conditions = 0;
  const fits = (each: unknown, depth: number): boolean => {
    if (depth > maxDepth) return false;
    const { and, or, not, in: values } = (each ?? {}) as Record<string, unknown>;
    const parts = [and, or, not === undefined ? [] : [not]].filter(Array.isArray).flat();
    if (parts.length > 0) return parts.every((part) => fits(part, depth + 1));
    conditions += Array.isArray(values) ? Math.max(1, values.length) : 1;
    return conditions <= maxConditions;
  };
  return fits(filter, 1);
}
