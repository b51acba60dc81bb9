import { byWordCount, evaluateRun, sliceQueries } from '@attune/evaluate';
import type { Filter } from '@attune/search';
import type { Catalogue } from '../catalogue.js';
import type { JudgedSet } from '../judged.js';
import type { PairedScores } from './gate-rules.js';
import { idsOf, slicesBy, slicesByFilter } from './judge-newest.js';
import { type Release, releaseAnswers } from './release-answers.js';

/** NDCG@10 of both releases on the golden set. Queries without a relevant document are left out. */
export async function judgeGolden(
  golden: JudgedSet,
  catalogue: Catalogue,
  releases: { candidate: Release; serving: Release },
  signal?: AbortSignal,
): Promise<PairedScores> {
  const asked = golden.queries.map(({ text, filter }) => ({ text, filter: filterOf(filter) }));
  const ignored = Math.max(0, ...golden.queries.map(({ ignore }) => ignore.size));
  const valuesOf = async (release: Release) => {
    const answers = await releaseAnswers(release, catalogue, asked, { depth: 10 + ignored, signal });
    const rankings = golden.queries.map(({ id, ignore }, i) => {
      const documentIds = idsOf(answers[i]!, catalogue).filter((document) => !ignore.has(document));
      return { queryId: id, documentIds, scores: documentIds.map((_, rank) => -rank) };
    });
    return evaluateRun(golden.judgments, rankings, { metrics: ['ndcg@10'] });
  };
  const candidate = await valuesOf(releases.candidate);
  const serving = await valuesOf(releases.serving);
  const [all, others] = [candidate.values.get('ndcg@10')!, serving.values.get('ndcg@10')!];
  const defined = candidate.queryIds.flatMap((_, i) => (Number.isNaN(all[i]!) ? [] : [i]));
  const queryOf = new Map(golden.queries.map((query) => [query.id, query]));
  const queries = defined.map((i) => queryOf.get(candidate.queryIds[i]!)!);
  return {
    name: golden.name,
    candidate: Float64Array.from(defined, (i) => all[i]!),
    serving: Float64Array.from(defined, (i) => others[i]!),
    slices: [
      ...slicesBy('words', sliceQueries(queries, byWordCount())),
      ...slicesByFilter(queries.map(({ filter }) => filter)),
    ],
  };
}

/** Share of right answers by rank, from rank 1, as a release answers judged queries; a lower grade counts in part. */
export async function relevanceByRank(
  golden: JudgedSet,
  catalogue: Catalogue,
  release: Release,
  { depth = 20, signal }: { depth?: number; signal?: AbortSignal | undefined } = {},
): Promise<number[]> {
  const asked = golden.queries.map(({ text, filter }) => ({ text, filter: filterOf(filter) }));
  const answers = await releaseAnswers(release, catalogue, asked, { depth, signal });
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

function filterOf(values: Readonly<Record<string, string | number | boolean>>): Filter | undefined {
  const conditions = Object.entries(values).map(([field, equals]) => ({ field, equals }));
  return conditions.length === 0 ? undefined : { and: conditions };
}
