import { type Bundle, Encoder, type TransformerModel, writeTransformerBundle } from '@attune/encode';
import { type TransformerTensors, trainTransformer } from '@attune/train';
import { chooseFields } from '../choices/choose-fields.js';
import { chooseShare, judgementsOfShare } from '../choices/choose-share.js';
import { type JudgedVectors, judgeVectors } from '../judge-vectors.js';
import type { JudgedSet } from '../judged.js';
import { type JudgingSample, judgingSample } from '../judging-sample.js';
import { minedNegatives, minedSentence } from './mined-negatives.js';
import type { PreparedTier, TierEntry, TierTraining, TrainedTier } from './tier.js';
import type { TierTuning } from './tier-tuning.js';
import { pairsBy } from './training-pairs.js';

/** Tunes all weights of a transformer. */
export const transformerTier: TierEntry = {
  says: 'all weights of a transformer, minutes to hours',
  bases: undefined,
  catalogueBase: { learns: 'all weights of a transformer' },
  isQuick: false,
  fits: isTransformer,
  otherwise: 'Use the `tier` adapter, or name a transformer of the BERT family without a Dense layer.',
  // Once through what is new, at smaller steps, and not for hours beside a server: it has learned most of it before. Not measured.
  continual: { learningRate: 2e-5, epochs: 1, minutes: 30 },
  prepare: async (tuning) => prepare(tuning, tuning.bundle as TransformerBundle),
};

type TransformerBundle = Bundle & { model: TransformerModel };

function isTransformer(bundle: Bundle): bundle is TransformerBundle {
  const { model, head } = bundle;
  return model.kind === 'transformer' && model.config.rotary === undefined && head.dense.length === 0;
}

/** A state is saved so often that a crash costs a minute or so. */
const everySteps = 100;

async function prepare(tuning: TierTuning, bundle: TransformerBundle): Promise<PreparedTier> {
  const { catalogue, choosing, signal } = tuning;
  const sample = choosing && judgingSample(choosing, catalogue);
  const before = Encoder.fromBundle(bundle);
  tuning.onStep?.('choosing the fields of a document');
  const chosen = sample && (await chooseFields(before, sample, catalogue.filledFields(), signal));
  const documentFields = chosen?.documentFields ?? bundle.preprocessing.documentFields;
  const preprocessing = { ...bundle.preprocessing, documentFields: [...documentFields] };
  const base: TransformerBundle = { ...bundle, preprocessing };
  const encoder = Encoder.fromBundle(base);

  tuning.onStep?.('tokenising');
  const { ofDocuments, documentTexts, paired } = pairsBy(encoder, documentFields, tuning);
  const texts = await encoder.tokenizer.tokenize(paired.texts, { signal });
  const judge = sample && (await sampleJudge(encoder, sample, tuning));
  const train = async (training: TierTraining): Promise<TrainedTier> => {
    const { minedNegatives: perQuery = 0 } = training.recipe;
    const mined = perQuery > 0 ? await minedNegatives(encoder, texts, paired, perQuery, tuning) : undefined;
    // Judged as it is learned: where bfloat16 is the quicker, it tells one state of a model from another as well.
    const { precision = 'f32' } = training.recipe;
    const encoderOf = (tensors: TransformerTensors) => withTensors({ ...base, precision }, tensors);
    const score = judge && ((tensors: TransformerTensors) => judge(encoderOf(tensors)));
    tuning.onStep?.('judging the base and planning');
    const result = await trainTransformer({
      ...training,
      ...(mined && { pairs: { ...training.pairs, negatives: mined.negatives } }),
      checkpoint: training.checkpoint && { everySteps, ...training.checkpoint },
      model: base.model,
      texts,
      evaluate: score,
      startedAt: tuning.startedAt,
      judgementsAfter: judge && judgementsOfShare + Math.ceil(catalogue.ids.length / sample!.rows.length),
    });
    const { model, last, ...rest } = result;
    const mixed =
      score && (await mixture(base.model.tensors, result, { score, choosing: sample!.set }, tuning));
    const tensors = mixed?.tensors ?? model;
    const vectorsOfAll = async (): Promise<JudgedVectors> => {
      const tuned = encoderOf(tensors);
      return {
        documents: await encodeAll(tuned, documentTexts, 'encoding the documents', tuning),
        queries: await tuned.encodeQueries(
          choosing!.queries.map(({ text }) => text),
          { signal },
        ),
        dim: tuned.dim,
      };
    };
    return {
      training: rest,
      choices: mixed && [mixed.choice],
      notes: [...(mined ? [minedSentence(mined)] : []), ...(mixed?.share === 0 ? [didNotHelp] : [])],
      vectors: judge && vectorsOfAll,
      write: (options) => writeTransformerBundle({ ...options, base: bundle, tensors, documentFields }),
    };
  };
  return {
    documentFields,
    ofDocuments,
    paired,
    recipe: { temperature: temperatureOf(bundle) },
    choices: chosen ? [chosen.choice] : [],
    judgedOn: sample?.set,
    train,
    how: ',',
  };
}

