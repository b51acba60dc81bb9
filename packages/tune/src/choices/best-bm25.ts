import type { Choice } from '@attune/evaluate';
import {
  type AnalyserName,
  analysersFor,
  availableCuts,
  type Bm25Parameters,
  type CutName,
  defaultCut,
  LexicalIndex,
} from '@attune/indexes';
import type { LexicalSettings } from '@attune/search';
import { scriptShares, spreadRows } from '@attune/text';
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
 * The BM25 to compare with: the best that the choosing queries find over analysers, cuts, k1, b, and over which fields count
 * (all of them, or the first alone). A model that beats a weaker one has beaten nobody. Of equal tries the earlier one stays, so that
 * the plain analyser wins when stems bring nothing.
 *
 * The analysers are those of the catalogue's language. Where texts are in scripts without blanks, the cut is found with the plain analyser, and the other analysers are tried with it alone.
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
  const cuts = cutsFor([...catalogue.texts(filled), ...choosing.queries.map(({ text }) => text)]);
  const tried: Choice['tried'] = [];
  let best: { index: LexicalIndex; fields: string[]; name: string; score: number } | undefined;
  for (const fields of fieldSets) {
    const texts = catalogue.texts(fields);
    const bestWith = async (analyser: AnalyserName, cut: CutName): Promise<number> => {
      const built = LexicalIndex.build({ texts, analyser, cut });
      let bestScore = -1;
      for (const { k1, b } of parameters) {
        const index = built.weighted({ k1, b });
        const answers = await searchByWords(catalogue.view({ words: index }), asked, { limit, signal });
        const score = meanOn(choosing, rankingsOf(answers, choosing, catalogue, depth));
        const words = cuts.length > 1 ? `${analyser}, ${cut}` : analyser;
        const name = `${words}, k1 ${k1}, b ${b}${fieldSets.length > 1 ? `, ${fields.join(' + ')}` : ''}`;
        tried.push({ name, value: score });
        if (best === undefined || score > best.score) best = { index, fields, name, score };
        bestScore = Math.max(bestScore, score);
      }
      return bestScore;
    };
    const [first, ...others] = analysersFor(catalogue.language);
    let bestCut = { cut: defaultCut, score: -1 };
    for (const cut of cuts) {
      const score = await bestWith(first!, cut);
      if (score > bestCut.score) bestCut = { cut, score };
    }
    for (const analyser of others) await bestWith(analyser, bestCut.cut);
  }
  const { index, fields, name } = best!;
  const { analyser, cut, k1, b } = index;
  return {
    index,
    settings: { analyser, cut, k1, b, fields },
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

/** With less of the letters in scripts without blanks, how they are cut decides nothing. */
const leastShare = 0.01;
/** Texts that are looked at for their scripts. */
const looked = 2_000;

/** The cuts that such texts leave to choose from, the usual one first. */
function cutsFor(texts: readonly string[]): CutName[] {
  const shares = scriptShares(spreadRows(texts.length, looked).map((i) => texts[i]!));
  const { han, kana, hangul, thai, lao, khmer, myanmar } = shares;
  if (han + kana + hangul + thai + lao + khmer + myanmar < leastShare) return [defaultCut];
  const others = availableCuts().filter((cut) => cut !== defaultCut && (cut !== 'jieba' || han > kana));
  return [defaultCut, ...others];
}
