import { type Bundle, documentTextNotes, Encoder, type StaticModel, writeStaticBundle } from '@attune/encode';
import { cropPairs, trainStatic } from '@attune/train';
import { choosePreparation, preparationOf } from '../choices/preparation.js';
import { type JudgedVectors, judgeVectors } from '../judge-vectors.js';
import { trainWeighted } from './choose-weighting.js';
import { bundleOptions, epochChoice, planTier, searchBeside } from './tier-plan.js';
import type { TierTuning, TunedTier } from './tier-tuning.js';
import { pairTexts } from './training-pairs.js';

/** Tunes the token table of a static bundle. */
export async function tuneStatic(
  tuning: TierTuning & { bundle: Bundle & { model: StaticModel } },
): Promise<TunedTier> {
  const { bundle, catalogue, choosing, dataset, seed, signal } = tuning;
  const { table, dim } = bundle.model;

  tuning.onStep?.('choosing how texts are prepared');
  const { preparation, choice } = choosing
    ? await choosePreparation(bundle, catalogue, choosing, signal)
    : { preparation: preparationOf(bundle), choice: undefined };
  const preprocessing = { ...bundle.preprocessing, documentFields: preparation.documentFields };
  const base = Encoder.fromTable({ table, dim, tokenizer: preparation.tokenizerJson, preprocessing });

  tuning.onStep?.('tokenising');
  const ofDocuments = catalogue.documentTexts(preparation.documentFields);
  const documentTexts = base.documentTexts(ofDocuments.texts);
  const paired = pairTexts(dataset, {
    catalogue,
    documentTexts,
    queryText: (text) => base.queryTexts([text])[0]!,
    leastWeight: tuning.leastWeight,
    few: tuning.few,
  });
  const texts = await base.tokenizer.tokenize(paired.texts, { signal });
  const judged = choosing && {
    set: choosing,
    documents: await base.tokenizer.tokenize(documentTexts, { signal }),
    queries: await base.tokenizer.tokenize(base.queryTexts(choosing.queries.map(({ text }) => text)), {
      signal,
    }),
  };

  const plan = planTier('static', tuning, paired);
  const { recipe, reason, counts } = plan;
  const encode =
    judged &&
    (async (trained: Float32Array): Promise<JudgedVectors> => {
      const encoder = Encoder.fromTable({ table: trained, dim, tokenizer: base.tokenizer, preprocessing });
      const documents = await encoder.encodeTokens(judged.documents, { signal });
      const queries = await encoder.encodeTokens(judged.queries, { signal });
      return { documents, queries, dim };
    });
  const evaluate =
    encode &&
    (async (trained: Float32Array) => judgeVectors(await encode(trained), judged.set, catalogue, signal));
  const weighted = await trainWeighted(tuning, paired, (pairs, checkpoint) =>
    trainStatic({
      table,
      dim,
      ...cropPairs({
        texts,
        pairs,
        documents: paired.documents,
        ...recipe.crops,
        epochs: recipe.epochs,
        seed,
      }),
      recipe,
      seed,
      evaluate,
      checkpoint,
      signal,
      onProgress: tuning.onProgress,
    }),
  );
  const { model, ...training } = weighted.training;
  const search = encode && (await searchBeside(tuning, await encode(model), ofDocuments));

  tuning.onStep?.('writing the bundle');
  const written = await writeStaticBundle({
    ...bundleOptions(tuning, plan, { ...weighted, search }, ','),
    table: model,
    dim,
    tokenizerJson: preparation.tokenizerJson,
    preprocessing,
  });
  return {
    bundle: written,
    recipe,
    reason,
    ...counts,
    weighting: weighted.weighting,
    training,
    search,
    notes: documentTextNotes(ofDocuments.counts, preparation.documentFields),
    choices: choosing
      ? [choice!, ...(weighted.choice ? [weighted.choice] : []), epochChoice(training, choosing)]
      : [],
  };
}
