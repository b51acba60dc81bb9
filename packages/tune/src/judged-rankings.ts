import type { Ranking } from '@attune/evaluate';
import type { Filter, JudgedQuery } from '@attune/schema';
import type { RankedRows } from '@attune/search';
import type { Catalogue } from './catalogue.js';
import type { JudgedSet } from './judged.js';
import type { AskedQuery } from './searcher.js';

/** Documents of an answer that are judged: Recall@100 looks no further. */
export const judgedDepth = 100;

/** The queries of a judged set as they are asked, with as many answers as leave `depth` of them when the ignored ones are taken out. */
export function askedOf(
  { queries, ignore }: JudgedSet,
  depth: number = judgedDepth,
): { asked: AskedQuery[]; limit: number[] } {
  const filters = new Map<string, Filter | undefined>();
  const asked = queries.map(({ text, filter }): AskedQuery => {
    const key = JSON.stringify(filter);
    if (!filters.has(key)) filters.set(key, filterOf(filter));
    return { text, filter: filters.get(key) };
  });
  return { asked, limit: queries.map(({ id }) => depth + (ignore?.get(id)?.size ?? 0)) };
}

/** Attribute values that an answer must have, as a filter; undefined where that is no condition. */
export function filterOf(values: JudgedQuery['filter'] = {}): Filter | undefined {
  const conditions = Object.entries(values).map(([field, equals]) => ({ field, equals }));
  return conditions.length === 0 ? undefined : { and: conditions };
}

/**
 * Answers as evaluation takes them: ids instead of rows, without the documents that a query ignores, no more than `depth`. Documents are
 * judged in the order in which they are served, of equal scores too: their scores are places here, because an evaluation would order
 * equal ones by id.
 */
export function rankingsOf(
  answers: readonly RankedRows[],
  { queries, ignore }: JudgedSet,
  catalogue: Catalogue,
  depth: number = judgedDepth,
): Ranking[] {
  return queries.map(({ id }, i) => {
    const ignored = ignore?.get(id);
    const documentIds = Array.from(answers[i]!.rows, (row) => catalogue.ids[row]!)
      .filter((documentId) => !ignored?.has(documentId))
      .slice(0, depth);
    return { queryId: id, documentIds, scores: Float32Array.from(documentIds, (_, rank) => -rank) };
  });
}
