import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hits } from '@attune/indexes';
import { sharedDir } from '../../shared-data.js';

/** A product set with its judged dev queries, and the two figures that notes compare by. */
export interface JudgedProducts {
  texts: string[];
  queries: string[];
  /**
   * Of hits with k >= 100: NDCG@10 with linear gain over the queries that have any gain, and Recall@100 over those that have
   * a relevant product, of half the highest grade or more.
   */
  figures(hits: Hits): { ndcg10: number; recall100: number };
}

export function readJudgedProducts(name: string): JudgedProducts {
  const read = (file: string) =>
    readFileSync(join(sharedDir, 'data', 'products', name, file), 'utf8')
      .trimEnd()
      .split('\n');
  const corpus = read('corpus.jsonl').map((line) => JSON.parse(line) as Record<string, string>);
  const rowOf = new Map(corpus.map(({ product_id: id }, row) => [id!, row]));
  const texts = corpus.map(
    ({ title, class: category, description }) => `${title} ${category} ${description}`,
  );

  const grades = new Map<string, Map<number, number>>();
  let highest = 0;
  for (const line of read('dev.qrels')) {
    const [query, , id, grade] = line.split(/\s+/) as [string, string, string, string];
    if (!grades.has(query)) grades.set(query, new Map());
    grades.get(query)!.set(rowOf.get(id)!, Number(grade));
    highest = Math.max(highest, Number(grade));
  }
  const judged = read('queries.jsonl')
    .map((line) => JSON.parse(line) as { query_id: string; query: string })
    .filter(({ query_id: id }) => grades.has(id));

  const figures = ({ rows, k }: Hits) => {
    let ndcg = 0;
    let recall = 0;
    let withGain = 0;
    let withRelevant = 0;
    for (const [query, { query_id: id }] of judged.entries()) {
      const gradeOf = grades.get(id)!;
      const ideal = [...gradeOf.values()].sort((a, b) => b - a).slice(0, 10);
      const gain = (grade: number, rank: number) => grade / Math.log2(rank + 2);
      const best = ideal.reduce((sum, grade, rank) => sum + gain(grade, rank), 0);
      const answer = rows.subarray(query * k, query * k + 100);
      let got = 0;
      for (let rank = 0; rank < 10; ++rank) got += gain(gradeOf.get(answer[rank]!) ?? 0, rank);
      if (best > 0) {
        ndcg += got / best;
        ++withGain;
      }
      const relevant = [...gradeOf].filter(([, grade]) => grade >= highest / 2).map(([row]) => row);
      if (relevant.length === 0) continue;
      recall += relevant.filter((row) => answer.includes(row)).length / relevant.length;
      ++withRelevant;
    }
    return { ndcg10: ndcg / withGain, recall100: recall / withRelevant };
  };
  return { texts, queries: judged.map(({ query }) => query), figures };
}
