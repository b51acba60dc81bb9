import type { Catalogue } from './catalogue.js';
import { indexOf } from './embed-catalogue.js';
import { type JudgedSet, meanOn, measureOf } from './judged.js';
import { askedOf, rankingsOf } from './judged-rankings.js';
import { searchByVectors } from './searcher.js';

/**
 * How good exact search with these vectors is (NDCG@10, or the set's own measure): what training and preparation are chosen by.
 *
 * @param documents  float32, [documents of the catalogue, dim], rows of unit length
 * @param queries    float32, [queries of the set, dim]
 */
export async function judgeVectors(
  { documents, queries, dim }: { documents: Float32Array; queries: Float32Array; dim: number },
  set: JudgedSet,
  catalogue: Catalogue,
  signal?: AbortSignal,
): Promise<number> {
  const view = catalogue.view({ vectors: indexOf(documents, { dim }) });
  const { depth } = measureOf(set);
  const { asked, limit } = askedOf(set, depth);
  const answers = await searchByVectors(view, asked, { limit, vectors: queries, signal });
  return meanOn(set, rankingsOf(answers, set, catalogue, depth));
}
