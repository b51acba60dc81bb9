import type { Dataset, Interaction } from '@attune/data';
import { AttuneError } from '@attune/errors';
import { joinKeys, type TrainingPairs } from '@attune/train';
import type { Catalogue } from '../catalogue.js';

/** What a dataset's interactions come to for a trainer: one list of different texts, and pairs of its rows. */
export interface PairedTexts {
  /** The documents' texts first (text i of the first `documentTexts.length` need not be document i: equal ones are joined), then queries. */
  texts: string[];
  pairs: TrainingPairs;
  /** [documents of the catalogue]: the text and the key of each. */
  documents: { texts: Uint32Array; keys: Int32Array };
  /** Different queries among the pairs. */
  queryCount: number;
  /** Pairs that were left out because their weight is too low. */
  leftOut: number;
}

export interface PairingOptions {
  catalogue: Catalogue;
  /** Of each document of the catalogue, as the encoder's preprocessing makes it. */
  documentTexts: readonly string[];
  /** As the encoder's preprocessing makes a query. */
  queryText: (text: string) => string;
  /** The lowest weight of a pair to learn from. Half of the highest unless set: of graded judgments the relevant ones. */
  leastWeight?: number | undefined;
}

/** The interactions that count as positives, and the weight that 1 stands for. */
function positives(interactions: readonly Interaction[], leastWeight: number | undefined) {
  let highest = 0;
  for (const { weight } of interactions) highest = Math.max(highest, weight);
  const least = leastWeight ?? highest / 2;
  return { highest, kept: interactions.filter(({ weight }) => weight > 0 && weight >= least) };
}

/** Pairs of a dataset's interactions, with the keys by which pairs are known not to be negatives of each other. */
export function pairTexts(dataset: Dataset, options: PairingOptions): PairedTexts {
  const { catalogue, documentTexts, queryText, leastWeight } = options;
  const rowOfText = new Map<string, number>();
  const rowOf = (text: string): number => {
    let row = rowOfText.get(text);
    if (row === undefined) {
      row = rowOfText.size;
      rowOfText.set(text, row);
    }
    return row;
  };
  const documents = {
    texts: Uint32Array.from(documentTexts, rowOf),
    keys: joinKeys(catalogue.ids, documentTexts),
  };
  const { highest, kept } = positives(dataset.interactions, leastWeight);
  const known = kept.flatMap((interaction) => {
    const document = catalogue.rowOf(interaction.documentId);
    return document === undefined || documentTexts[document]!.trim() === ''
      ? []
      : [{ ...interaction, document }];
  });
  if (known.length === 0) {
    throw new AttuneError(
      'DATA_EMPTY',
      `Expected ${dataset.path} to hold interactions to learn from, but found none of ${dataset.interactions.length} with a positive ` +
        'weight and a known document. Check it with: attune validate',
    );
  }
  const pairs: TrainingPairs = {
    queryTexts: Uint32Array.from(known, ({ query }) => rowOf(queryText(query))),
    documentTexts: Uint32Array.from(known, ({ document }) => documents.texts[document]!),
    weights: Float32Array.from(known, ({ weight }) => weight / highest),
    queryKeys: joinKeys(
      known.map(({ queryId }) => queryId),
      known.map(({ query }) => query),
    ),
    documentKeys: Int32Array.from(known, ({ document }) => documents.keys[document]!),
  };
  return {
    texts: [...rowOfText.keys()],
    pairs,
    documents,
    queryCount: pairs.queryKeys.reduce((top, key) => Math.max(top, key), -1) + 1,
    leftOut: dataset.interactions.length - known.length,
  };
}
