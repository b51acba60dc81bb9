import { byFrequency, byWordCount, type QuerySlicer, type QueryText, sliceQueries } from '@attune/evaluate';
import type { Filter } from '@attune/schema';
import type { RankedRows } from '@attune/search';
import { type Catalogue, filterSlices, type Searcher } from '@attune/tune';
import { equalitiesOf, type ShownQuery } from '../feedback/learning-set.js';
import type { PairedScores } from './gate-rules.js';

export interface NewestJudgement {
  scores: PairedScores;
  /** Share of the candidate's and the serving release's first 10 that the log has shown: what the judgement can see of them. */
  shownAt10: { candidate: number; serving: number };
  /** Queries left out because fewer than two documents are in both pools, or nobody acted on one of them. */
  unjudged: number;
}

/** One query of two rankings. `gains` are debiased grades: the probability that a document is a right answer. */
export interface CondensedQuery {
  gains: ReadonlyMap<string, number>;
  /** Document ids, best first. */
  candidate: readonly string[];
  serving: readonly string[];
}

/**
 * Judges two rankings by what people did with what one of them had chosen to show, so that neither has an advantage from that.
 *
 * Both are condensed: they keep only documents that were shown and that both rankings hold among as many as were shown, and are judged
 * by the order of those. Documents that only one of them brings are judged in neither.
 *
 * The value of a query is its DCG@10 of debiased gains, divided by the mean ideal DCG@10 of all the queries. It is not divided by
 * its own ideal: with a handful of clicks that is made of the clicks themselves, and would take away the larger gain of a click far
 * down, which makes up for those that were not seen there.
 *
 * @see Sakai 2007, https://doi.org/10.1145/1277741.1277756, for condensed lists
 */
export function judgeCondensed(queries: readonly CondensedQuery[]): {
  /** Of the judged queries; `judged[i]` is the place of the i-th in `queries`. */
  judged: number[];
  candidate: Float64Array;
  serving: Float64Array;
} {
  const judged: number[] = [];
  const values: { candidate: number; serving: number; ideal: number }[] = [];
  queries.forEach(({ gains, candidate, serving }, place) => {
    const depth = gains.size;
    const reach = new Set(candidate.slice(0, depth));
    const both = new Set(serving.slice(0, depth).filter((id) => gains.has(id) && reach.has(id)));
    if (both.size < 2) return;
    const dcg = (ids: readonly string[]) =>
      dcgAt10(ids.filter((id) => both.has(id)).map((id) => gains.get(id)!));
    const ideal = dcgAt10([...both].map((id) => gains.get(id)!).sort((a, b) => b - a));
    if (ideal === 0) return;
    judged.push(place);
    values.push({ candidate: dcg(candidate), serving: dcg(serving), ideal });
  });
  const mean = values.reduce((sum, { ideal }) => sum + ideal, 0) / Math.max(1, values.length);
  return {
    judged,
    candidate: Float64Array.from(values, ({ candidate }) => candidate / mean),
    serving: Float64Array.from(values, ({ serving }) => serving / mean),
  };
}

export function dcgAt10(gains: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < Math.min(10, gains.length); ++i) sum += gains[i]! / Math.log2(i + 2);
  return sum;
}

/** Both searchers on the queries of the newest time slice. */
export async function judgeNewest(
  newest: readonly ShownQuery[],
  catalogue: Catalogue,
  searchers: { candidate: Searcher; serving: Searcher },
  signal?: AbortSignal,
): Promise<NewestJudgement> {
  const asked = newest.map(({ text, filter }) => ({
    text,
    filter: (filter ?? undefined) as Filter | undefined,
  }));
  const depth = Math.max(10, ...newest.map(({ gains }) => gains.size));
  const answers = async (searcher: Searcher) =>
    (await searcher.search(asked, { limit: depth, signal })).map((ranked) => idsOf(ranked, catalogue));
  const candidate = await answers(searchers.candidate);
  const serving = await answers(searchers.serving);
  const { judged, ...values } = judgeCondensed(
    newest.map((_, i) => ({ gains: newest[i]!.gains, candidate: candidate[i]!, serving: serving[i]! })),
  );
  const shown = (ids: readonly string[][]) =>
    judged.reduce((sum, i) => {
      const first = ids[i]!.slice(0, 10);
      return sum + first.filter((id) => newest[i]!.gains.has(id)).length / Math.max(1, first.length);
    }, 0) / Math.max(1, judged.length);
  return {
    scores: {
      name: 'condensed to what was shown',
      ...values,
      slices: slicesOf(judged.map((i) => newest[i]!)),
    },
    shownAt10: { candidate: shown(candidate), serving: shown(serving) },
    unjudged: newest.length - judged.length,
  };
}

export const idsOf = ({ rows }: RankedRows, catalogue: Catalogue): string[] =>
  Array.from(rows, (row) => catalogue.ids[row]!);

function slicesOf(shown: readonly ShownQuery[]): PairedScores['slices'] {
  const queries = shown.map(({ text, filter }, i) => ({ id: String(i), text, filter: equalitiesOf(filter) }));
  const frequency = new Map(shown.map(({ visits }, i) => [String(i), visits]));
  return slicesBy(queries, {
    words: byWordCount(),
    frequency: byFrequency(frequency),
    ...filterSlices(queries),
  });
}

/** Places of the queries in each slice. */
export function slicesBy(
  queries: readonly QueryText[],
  slicers: Readonly<Record<string, QuerySlicer>>,
): PairedScores['slices'] {
  return Object.entries(slicers).flatMap(([by, slicer]) =>
    [...sliceQueries(queries, slicer)].map(([name, places]) => ({ by, name, queries: places })),
  );
}
