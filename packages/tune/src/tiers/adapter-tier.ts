import { Encoder, writeDenseBundle } from '@attune/encode';
import { applyMap, trainAdapter } from '@attune/train';
import { judgeVectors } from '../judge-vectors.js';
import type { PreparedTier, TierEntry } from './tier.js';
import type { TierTuning } from './tier-tuning.js';
import { pairsBy } from './training-pairs.js';

/** Tunes a linear map over the vectors of a frozen encoder, each of which is computed once. */
export const adapterTier: TierEntry = {
  says: 'a map over a frozen encoder',
  bases: { chinese: 'bge-small-zh-v1.5', usual: 'all-MiniLM-L6-v2' },
  catalogueBase: { learns: 'a map over the vectors of a frozen encoder' },
  isQuick: true,
  fits: () => true,
  otherwise: '',
  continual: undefined,
  prepare,
};

async function prepare(tuning: TierTuning): Promise<PreparedTier> {
  const { bundle, catalogue, choosing, signal } = tuning;
  const { documentFields } = bundle.preprocessing;
  const base = Encoder.fromBundle(bundle);
  const dimIn = base.dim;
  const { ofDocuments, paired } = pairsBy(base, documentFields, tuning);
  const encode = async (step: string, texts: readonly string[]) => {
    tuning.onStep?.(step);
    return base.encodeTexts(texts, {
      signal,
      onProgress: ({ done, total }) =>
        tuning.onStep?.(`${step}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`),
    });
  };
  const vectors = await encode('encoding the texts with the base', paired.texts);
  const judged = choosing && {
    set: choosing,
    queries: await encode(
      'encoding the judged queries',
      base.queryTexts(choosing.queries.map(({ text }) => text)),
    ),
  };
  const documentVectors = new Float32Array(catalogue.ids.length * dimIn);
  paired.documents.texts.forEach((text, row) => {
    documentVectors.set(vectors.subarray(text * dimIn, (text + 1) * dimIn), row * dimIn);
  });
  const mapped =
    judged &&
    (async (map: Float32Array) => {
      const documents = await applyMap(documentVectors, map, dimIn, { signal });
      const queries = await applyMap(judged.queries, map, dimIn, { signal });
      return { documents, queries, dim: dimIn };
    });
  const evaluate =
    mapped && (async (map: Float32Array) => judgeVectors(await mapped(map), judged.set, catalogue, signal));
  return {
    documentFields,
    ofDocuments,
    paired,
    choices: [],
    judgedOn: choosing,
    train: async (training) => {
      const { model, ...result } = await trainAdapter({ ...training, vectors, dimIn, evaluate });
      return {
        training: result,
        vectors: mapped && (() => mapped(model)),
        write: (options) => writeDenseBundle({ ...options, base: bundle, weight: model }),
      };
    },
    how: ' with a linear map',
  };
}
