import type { Choice } from '@attune/evaluate';
import { chooseBm25, type LexicalIndex, rankedRowsOf } from '@attune/search';
import { rankingsOf } from './answers.js';
import type { Catalogue } from './catalogue.js';
import { type JudgedSet, meanOn, measureOf } from './judged.js';

export interface BestBm25 {
  index: LexicalIndex;
  /** The fields that its texts are made of. */
  fields: string[];
  choice: Choice;
}

/**
 * The BM25 to compare with: the best that the choosing queries find over analysers, k1, b, and over which fields count
 * (all of them, or the first alone). A model that beats a weaker one has beaten nobody.
 */
export function bestBm25(catalogue: Catalogue, choosing: JudgedSet): BestBm25 {
  const filled = catalogue.filledFields();
  const fieldSets = filled.length > 1 ? [filled, filled.slice(0, 1)] : [filled];
  const queries = choosing.queries.map(({ text, filter }) => ({ text, allowed: catalogue.allowed(filter) }));
  let best: (BestBm25 & { score: number }) | undefined;
  const tried: Choice['tried'] = [];
  for (const fields of fieldSets) {
    const found = chooseBm25({
      texts: catalogue.texts(fields),
      queries,
      k: measureOf(choosing).depth,
      judge: (hits) => {
        const answers = choosing.queries.map((_, i) => rankedRowsOf(hits, i));
        return meanOn(choosing, rankingsOf(answers, choosing, catalogue));
      },
    });
    const nameOf = ({ analyser, k1, b }: { analyser: string; k1: number; b: number }) =>
      `${analyser}, k1 ${k1}, b ${b}${fieldSets.length > 1 ? `, ${fields.join(' + ')}` : ''}`;
    tried.push(...found.tries.map((attempt) => ({ name: nameOf(attempt), value: attempt.score })));
    if (best === undefined || found.best.score > best.score) {
      const choice: Choice = {
        what: 'BM25',
        chosen: nameOf(found.best),
        metric: 'ndcg@10',
        on: choosing.name,
        queryCount: choosing.queries.length,
        tried,
      };
      best = { index: found.index, fields, choice, score: found.best.score };
    }
  }
  return best!;
}
