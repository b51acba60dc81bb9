import { bootstrapInterval, type Choice } from '@attune/evaluate';
import type { LexicalSettings } from '@attune/search';
import { measureOf } from '../judged.js';
import { askedOf, rankingsOf } from '../judged-rankings.js';
import { searchByWeights } from '../searcher.js';
import { bestBm25 } from './best-bm25.js';
import { chooseFusion } from './choose-fusion.js';
import type { ChooseLexicalOptions, ChosenLexical } from './choose-lexical.js';

/** With fewer choosing queries the serving release's BM25 is not put into question: its search over analysers is long. */
export const leastQueriesForBm25 = 1000;
/** With fewer, its fusion weight is not either. */
export const leastQueriesForFusion = 100;

export interface RechooseLexicalOptions extends ChooseLexicalOptions {
  serving: LexicalSettings;
  /**
   * Those of them that a person has set. They are not put into question; where one of BM25's is among them, all of BM25's stay.
   */
  given?: Partial<LexicalSettings> | undefined;
}

/**
 * How words count beside a model that follows another. The settings in service stay unless others are shown to be better with this
 * model: the 95 % interval of their gain on the choosing queries lies above 0.
 */
export async function rechooseLexical(options: RechooseLexicalOptions): Promise<ChosenLexical> {
  const { catalogue, choosing, documents, queries: vectors, serving, given = {}, signal } = options;
  const { fusionWeight, ...givenWords } = given;
  const keepsWords = Object.keys(givenWords).length > 0 || choosing.queries.length < leastQueriesForBm25;
  const keepsWeight = fusionWeight !== undefined;
  if (choosing.queries.length < leastQueriesForFusion || (keepsWords && keepsWeight))
    return { settings: serving, choices: [] };

  const { asked, limit } = askedOf(choosing);
  const { index, embedded } = documents;
  const words = catalogue.words(serving);
  const present = catalogue.view({ vectors: index, embedded, words });
  const [answers] = await searchByWeights(present, asked, [serving.fusionWeight], { limit, vectors, signal });
  const before = measureOf(choosing).values(rankingsOf(answers!, choosing, catalogue));

  const candidates = keepsWeight
    ? []
    : [{ words, settings: serving as Omit<LexicalSettings, 'fusionWeight'> }];
  const choices: Choice[] = [];
  if (!keepsWords) {
    const bm25 = await bestBm25(catalogue, choosing, { signal });
    choices.push(bm25.choice);
    candidates.push({ words: bm25.index, settings: bm25.settings });
  }
  let chosen = serving;
  let most = 0;
  for (const { words: tried, settings } of candidates) {
    const view = catalogue.view({ vectors: index, embedded, words: tried });
    const { weight, values, choice } = await chooseFusion(view, choosing, catalogue, {
      vectors,
      weights: keepsWeight ? [fusionWeight] : undefined,
      signal,
    });
    const gains = values.map((value, i) => value - before[i]!).filter((gain) => !Number.isNaN(gain));
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    const isBetter = mean > most && bootstrapInterval(gains).low > 0;
    if (isBetter) {
      chosen = { ...settings, fusionWeight: weight };
      most = mean;
    }
    const said = isBetter
      ? String(weight)
      : `${serving.fusionWeight} as before (${weight} was not shown to be better)`;
    choices.push({ ...choice, chosen: said });
  }
  return { settings: chosen, choices };
}
