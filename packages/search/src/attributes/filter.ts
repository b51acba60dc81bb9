import type { AttributeValue, Condition, Filter, ScalarValue } from '@attune/schema';

/** The attributes that a filter asks for. */
export function fieldsOfFilter(filter: Filter): string[] {
  if ('and' in filter) return filter.and.flatMap(fieldsOfFilter);
  if ('or' in filter) return filter.or.flatMap(fieldsOfFilter);
  if ('not' in filter) return fieldsOfFilter(filter.not);
  return [filter.field];
}

/** Whether a value meets a condition; of a list, one entry that does is enough. */
export function conditionOf(condition: Condition): (value: AttributeValue) => boolean {
  const meets = scalarCondition(condition);
  return (value) => (typeof value === 'object' ? value.some(meets) : meets(value));
}

function scalarCondition(condition: Condition): (value: ScalarValue) => boolean {
  if ('equals' in condition) return (value) => value === condition.equals;
  if ('in' in condition) {
    const wanted = new Set(condition.in);
    return (value) => wanted.has(value);
  }
  const { atLeast, above, atMost, below } = condition;
  const type = typeof (atLeast ?? above ?? atMost ?? below);
  return (value) =>
    typeof value === type &&
    (atLeast === undefined || value >= atLeast) &&
    (above === undefined || value > above) &&
    (atMost === undefined || value <= atMost) &&
    (below === undefined || value < below);
}
