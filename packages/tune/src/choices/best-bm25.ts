import type { Choice } from '@attune/evaluate';
import { analyserNames, type Bm25Parameters, LexicalIndex } from '@attune/indexes';
import type { LexicalSettings } from '@attune/search';
import type { Catalogue } from '../catalogue.js';
import { type JudgedSet, meanOn, measureOf } from '../judged.js';
import { askedOf, rankingsOf } from '../judged-rankings.js';
import { searchByWords } from '../searcher.js';

export interface BestBm25 {
  index: LexicalIndex;
  settings: Omit<LexicalSettings, 'fusionWeight'>;
  choice: Choice;
}

const parameters: readonly Bm25Parameters[] = [0.2, 0.4, 0.6, 0.9, 1.2, 1.6].flatMap((k1) =>
  [0.25, 0.5, 0.75, 0.9].map((b) => ({ k1, b })),
);

/**
 * The BM25 to compare with: the best that the choosing queries find over analysers, k1, b, and over which fields count
 * (all of them, or the first alone). A model that beats a weaker one has beaten nobody. Of equal tries the earlier one stays, so that
 * the plain analyser wins when stems bring nothing.
 */
export async function bestBm25(
  catalogue: Catalogue,
  choosing: JudgedSet,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<BestBm25> {
  const filled = catalogue.filledFields();
  const fieldSets = filled.length > 1 ? [filled, filled.slice(0, 1)] : [filled];
  const { depth } = measureOf(choosing);
  const { asked, limit } = askedOf(choosing, depth);
  const tried: Choice['tried'] = [];
  let best: { index: LexicalIndex; fields: string[]; name: string; score: number } | undefined;
  for (const fields of fieldSets) {
    const texts = catalogue.texts(fields);
    for (const analyser of analyserNames) {
      const built = LexicalIndex.build({ texts, analyser });
      for (const { k1, b } of parameters) {
        const index = built.weighted({ k1, b });
        const answers = await searchByWords(catalogue.view({ words: index }), asked, { limit, signal });
        const score = meanOn(choosing, rankingsOf(answers, choosing, catalogue, depth));
        const name = `${analyser}, k1 ${k1}, b ${b}${fieldSets.length > 1 ? `, ${fields.join(' + ')}` : ''}`;
        tried.push({ name, value: score });
        if (best === undefined || score > best.score) best = { index, fields, name, score };
      }
    }
  }
  const { index, fields, name } = best!;
  const { analyser, k1, b } = index;
  return {
    index,
    settings: { analyser, k1, b, fields },
    choice: {
      what: 'BM25',
      chosen: name,
      metric: 'ndcg@10',
      on: choosing.name,
      queryCount: choosing.queries.length,
      tried,
    },
  };
}
