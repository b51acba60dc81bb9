import { type InteractionRow, rowsOf } from '@attune/data';
import type { NamedNegatives } from '@attune/train';

/**
 * The documents that a dataset says do not answer a query: those of weight 0 that no interaction of the query, by id or text, gives a
 * weight above 0, by their id or their text. Each stands once, and only beside queries that are learned from.
 *
 * @param options.interactions  of grades or labels, where a weight of 0 is a no
 * @param options.rows          of each interaction the row of its document in the catalogue
 * @param options.queryKeys     likewise; keys from `queryCount` on have nothing to learn from
 * @param options.documents     [documents of the catalogue]: the text and the key of each
 * @returns the negatives, and how many rows of the source they were made of; undefined where there are none
 */
export function namedNegatives(options: {
  interactions: readonly InteractionRow[];
  rows: readonly number[];
  queryKeys: Int32Array;
  queryCount: number;
  documents: { texts: Uint32Array; keys: Int32Array };
}): { negatives: NamedNegatives; rows: number } | undefined {
  const { interactions, rows, queryKeys, queryCount, documents } = options;
  const answers = Array.from({ length: queryCount }, () => new Set<number>());
  interactions.forEach(({ weight }, i) => {
    if (weight > 0) answers[queryKeys[i]!]?.add(documents.keys[rows[i]!]!);
  });
  const refused = Array.from({ length: queryCount }, () => new Map<number, number>()); // key of a document -> its text
  let count = 0;
  interactions.forEach((interaction, i) => {
    const query = queryKeys[i]!;
    const key = documents.keys[rows[i]!]!;
    if (interaction.weight > 0 || query >= queryCount || answers[query]!.has(key)) return;
    refused[query]!.set(key, documents.texts[rows[i]!]!);
    count += rowsOf(interaction).all;
  });
  if (count === 0) return undefined;
  const offsets = new Uint32Array(queryCount + 1);
  refused.forEach((texts, query) => {
    offsets[query + 1] = offsets[query]! + texts.size;
  });
  return {
    negatives: {
      offsets,
      texts: Uint32Array.from(refused.flatMap((texts) => [...texts.values()])),
      documentKeys: Int32Array.from(refused.flatMap((texts) => [...texts.keys()])),
    },
    rows: count,
  };
}
