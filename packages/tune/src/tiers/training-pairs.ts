import type { Dataset, InteractionRow, WeightKind } from '@attune/data';
import type { DocumentTexts, Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { joinKeys, type TrainingPairs } from '@attune/train';
import type { Catalogue } from '../catalogue.js';
import { type LearnedRows, learnedSentence, type ReasonNotLearned, RowCounter } from './learned-rows.js';
import { namedNegatives } from './named-negatives.js';
import { pairWeights, type Weighting } from './pair-weights.js';
import type { TierTuning } from './tier-tuning.js';

/** What a dataset's interactions come to for a trainer: one list of different texts, and pairs of its rows. */
export interface PairedTexts {
  /** The documents' texts first (text i of the first `documentTexts.length` need not be document i: equal ones are joined), then queries. */
  texts: string[];
  pairs: TrainingPairs;
  /** [documents of the catalogue]: the text and the key of each. */
  documents: { texts: Uint32Array; keys: Int32Array };
  /** Different queries among the pairs. */
  queryCount: number;
  /** Interactions that are not learned from. */
  leftOut: number;
  /** The rows of the source that these and the others were made of, by reason. */
  learned: LearnedRows;
  /** What the weights were before. */
  kind: WeightKind;
  /** The pairs' weights by another rule than the usual one of their kind. */
  weightsBy: (weighting: Weighting) => Float32Array;
}

/** Fewer pairs teach next to nothing: training stops unless the caller wants to continue. */
export const fewestPairs = 100;

export interface PairingOptions {
  catalogue: Catalogue;
  /** Of each document of the catalogue, as the encoder's preprocessing makes it. */
  documentTexts: readonly string[];
  /** As the encoder's preprocessing makes a query. */
  queryText: (text: string) => string;
  /** The lowest weight of a pair to learn from. Of grades half of the highest unless set; else whatever is above 0. */
  leastWeight?: number | undefined;
  /** Learns from fewer than {@link fewestPairs} too. */
  few?: boolean | undefined;
}

/**
 * The interactions to learn from with the rows of their documents in the catalogue, and why the others are not among them. The others with a
 * row follow where grades or labels give some of them a weight of 0, which is a no; a count or a rate of 0 may only say that nobody looked.
 */
function positives(dataset: Dataset, { catalogue, documentTexts, leastWeight }: PairingOptions) {
  const { interactions, weights } = dataset;
  const { kind = 'grades' } = weights ?? {};
  let highest = 0;
  for (const { weight } of interactions) highest = Math.max(highest, weight);
  const least = leastWeight ?? (kind === 'grades' ? highest / 2 : 0);
  const saysNo = (kind === 'grades' || kind === 'labels') && interactions.some(({ weight }) => !(weight > 0));
  const counter = new RowCounter(least);
  const known: InteractionRow[] = [];
  const rows: number[] = [];
  const others: { interaction: InteractionRow; row: number }[] = [];
  for (const interaction of interactions) {
    const document = catalogue.rowOf(interaction.documentId);
    const hasText = document !== undefined && documentTexts[document]!.trim() !== '';
    const reason = ((): ReasonNotLearned | undefined => {
      if (!(interaction.weight > 0)) return 'noAction';
      if (interaction.weight < least) return 'lowWeight';
      if (document === undefined) return 'unknownDocument';
      return hasText ? undefined : 'documentWithoutText';
    })();
    counter.add(interaction, reason);
    if (reason === undefined) {
      known.push(interaction);
      rows.push(document!);
    } else if (saysNo && hasText) others.push({ interaction, row: document });
  }
  return { kind, known, rows, others, learned: counter.learned };
}

/** Made outside of `pairTexts`, whose maps of texts it would keep as long as it is there itself. */
function weightsOf(known: readonly InteractionRow[], kind: WeightKind) {
  return (weighting: Weighting) => pairWeights(known, kind, weighting);
}

/** Pairs of a dataset's interactions, with the keys by which pairs are known not to be negatives of each other. */
export function pairTexts(dataset: Dataset, options: PairingOptions): PairedTexts {
  const { catalogue, documentTexts, queryText } = options;
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
  const { kind, known, rows, others, learned } = positives(dataset, options);
  if (known.length === 0) {
    throw new AttuneError(
      'DATA_EMPTY',
      `Expected ${dataset.path} to hold interactions to learn from, but found none of ${dataset.interactions.length} with a positive ` +
        `weight and a known document: ${learnedSentence(learned, kind)} \`validate\` checks them.`,
    );
  }
  if (known.length < fewestPairs && !options.few) {
    throw new AttuneError(
      'DATA_TOO_FEW',
      `Expected ${dataset.path} to hold at least ${fewestPairs} pairs of a query and a document to learn from, but found ` +
        `${known.length}: ${learnedSentence(learned, kind)} A model tuned on so few is hardly better than its base. The log of a longer time ` +
        'would help. To train all the same, set `few`.',
    );
  }
  const interactions = known.concat(others.map(({ interaction }) => interaction));
  // Keys count in the order of first appearance, so those of the pairs are the first.
  const queryKeys = joinKeys(
    interactions.map(({ queryId }) => queryId),
    interactions.map(({ query }) => query),
  );
  const keysOfPairs = queryKeys.slice(0, known.length);
  const queryCount = keysOfPairs.reduce((top, key) => Math.max(top, key), -1) + 1;
  const named =
    others.length === 0
      ? undefined
      : namedNegatives({
          interactions,
          rows: rows.concat(others.map(({ row }) => row)),
          queryKeys,
          queryCount,
          documents,
        });
  const pairs: TrainingPairs = {
    queryTexts: Uint32Array.from(known, ({ query }) => rowOf(queryText(query))),
    documentTexts: Uint32Array.from(rows, (row) => documents.texts[row]!),
    weights: pairWeights(known, kind),
    queryKeys: keysOfPairs,
    documentKeys: Int32Array.from(rows, (row) => documents.keys[row]!),
    negatives: named?.negatives,
  };
  return {
    texts: [...rowOfText.keys()],
    pairs,
    documents,
    queryCount,
    leftOut: dataset.interactions.length - known.length,
    learned: { ...learned, negatives: named?.rows ?? 0 },
    kind,
    weightsBy: weightsOf(known, kind),
  };
}

/** The texts of a tuning's documents by the chosen fields, and its pairs, as an encoder's preprocessing makes them. */
export function pairsBy(
  encoder: Encoder,
  documentFields: readonly string[],
  { catalogue, dataset, leastWeight, few }: TierTuning,
): { ofDocuments: DocumentTexts; documentTexts: string[]; paired: PairedTexts } {
  const ofDocuments = catalogue.documentTexts(documentFields);
  const documentTexts = encoder.documentTexts(ofDocuments.texts);
  const queryText = (text: string) => encoder.queryTexts([text])[0]!;
  const paired = pairTexts(dataset, { catalogue, documentTexts, queryText, leastWeight, few });
  return { ofDocuments, documentTexts, paired };
}
