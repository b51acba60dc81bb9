import type { Choice } from '@attune/evaluate';
import { type LexicalSettings, lexicalSettings } from '@attune/search';
import type { Catalogue } from '../catalogue.js';
import type { CatalogueVectors } from '../embed-catalogue.js';
import type { JudgedSet } from '../judged.js';
import { bestBm25 } from './best-bm25.js';
import { chooseFusion } from './choose-fusion.js';
import { usualChoice } from './usual-choice.js';

/** How words count beside a model, and what that was chosen by. */
export interface ChosenLexical {
  settings: LexicalSettings;
  choices: Choice[];
}

export interface ChooseLexicalOptions {
  catalogue: Catalogue;
  choosing: JudgedSet;
  /** The catalogue's, by the model. */
  documents: Pick<CatalogueVectors, 'index' | 'embedded'>;
  /** float32, [choosing queries, dim] */
  queries: Float32Array;
  signal?: AbortSignal | undefined;
  onStep?: ((step: string) => void) | undefined;
}

/**
 * How words count beside a model: the best BM25, and the weight of it that the choosing queries like best. Without choosing queries it is
 * as a new collection has it.
 */
export async function chooseLexical(options: ChooseLexicalOptions): Promise<ChosenLexical> {
  const { catalogue, choosing, documents, queries, signal, onStep } = options;
  if (choosing.queries.length === 0) {
    const settings = lexicalSettings({ fields: catalogue.filledFields() });
    const { analyser, k1, b, fusionWeight } = settings;
    return {
      settings,
      choices: [
        usualChoice('BM25', `${analyser}, k1 ${k1}, b ${b}`),
        usualChoice('fusion weight', String(fusionWeight)),
      ],
    };
  }
  onStep?.('choosing BM25');
  const bm25 = await bestBm25(catalogue, choosing, { signal });
  onStep?.('choosing the fusion weight');
  const view = catalogue.view({ vectors: documents.index, embedded: documents.embedded, words: bm25.index });
  const fusion = await chooseFusion(view, choosing, catalogue, { vectors: queries, signal });
  return {
    settings: lexicalSettings({ ...bm25.settings, fusionWeight: fusion.weight }),
    choices: [bm25.choice, fusion.choice],
  };
}
