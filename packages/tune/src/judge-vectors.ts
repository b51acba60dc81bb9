import { meanOfDefined } from '@attune/evaluate';
import type { Catalogue } from './catalogue.js';
import { indexOf } from './embed-catalogue.js';
import { type JudgedSet, measureOf } from './judged.js';
import { askedOf, rankingsOf } from './judged-rankings.js';
import { searchByVectors } from './searcher.js';

/** What a model gives for a catalogue and for the queries of a judged set. */
export interface JudgedVectors {
  /** float32, [documents of the catalogue, dim], rows of unit length */
  documents: Float32Array;
  /** float32, [queries of the set, dim] */
  queries: Float32Array;
  dim: number;
}

/** How good exact search with these vectors is (NDCG@10, or the set's own measure): what training and preparation are chosen by. */
export async function judgeVectors(
  vectors: JudgedVectors,
  set: JudgedSet,
  catalogue: Catalogue,
  signal?: AbortSignal,
): Promise<number> {
  return meanOfDefined(await judgeQueries(vectors, set, catalogue, signal)).mean;
}

/** The same of every query of the set; NaN where it has no value. */
export async function judgeQueries(
  { documents, queries, dim }: JudgedVectors,
  set: JudgedSet,
  catalogue: Catalogue,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const view = catalogue.view({ vectors: indexOf(documents, { dim }) });
  const { depth, values } = measureOf(set);
  const { asked, limit } = askedOf(set, depth);
  const answers = await searchByVectors(view, asked, { limit, vectors: queries, signal });
  return values(rankingsOf(answers, set, catalogue, depth));
}
