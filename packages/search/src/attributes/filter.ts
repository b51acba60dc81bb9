import { AttuneError } from '@attune/errors';

/** What documents are filtered and ranked by. A list stands for each of its entries. */
export type AttributeValue = string | number | boolean | readonly string[];

/** One value, as a condition names it. */
type Scalar = string | number | boolean;

/**
 * Which documents may answer. A document without the field matches no condition on it, so `not` lets it through. Of a list, one entry
 * that matches is enough.
 *
 * @example
 * const filter: Filter = { and: [{ field: 'set', equals: 'emoji' }, { field: 'price', atMost: 20 }] };
 */
export type Filter =
  | { field: string; equals: Scalar }
  | { field: string; in: readonly Scalar[] }
  | ({ field: string } & Range)
  | { and: readonly Filter[] }
  | { or: readonly Filter[] }
  | { not: Filter };

/** A filter that asks for the values of one field. */
export type Condition = Exclude<Filter, { and: unknown } | { or: unknown } | { not: unknown }>;

/** At least one bound, all of the same type; strings compare by code unit, as ISO dates should. */
interface Range {
  atLeast?: number | string | undefined;
  above?: number | string | undefined;
  atMost?: number | string | undefined;
  below?: number | string | undefined;
}

const maxDepth = 16;
const maxConditions = 1024;

/**
 * The fields that a filter asks for, whose shape is checked on the way.
 *
 * @throws {AttuneError} INVALID_ARGUMENT for what is no filter, or is larger than a filter may be
 */
export function fieldsOfFilter(filter: Filter): string[] {
  const fields: string[] = [];
  const visit = (each: Filter, depth: number): void => {
    if (typeof each !== 'object' || each === null || depth > maxDepth || fields.length > maxConditions)
      throw wrongFilter(each);
    if ('and' in each || 'or' in each) {
      const list = 'and' in each ? each.and : each.or;
      if (!Array.isArray(list)) throw wrongFilter(each);
      for (const one of list as Filter[]) visit(one, depth + 1);
    } else if ('not' in each) {
      visit(each.not, depth + 1);
    } else {
      if (typeof each.field !== 'string' || ('in' in each && !Array.isArray(each.in)))
        throw wrongFilter(each);
      conditionOf(each);
      fields.push(each.field);
    }
  };
  visit(filter, 1);
  return fields;
}

/**
 * Whether a value meets a condition.
 *
 * @throws {AttuneError} INVALID_ARGUMENT for bounds of several types, or none
 */
export function conditionOf(condition: Condition): (value: AttributeValue) => boolean {
  const meets = scalarCondition(condition);
  return (value) => (typeof value === 'object' ? value.some(meets) : meets(value));
}

function scalarCondition(condition: Condition): (value: Scalar) => boolean {
  if ('equals' in condition) return (value) => value === condition.equals;
  if ('in' in condition) {
    const wanted = new Set(condition.in);
    return (value) => wanted.has(value);
  }
  const { atLeast, above, atMost, below } = condition;
  const types = new Set(
    [atLeast, above, atMost, below].filter((bound) => bound !== undefined).map((bound) => typeof bound),
  );
  const type = [...types][0];
  if (types.size !== 1 || (type !== 'number' && type !== 'string')) throw wrongFilter(condition);
  return (value) =>
    typeof value === type &&
    (atLeast === undefined || value >= atLeast) &&
    (above === undefined || value > above) &&
    (atMost === undefined || value <= atMost) &&
    (below === undefined || value < below);
}

function wrongFilter(filter: unknown): AttuneError {
  return new AttuneError(
    'INVALID_ARGUMENT',
    'Expected a filter to be { field, equals }, { field, in }, { field, atLeast / above / atMost / below } with bounds of one ' +
      `type, { and }, { or } or { not }, of at most ${maxConditions} conditions, nested at most ${maxDepth} deep, but received ` +
      `${JSON.stringify(filter)?.slice(0, 200)}.`,
  );
}
