import type { RunValues } from './metrics.js';
import { trecOrder } from './order.js';
import type { JudgedLegs, QueryChange, Ranking, TopDocument } from './types.js';

/** What is compared, and how much of it is listed. */
export interface ChangeOptions {
  /** The two legs that the verdict, the lists and the slices are about. */
  candidate: string;
  baseline: string;
  /** query id -> text; a query without one is shown by its id. */
  queries: ReadonlyMap<string, string>;
  /** How many of the most helped, and of the most harmed queries are listed; 10 unless set. */
  examples?: number | undefined;
  /** How many documents of each answer are listed; 5 unless set. */
  topDocuments?: number | undefined;
  documentTitle?: ((documentId: string) => string | undefined) | undefined;
}

/**
 * The queries that the candidate helped and harmed most, with what either leg shows. Of equal changes the query with
 * the smaller id comes first, so the lists are the same on every run.
 */
export function changedQueries(
  { judgments, legs }: JudgedLegs,
  runs: { candidate: RunValues; baseline: RunValues },
  { candidate, baseline, queries, examples = 10, topDocuments = 5, documentTitle }: ChangeOptions,
  metric: string,
): { helped: QueryChange[]; harmed: QueryChange[] } {
  const { queryIds } = runs.candidate;
  const candidateValues = runs.candidate.values.get(metric)!;
  const baselineValues = runs.baseline.values.get(metric)!;
  const difference = (row: number) => candidateValues[row]! - baselineValues[row]!;
  const rows = queryIds.map((_, row) => row);
  const helped = rows
    .filter((row) => difference(row) > 1e-9)
    .sort((a, b) => difference(b) - difference(a) || a - b);
  const harmed = rows
    .filter((row) => difference(row) < -1e-9)
    .sort((a, b) => difference(a) - difference(b) || a - b);

  const rankingsOf = (leg: string) =>
    new Map(legs.find(({ name }) => name === leg)!.rankings.map((ranking) => [ranking.queryId, ranking]));
  const candidateRankings = rankingsOf(candidate);
  const baselineRankings = rankingsOf(baseline);
  const top = (queryId: string, ranking: Ranking | undefined): TopDocument[] =>
    (ranking ? trecOrder(ranking) : []).slice(0, topDocuments).map((documentId) => {
      const title = documentTitle?.(documentId);
      const grade = judgments.get(queryId)?.get(documentId) ?? null;
      return { documentId, ...(title === undefined ? {} : { title }), grade };
    });
  const change = (row: number): QueryChange => {
    const queryId = queryIds[row]!;
    return {
      queryId,
      query: queries.get(queryId) ?? queryId,
      candidate: candidateValues[row]!,
      baseline: baselineValues[row]!,
      difference: difference(row),
      candidateTop: top(queryId, candidateRankings.get(queryId)),
      baselineTop: top(queryId, baselineRankings.get(queryId)),
    };
  };
  return { helped: helped.slice(0, examples).map(change), harmed: harmed.slice(0, examples).map(change) };
}
