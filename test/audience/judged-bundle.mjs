// How a bundle answers judged queries among all documents of a catalogue.
import { Encoder } from '@attune/encode';
import { evaluateRun } from '@attune/evaluate';
import { askedOf, embedCatalogue, rankingsOf, Searcher } from '@attune/tune';

/**
 * By vectors alone.
 *
 * @param {string} bundle
 * @param {import('@attune/tune').Catalogue} catalogue
 * @param {import('@attune/tune').JudgedSet} set
 * @param {'f32' | 'bf16' | 'int8'} [precision]  of a transformer's products
 * @returns {Promise<Float64Array>} NDCG@10 of every query of the set, NaN where it has none
 */
export async function ndcgOf(bundle, catalogue, set, precision) {
  const encoder = await Encoder.load(bundle, { precision });
  const vectors = await embedCatalogue(encoder, catalogue);
  const lexical = { analyser: 'english-split', k1: 0.9, b: 0.4, fields: ['title'], fusionWeight: 0 };
  const { asked, limit } = askedOf(set);
  const searcher = Searcher.over(catalogue, { encoder, vectors, lexical });
  const answers = await searcher.search(asked, { mode: 'vector', limit });
  return evaluateRun(set.judgments, rankingsOf(answers, set, catalogue), {
    metrics: ['ndcg@10'],
    relevantFrom: set.relevance?.relevantFrom,
  }).values.get('ndcg@10');
}
