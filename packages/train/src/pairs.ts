import type { PairArrays } from '@attune/binding';
import { knownPositives } from './keys.js';
import type { TrainingPairs } from './types.js';

/** The pairs as the native trainers take them. Whatever any pair says answers a query is no negative of it. */
export function pairArrays(pairs: TrainingPairs): PairArrays {
  const { negatives } = pairs;
  const known = knownPositives(pairs.queryKeys, pairs.documentKeys);
  return {
    queryTexts: pairs.queryTexts,
    documentTexts: pairs.documentTexts,
    weights: pairs.weights,
    queryKeys: pairs.queryKeys,
    documentKeys: pairs.documentKeys,
    knownOffsets: known.offsets,
    knownDocumentKeys: known.documentKeys,
    negativeOffsets: negatives?.offsets ?? new Uint32Array(),
    negativeTexts: negatives?.texts ?? new Uint32Array(),
    negativeDocumentKeys: negatives?.documentKeys ?? new Int32Array(),
  };
}
