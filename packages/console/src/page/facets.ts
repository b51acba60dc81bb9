import type { AttributeValue, Filter } from '@attune/client';
import type { Contents } from './fields.js';

/** An attribute that answers can be filtered by, as the documents that were seen have it. */
export type Facet =
  | { kind: 'values'; name: string; values: { value: string | boolean; count: number }[] }
  | { kind: 'range'; name: string; least: number; most: number };

/** What was chosen of a facet. Of a range, either end may be open. */
export type Choice =
  | { values: (string | boolean)[] }
  | { atLeast?: number | undefined; atMost?: number | undefined };

/** More values than these are no choice but a list to search through. */
const mostValues = 12;
const longestValue = 60;

/** The attributes with few values that come back, the most frequent first, and those with numbers that differ. */
export function facetsOf(documents: readonly Contents[]): Facet[] {
  const byName = new Map<string, AttributeValue[]>();
  for (const { attributes } of documents) {
    for (const [name, value] of Object.entries(attributes))
      byName.set(name, [...(byName.get(name) ?? []), value]);
  }
  return [...byName]
    .map(([name, values]) => rangeOf(name, values) ?? valuesOf(name, values))
    .filter((facet) => facet !== undefined);
}

function rangeOf(name: string, values: readonly AttributeValue[]): Facet | undefined {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length * 2 <= values.length) return undefined;
  const least = numbers.reduce((a, b) => Math.min(a, b));
  const most = numbers.reduce((a, b) => Math.max(a, b));
  return least < most ? { kind: 'range', name, least, most } : undefined;
}

function valuesOf(name: string, values: readonly AttributeValue[]): Facet | undefined {
  const counts = new Map<string | boolean, number>();
  for (const value of values.flat()) {
    if (typeof value === 'number') continue;
    if (typeof value === 'string' && value.length > longestValue) return undefined;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const comesBack = [...counts.values()].some((count) => count > 1);
  if (counts.size < 2 || counts.size > mostValues || !comesBack) return undefined;
  const listed = [...counts].map(([value, count]) => ({ value, count }));
  return {
    kind: 'values',
    name,
    values: listed.sort((a, b) => b.count - a.count || String(a.value).localeCompare(String(b.value))),
  };
}

/** The filter that the choices make together; undefined when nothing is chosen. */
export function filterOf(choices: ReadonlyMap<string, Choice>): Filter | undefined {
  const conditions = [...choices].flatMap(([field, choice]): Filter[] => {
    if ('values' in choice) {
      const [only] = choice.values;
      if (only === undefined) return [];
      return [choice.values.length === 1 ? { field, equals: only } : { field, in: choice.values }];
    }
    const bounds = Object.entries(choice).filter(([, bound]) => bound !== undefined);
    return bounds.length === 0 ? [] : [{ field, ...Object.fromEntries(bounds) } as Filter];
  });
  return conditions.length > 1 ? { and: conditions } : conditions[0];
}
