import type { Encoder } from '@attune/encode';
import { bootstrapInterval, type Choice } from '@attune/evaluate';
import type { LexicalIndex } from '@attune/indexes';
import type { LexicalSettings } from '@attune/search';
import type { Catalogue } from '../catalogue.js';
import type { CatalogueVectors } from '../embed-catalogue.js';
import { type JudgedSet, measureOf } from '../judged.js';
import { askedOf, rankingsOf } from '../judged-rankings.js';
import { Searcher } from '../searcher.js';
import { bestBm25 } from './best-bm25.js';
import { chooseFusion } from './choose-fusion.js';

/** With fewer choosing queries the serving release's BM25 is not put into question: its search over analysers is long. */
export const leastQueriesForBm25 = 1000;
/** With fewer, its fusion weight is not either. */
export const leastQueriesForFusion = 100;

export interface ChosenLexical {
  settings: LexicalSettings;
  choices: Choice[];
}

/**
 * How words count beside a new model. The settings in service stay unless others are shown to be better with this model: the 95 %
 * interval of their gain on the choosing queries lies above 0.
 */
export async function chooseLexical(options: {
  encoder: Encoder;
  /** The catalogue's, by the encoder. */
  vectors: CatalogueVectors;
  catalogue: Catalogue;
  choosing: JudgedSet;
  serving: LexicalSettings;
  signal?: AbortSignal | undefined;
}): Promise<ChosenLexical> {
  const { encoder, vectors: documents, catalogue, choosing, serving, signal } = options;
  if (choosing.queries.length < leastQueriesForFusion) return { settings: serving, choices: [] };

  const { asked, limit } = askedOf(choosing);
  const searcherWith = (words: LexicalIndex, lexical: LexicalSettings) =>
    Searcher.over(catalogue, { encoder, vectors: documents, words, lexical });
  const words = catalogue.words(serving);
  const present = searcherWith(words, serving);
  const vectors = await present.encode(asked, { signal });
  const before = measureOf(choosing).values(
    rankingsOf(await present.search(asked, { limit, vectors, signal }), choosing, catalogue),
  );

  const candidates = [{ words, settings: serving as Omit<LexicalSettings, 'fusionWeight'> }];
  const choices: Choice[] = [];
  if (choosing.queries.length >= leastQueriesForBm25) {
    const bm25 = await bestBm25(catalogue, choosing, { signal });
    choices.push(bm25.choice);
    candidates.push({ words: bm25.index, settings: bm25.settings });
  }
  let chosen = serving;
  let most = 0;
  for (const { words: tried, settings } of candidates) {
    const searcher = searcherWith(tried, { ...settings, fusionWeight: serving.fusionWeight });
    const { weight, values, choice } = await chooseFusion(searcher, choosing, catalogue, { vectors, signal });
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
