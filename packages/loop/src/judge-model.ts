import { FlatIndex } from '@attune/search';
import { denseAnswers, rankingsOf } from './answers.js';
import type { Catalogue } from './catalogue.js';
import { type JudgedSet, meanOn, measureOf } from './judged.js';

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
  const index = new FlatIndex({ dim, metric: 'cosine' });
  index.add(documents);
  const answers = await denseAnswers(index, queries, set, catalogue, { depth: measureOf(set).depth, signal });
  return meanOn(set, rankingsOf(answers, set, catalogue));
}
