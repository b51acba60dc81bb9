import { byWordCount, evaluateRun } from '@attune/evaluate';
import {
  askedOf,
  type Catalogue,
  filterSlices,
  type JudgedSet,
  rankingsOf,
  type Searcher,
} from '@attune/tune';
import type { PairedScores } from './gate-rules.js';
import { idsOf, slicesBy } from './judge-newest.js';

/** NDCG looks no further. */
const depth = 10;

/** NDCG@10 of both searchers on the golden set. Queries without a relevant document are left out. */
export async function judgeGolden(
  golden: JudgedSet,
  catalogue: Catalogue,
  searchers: { candidate: Searcher; serving: Searcher },
  signal?: AbortSignal,
): Promise<PairedScores> {
  const { asked, limit } = askedOf(golden, depth);
  const valuesOf = async (searcher: Searcher) => {
    const answers = await searcher.search(asked, { limit, signal });
    const rankings = rankingsOf(answers, golden, catalogue, depth);
    return evaluateRun(golden.judgments, rankings, { metrics: ['ndcg@10'] });
  };
  const candidate = await valuesOf(searchers.candidate);
  const serving = await valuesOf(searchers.serving);
  const [all, others] = [candidate.values.get('ndcg@10')!, serving.values.get('ndcg@10')!];
  const defined = candidate.queryIds.flatMap((_, i) => (Number.isNaN(all[i]!) ? [] : [i]));
  const queryOf = new Map(golden.queries.map((query) => [query.id, query]));
  const queries = defined.map((i) => queryOf.get(candidate.queryIds[i]!)!);
  return {
    name: golden.name,
    candidate: Float64Array.from(defined, (i) => all[i]!),
    serving: Float64Array.from(defined, (i) => others[i]!),
    slices: slicesBy(queries, { words: byWordCount(), ...filterSlices(queries) }),
  };
}

/** Share of right answers by rank, from rank 1, as a searcher answers judged queries; a lower grade counts in part. */
export async function relevanceByRank(
  golden: JudgedSet,
  catalogue: Catalogue,
  searcher: Searcher,
  { depth = 20, signal }: { depth?: number; signal?: AbortSignal | undefined } = {},
): Promise<number[]> {
  const answers = await searcher.search(askedOf(golden, depth).asked, { limit: depth, signal });
  let highest = 0;
  for (const grades of golden.judgments.values()) {
    for (const grade of grades.values()) highest = Math.max(highest, grade);
  }
  const right = new Array<number>(depth).fill(0);
  golden.queries.forEach(({ id }, i) => {
    idsOf(answers[i]!, catalogue).forEach((document, rank) => {
      const grade = golden.judgments.get(id)?.get(document) ?? 0;
      right[rank]! += Math.max(0, grade) / highest / golden.queries.length;
    });
  });
  return highest > 0 ? right : [];
}
