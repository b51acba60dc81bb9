import { byNovelty, byWordCount, type QuerySlicer } from '@attune/evaluate';
import { createAnalyser } from '@attune/indexes';
import type { JudgedQuery } from '@attune/schema';
import type { LexicalSettings } from '@attune/search';

/**
 * By what an evaluation slices its queries: how many words they have, how many of these were in the queries that were learned from, and what
 * they are filtered by.
 *
 * @param learnedFrom  texts of queries; of none, novelty is left out
 */
export function querySlices(
  queries: readonly JudgedQuery[],
  {
    learnedFrom,
    lexical,
  }: { learnedFrom: Iterable<string>; lexical: Pick<LexicalSettings, 'analyser' | 'cut'> },
): Record<string, QuerySlicer> {
  const { terms } = createAnalyser(lexical.analyser, lexical.cut);
  const seen = new Set<string>();
  for (const text of new Set(learnedFrom)) for (const term of terms(text)) seen.add(term);
  return {
    words: byWordCount(),
    ...(seen.size > 0 && { 'new words': byNovelty(seen, terms) }),
    ...filterSlices(queries),
  };
}

/** A slicer for each field that queries are filtered by: a slice for each of its values, such as a category or a language. */
export function filterSlices(
  queries: readonly Pick<JudgedQuery, 'id' | 'filter'>[],
): Record<string, QuerySlicer> {
  const valuesOf = new Map<string, Map<string, string>>();
  for (const { id, filter = {} } of queries) {
    for (const [field, value] of Object.entries(filter)) {
      if (!valuesOf.has(field)) valuesOf.set(field, new Map());
      valuesOf.get(field)!.set(id, String(value));
    }
  }
  const fields = [...valuesOf].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([field, values]) => [field, ({ id }) => values.get(id)]));
}
