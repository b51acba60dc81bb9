import type { Filter, RangeOf, ScalarValue } from '@attune/schema';

/** The attributes that a filter asks for. */
export function fieldsOfFilter(filter: Filter): string[] {
  if ('and' in filter) return filter.and.flatMap(fieldsOfFilter);
  if ('or' in filter) return filter.or.flatMap(fieldsOfFilter);
  if ('not' in filter) return fieldsOfFilter(filter.not);
  return [filter.field];
}

/** Whether a value lies within bounds. Only values of their type do. */
export function rangeCondition({
  atLeast,
  above,
  atMost,
  below,
}: RangeOf<number> | RangeOf<string>): (value: ScalarValue) => boolean {
  const type = typeof (atLeast ?? above ?? atMost ?? below);
  return (value) =>
    typeof value === type &&
    (atLeast === undefined || value >= atLeast) &&
    (above === undefined || value > above) &&
    (atMost === undefined || value <= atMost) &&
    (below === undefined || value < below);
}
