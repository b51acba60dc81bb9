import type { TokenizedTexts } from '@attune/encode';
import { epochOrder, splitMix32 } from './batches.js';
import type { TrainingPairs } from './types.js';

interface Crop {
  query: number;
  document: number;
  key: number;
}

/** The values of the pairs, then one for each crop. */
function joined<Values extends Uint32Array | Int32Array | Float32Array>(
  values: Values,
  crops: readonly Crop[],
  valueFor: (crop: Crop, i: number) => number,
): Values {
  const all = new (values.constructor as new (length: number) => Values)(values.length + crops.length);
  all.set(values);
  crops.forEach((crop, i) => {
    all[values.length + i] = valueFor(crop, i);
  });
  return all;
}

/**
 * Adds pairs that are made of documents alone: some of a document's tokens, as a query would name it, are to find the document
 * without some of its others. So documents that no logged query asked for learn their place too. Every epoch has crops of its own;
 * the same ones again and again would be learned by heart (Home Depot dev: Recall@100 0.760 with fixed crops, 0.77 with fresh ones).
 *
 * Crops are new texts at the end of the list; their query keys continue those of the pairs and of their negatives, so a crop has no
 * negatives; their documents keep theirs.
 *
 * @param options.documents    rows of the texts, each with its document key, from the same joinKeys as the pairs' own
 * @param options.perDocument  crops an epoch, as a share of the documents; at most 1
 * @param options.weight       of each pair that is added
 * @param options.kept         the share of its tokens that the document keeps; 0.7 when left out
 * @see Gao, Yao, Chen 2021 (views of one text as positives), https://arxiv.org/abs/2104.08821
 */
export function cropPairs(options: {
  texts: TokenizedTexts;
  pairs: TrainingPairs;
  documents: { texts: Uint32Array; keys: Int32Array };
  perDocument: number;
  weight: number;
  epochs: number;
  seed: number;
  kept?: number | undefined;
}): { texts: TokenizedTexts; pairs: TrainingPairs } {
  const { texts, pairs, documents, perDocument, weight, epochs, seed, kept = 0.7 } = options;
  // A text of one token has nothing to leave out.
  const lengthOf = (text: number) => texts.offsets[text + 1]! - texts.offsets[text]!;
  const croppable = [...documents.texts.keys()].filter(
    (document) => lengthOf(documents.texts[document]!) > 1,
  );
  const perEpoch = Math.min(croppable.length, Math.round(documents.texts.length * perDocument));
  if (perEpoch === 0) return { texts, pairs };
  const next = splitMix32(seed);
  const ids: number[] = [];
  const lengths: number[] = [];
  const crops: Crop[] = [];
  const textCount = texts.offsets.length - 1;
  const add = (tokens: number[]): number => {
    for (const token of tokens) ids.push(token);
    return textCount + lengths.push(tokens.length) - 1;
  };
  for (let epoch = 0; epoch < epochs; ++epoch) {
    for (const place of epochOrder(croppable.length, seed, epoch).subarray(0, perEpoch)) {
      const document = croppable[place]!;
      const text = documents.texts[document]!;
      const tokens = [...texts.ids.subarray(texts.offsets[text], texts.offsets[text + 1])];
      const rest = tokens.filter(() => next() / 2 ** 32 < kept);
      // Two to five tokens, as queries have, each place at most once.
      const wanted = Math.min(tokens.length, 2 + (next() % 4));
      for (let i = 0; i < wanted; ++i) {
        const other = i + (next() % (tokens.length - i));
        [tokens[i], tokens[other]] = [tokens[other]!, tokens[i]!];
      }
      crops.push({
        query: add(tokens.slice(0, wanted)),
        document: rest.length > 0 ? add(rest) : text,
        key: documents.keys[document]!,
      });
    }
  }

  const offsets = new Uint32Array(textCount + lengths.length + 1);
  offsets.set(texts.offsets);
  lengths.forEach((length, i) => {
    offsets[textCount + i + 1] = offsets[textCount + i]! + length;
  });
  const allIds = new Int32Array(texts.ids.length + ids.length);
  allIds.set(texts.ids);
  allIds.set(ids, texts.ids.length);
  const keysOfNegatives = (pairs.negatives?.offsets.length ?? 1) - 1;
  const firstKey = pairs.queryKeys.reduce((next, key) => Math.max(next, key + 1), keysOfNegatives);
  return {
    texts: { ids: allIds, offsets },
    pairs: {
      queryTexts: joined(pairs.queryTexts, crops, (c) => c.query),
      documentTexts: joined(pairs.documentTexts, crops, (c) => c.document),
      weights: joined(pairs.weights, crops, () => weight),
      queryKeys: joined(pairs.queryKeys, crops, (_, i) => firstKey + i),
      documentKeys: joined(pairs.documentKeys, crops, (c) => c.key),
      freshPerEpoch: perEpoch,
      negatives: pairs.negatives,
    },
  };
}
