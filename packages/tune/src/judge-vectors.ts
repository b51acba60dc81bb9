import type { Catalogue } from './catalogue.js';
import { indexOf } from './embed-catalogue.js';
import { type JudgedSet, meanOn, measureOf } from './judged.js';
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
  { documents, queries, dim }: JudgedVectors,
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
