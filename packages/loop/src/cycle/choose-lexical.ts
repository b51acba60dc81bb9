import type { Encoder } from '@attune/encode';
import type { Choice } from '@attune/evaluate';
import { denseAnswers, fusionParts, lexicalAnswers } from '../answers.js';
import { bestBm25 } from '../best-bm25.js';
import type { Catalogue } from '../catalogue.js';
import { chooseFusion } from '../choose-fusion.js';
import type { LexicalSettings } from '../collection-files.js';
import type { JudgedSet } from '../judged.js';
import { encodeCatalogue, encodeJudged } from '../vectors.js';
import { wordsOf } from './release-answers.js';

/** With fewer choosing queries the serving release's BM25 stays: its search over analysers is long and would fit noise. */
export const leastQueriesForBm25 = 500;
/** With fewer, the serving release's fusion weight stays too. */
export const leastQueriesForFusion = 100;

export interface ChosenLexical {
  settings: LexicalSettings;
  choices: Choice[];
}

/** How words count beside a new model: what the choosing queries like best, as far as there are enough of them. */
export async function chooseLexical(options: {
  encoder: Encoder;
  catalogue: Catalogue;
  choosing: JudgedSet;
  serving: LexicalSettings;
  signal?: AbortSignal | undefined;
}): Promise<ChosenLexical> {
  const { encoder, catalogue, choosing, serving, signal } = options;
  if (choosing.queries.length < leastQueriesForFusion) return { settings: serving, choices: [] };
  const bm25 = choosing.queries.length < leastQueriesForBm25 ? undefined : bestBm25(catalogue, choosing);
  const words = bm25?.index ?? wordsOf(serving, catalogue);
  const { analyser, k1, b } = words;
  const { vectors, index } = await encodeCatalogue(encoder, catalogue, { signal });
  const queryVectors = await encodeJudged(encoder, choosing, { signal });
  const parts = fusionParts(
    await denseAnswers(index, queryVectors, choosing, catalogue, { signal }),
    lexicalAnswers(words, choosing, catalogue),
    choosing,
    { queryVectors, documentVectors: vectors, dim: encoder.dim },
    words,
  );
  const fusion = chooseFusion(parts, choosing, catalogue);
  return {
    settings: { analyser, k1, b, fields: bm25?.fields ?? serving.fields, fusionWeight: fusion.weight },
    choices: [...(bm25 ? [bm25.choice] : []), fusion.choice],
  };
}