const didNotHelp =
  'Tuning did not help: no mixture of the tuned weights with those of the base answers the choosing queries better than the base alone, so the bundle ' +
  'has the weights of the base.';

const withTensors = (bundle: TransformerBundle, tensors: TransformerTensors): Encoder =>
  Encoder.fromBundle({
    ...bundle,
    model: { ...bundle.model, tensors: { ...bundle.model.tensors, ...tensors } },
  });

/** Judges encoders that differ in their weights alone, on a sample whose texts are tokenised once. */
async function sampleJudge(
  encoder: Encoder,
  sample: JudgingSample,
  { signal }: TierTuning,
): Promise<(trained: Encoder) => Promise<number>> {
  const { set, catalogue } = sample;
  const { documentFields } = encoder.bundle.preprocessing;
  const tokenize = (texts: readonly string[]) => encoder.tokenizer.tokenize(texts, { signal });
  const documents = await tokenize(encoder.documentTexts(catalogue.texts(documentFields)));
  const queries = await tokenize(encoder.queryTexts(set.queries.map(({ text }) => text)));
  return async (trained) => {
    const vectors = {
      documents: await trained.encodeTokens(documents, { signal }),
      queries: await trained.encodeTokens(queries, { signal }),
      dim: trained.dim,
    };
    return judgeVectors(vectors, set, catalogue, signal);
  };
}

/** Of base and tuned weights what the sample likes best. Where no epoch was better than the base, the last one may still be of use in part. */
async function mixture(
  base: TransformerTensors,
  { model, last, bestEpoch, scores }: Awaited<ReturnType<typeof trainTransformer>>,
  { score, choosing }: { score: (tensors: TransformerTensors) => Promise<number>; choosing: JudgedSet },
  { onStep }: TierTuning,
) {
  onStep?.('mixing the tuned weights with those of the base');
  const [tuned, value] = bestEpoch > 0 ? [model, scores[bestEpoch]!] : [last, scores.at(-1)!];
  return chooseShare(base, tuned, { score, known: { base: scores[0]!, tuned: value }, choosing });
}

async function encodeAll(
  encoder: Encoder,
  texts: readonly string[],
  step: string,
  { signal, onStep }: TierTuning,
): Promise<Float32Array> {
  return encoder.encodeTexts(texts, {
    signal,
    onProgress: ({ done, total }) =>
      onStep?.(`${step}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`),
  });
}

/**
 * The temperature that a model was made with, which it is best tuned at: its own recipe says it, or the name of its family; else 0.05, that of
 * sentence-transformers' models.
 */
function temperatureOf({ name, manifest }: Bundle): number {
  const said = (manifest?.lineage.recipe as { temperature?: unknown } | undefined)?.temperature;
  if (typeof said === 'number' && said > 0) return said;
  if (/(^|[^a-z])e5([^a-z]|$)/i.test(name)) return 0.01;
  return /bge|nomic/i.test(name) ? 0.02 : 0.05;
}
