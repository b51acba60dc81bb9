import { Encoder, writeDenseBundle } from '@attune/encode';
import { applyMap, chooseRecipe, trainAdapter } from '@attune/train';
import { judgeVectors } from './judge-model.js';
import { pairTexts } from './training-pairs.js';
import { epochChoice, type TierTuning, type TunedTier } from './tune.js';

/** Tunes a linear map over the vectors of a frozen encoder, each of which is computed once. */
export async function tuneAdapter(tuning: TierTuning): Promise<TunedTier> {
  const { bundle, catalogue, choosing, dataset, seed, signal } = tuning;
  const base = Encoder.fromBundle(bundle);
  const dimIn = base.dim;
  const documentTexts = base.documentTexts(catalogue.texts(bundle.preprocessing.documentFields));
  const paired = pairTexts(dataset, {
    catalogue,
    documentTexts,
    queryText: (text) => base.queryTexts([text])[0]!,
    leastWeight: tuning.leastWeight,
  });
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

  const size = {
    pairs: paired.pairs.queryTexts.length,
    queries: paired.queryCount,
    documents: catalogue.ids.length,
  };
  const chosen = chooseRecipe({ tier: 'adapter', ...size });
  const recipe = {
    ...chosen.recipe,
    ...tuning.recipe,
    epochs: tuning.epochs ?? tuning.recipe?.epochs ?? chosen.recipe.epochs,
  };
  const { model, ...training } = await trainAdapter({
    vectors,
    dimIn,
    pairs: paired.pairs,
    recipe,
    seed,
    evaluate:
      judged &&
      (async (map) => {
        const documents = await applyMap(documentVectors, map, dimIn, { signal });
        const queries = await applyMap(judged.queries, map, dimIn, { signal });
        return judgeVectors({ documents, queries, dim: dimIn }, judged.set, catalogue, signal);
      }),
    checkpoint: tuning.checkpoint,
    signal,
    onProgress: tuning.onProgress,
  });

  tuning.onStep?.('writing the bundle');
  const written = await writeDenseBundle({
    path: tuning.out,
    base: bundle,
    weight: model,
    lineage: {
      ...tuning.lineage,
      recipe: { ...recipe, reason: chosen.reason, epochsKept: training.bestEpoch },
    },
    card: {
      description: `${bundle.name} with a linear map tuned on ${size.pairs.toLocaleString('en')} (query, document) pairs. ${chosen.reason}`,
    },
    force: tuning.force,
  });
  return {
    bundle: written,
    recipe,
    reason: chosen.reason,
    pairs: size.pairs,
    queries: size.queries,
    leftOut: paired.leftOut,
    training,
    choices: choosing ? [epochChoice(training, choosing)] : [],
  };
}
