import type { Encoder } from '@attune/encode';
import { bootstrapInterval, type Choice } from '@attune/evaluate';
import type { FusionWeight, LexicalIndex } from '@attune/search';
import { denseAnswers, fusedAnswers, fusionParts, lexicalAnswers, rankingsOf } from '../answers.js';
import { bestBm25 } from '../best-bm25.js';
import type { Catalogue } from '../catalogue.js';
import { chooseFusion } from '../choose-fusion.js';
import type { LexicalSettings } from '../collection-files.js';
import { type JudgedSet, measureOf } from '../judged.js';
import { encodeCatalogue, encodeJudged } from '../vectors.js';
import { wordsOf } from './release-answers.js';

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
  catalogue: Catalogue;
  choosing: JudgedSet;
  serving: LexicalSettings;
  signal?: AbortSignal | undefined;
}): Promise<ChosenLexical> {
  const { encoder, catalogue, choosing, serving, signal } = options;
  if (choosing.queries.length < leastQueriesForFusion) return { settings: serving, choices: [] };

  const { vectors, index } = await encodeCatalogue(encoder, catalogue, { signal });
  const queryVectors = await encodeJudged(encoder, choosing, { signal });
  const dense = await denseAnswers(index, queryVectors, choosing, catalogue, { signal });
  const trial = (words: LexicalIndex) => {
    const lexical = lexicalAnswers(words, choosing, catalogue);
    const vectorsOf = { queryVectors, documentVectors: vectors, dim: encoder.dim };
    const parts = fusionParts(dense, lexical, choosing, vectorsOf, words);
    const valuesWith = (weight: FusionWeight) =>
      measureOf(choosing).values(rankingsOf(fusedAnswers(parts, weight), choosing, catalogue));
    return { valuesWith, fusion: chooseFusion(parts, choosing, catalogue) };
  };

  const words = wordsOf(serving, catalogue);
  const present = trial(words);
  const before = present.valuesWith(serving.fusionWeight);
  const candidates = [{ words, fields: serving.fields, ...present }];
  const choices: Choice[] = [];
  if (choosing.queries.length >= leastQueriesForBm25) {
    const bm25 = bestBm25(catalogue, choosing);
    choices.push(bm25.choice);
    candidates.push({ words: bm25.index, fields: bm25.fields, ...trial(bm25.index) });
  }
  let chosen = serving;
  let most = 0;
  for (const { words: tried, fields, valuesWith, fusion } of candidates) {
    const { weight } = fusion;
    const gains = valuesWith(weight)
      .map((value, i) => value - before[i]!)
      .filter((gain) => !Number.isNaN(gain));
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    const isBetter = mean > most && bootstrapInterval(gains).low > 0;
    if (isBetter) {
      const { analyser, k1, b } = tried;
      chosen = { analyser, k1, b, fields, fusionWeight: weight };
      most = mean;
    }
    const said = isBetter
      ? String(weight)
      : `${serving.fusionWeight} as before (${weight} was not shown to be better)`;
    choices.push({ ...fusion.choice, chosen: said });
  }
  return { settings: chosen, choices };
}
