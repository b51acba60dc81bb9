import { AttuneError } from '@attune/errors';
import { type Static, Type } from 'typebox';

const Value = Type.Union([Type.String({ maxLength: 8192 }), Type.Number(), Type.Boolean()]);
const Bound = Type.Optional(Type.Union([Type.Number(), Type.String({ maxLength: 8192 })]));
const Field = Type.String({ minLength: 1, maxLength: 256 });
const closed = { additionalProperties: false };

export const maxFilterDepth = 16;
export const maxFilterTerms = 1024;

/** A tree, never a text: what a client puts into it cannot become another condition. */
export const Filter = Type.Union(
  [
    Type.Object({ field: Field, equals: Value }, closed),
    Type.Object({ field: Field, in: Type.Array(Value, { maxItems: maxFilterTerms }) }, closed),
    Type.Object({ field: Field, atLeast: Bound, above: Bound, atMost: Bound, below: Bound }, closed),
    Type.Object({ and: Type.Array(Type.Ref('Filter'), { maxItems: maxFilterTerms }) }, closed),
    Type.Object({ or: Type.Array(Type.Ref('Filter'), { maxItems: maxFilterTerms }) }, closed),
    Type.Object({ not: Type.Ref('Filter') }, closed),
  ],
  {
    title: 'Filter',
    description: `Which documents may answer. At most ${maxFilterDepth} levels deep and ${maxFilterTerms} values in all.`,
  },
);

export const FilterRef = Type.Ref('Filter');

/** A filter that has passed the schema. */
export type FilterTree =
  | Exclude<Static<typeof Filter>, { and: unknown } | { or: unknown } | { not: unknown }>
  | { and: FilterTree[] }
  | { or: FilterTree[] }
  | { not: FilterTree };

/**
 * Says of a filter that has passed the schema that it is also small enough to be evaluated.
 *
 * @throws {AttuneError} INVALID_ARGUMENT beyond 16 levels or 1,024 values
 */
export function checkFilterSize(filter: FilterTree): void {
  const terms = countTerms(filter, 1);
  if (terms > maxFilterTerms) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected a filter of at most ${maxFilterTerms} values, but it has ${terms}. Can several be joined in one attribute?`,
    );
  }
}

function countTerms(filter: FilterTree, depth: number): number {
  if (depth > maxFilterDepth) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected a filter of at most ${maxFilterDepth} levels, but it is deeper.`,
    );
  }
  if ('and' in filter) return filter.and.reduce((sum, part) => sum + countTerms(part, depth + 1), 1);
  if ('or' in filter) return filter.or.reduce((sum, part) => sum + countTerms(part, depth + 1), 1);
  if ('not' in filter) return countTerms(filter.not, depth + 1);
  return 'in' in filter ? filter.in.length : 1;
}
