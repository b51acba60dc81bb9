import { documentTextNotes, Encoder, writeDenseBundle } from '@attune/encode';
import { applyMap, trainAdapter } from '@attune/train';
import { type JudgedVectors, judgeVectors } from '../judge-vectors.js';
import { trainWeighted } from './choose-weighting.js';
import { bundleOptions, epochChoice, planTier, searchBeside } from './tier-plan.js';
import type { TierTuning, TunedTier } from './tier-tuning.js';
import { pairTexts } from './training-pairs.js';

/** Tunes a linear map over the vectors of a frozen encoder, each of which is computed once. */
export async function tuneAdapter(tuning: TierTuning): Promise<TunedTier> {
  const { bundle, catalogue, choosing, dataset, seed, signal } = tuning;
  const base = Encoder.fromBundle(bundle);
  const dimIn = base.dim;
  const ofDocuments = catalogue.documentTexts(bundle.preprocessing.documentFields);
  const documentTexts = base.documentTexts(ofDocuments.texts);
  const paired = pairTexts(dataset, {
    catalogue,
    documentTexts,
    queryText: (text) => base.queryTexts([text])[0]!,
    leastWeight: tuning.leastWeight,
    few: tuning.few,
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

  const plan = planTier('adapter', tuning, paired);
  const { recipe, reason, counts } = plan;
  const encodeBy =
    judged &&
    (async (map: Float32Array): Promise<JudgedVectors> => {
      const documents = await applyMap(documentVectors, map, dimIn, { signal });
      const queries = await applyMap(judged.queries, map, dimIn, { signal });
      return { documents, queries, dim: dimIn };
    });
  const evaluate =
    encodeBy &&
    (async (map: Float32Array) => judgeVectors(await encodeBy(map), judged.set, catalogue, signal));
  const weighted = await trainWeighted(tuning, paired, (pairs, checkpoint) =>
    trainAdapter({
      vectors,
      dimIn,
      pairs,
      recipe,
      seed,
      evaluate,
      checkpoint,
      signal,
      onProgress: tuning.onProgress,
    }),
  );
  const { model, ...training } = weighted.training;
  const search = encodeBy && (await searchBeside(tuning, await encodeBy(model), ofDocuments));

  tuning.onStep?.('writing the bundle');
  const written = await writeDenseBundle({
    ...bundleOptions(tuning, plan, { ...weighted, search }, ' with a linear map'),
    base: bundle,
    weight: model,
  });
  return {
    bundle: written,
    recipe,
    reason,
    ...counts,
    weighting: weighted.weighting,
    training,
    search,
    notes: documentTextNotes(ofDocuments.counts, bundle.preprocessing.documentFields),
    choices: choosing ? [...(weighted.choice ? [weighted.choice] : []), epochChoice(training, choosing)] : [],
  };
}
