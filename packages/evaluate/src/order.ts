import { AttuneError } from '@attune/errors';
import type { Ranking } from './types.js';

/**
 * Order of two strings by their UTF-8 bytes, as C's strcmp has it. JavaScript's own `<` compares UTF-16 units, and
 * puts characters beyond U+FFFF before U+E000..U+FFFF.
 */
export function compareByBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; ++i) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA === unitB) continue;
    // Surrogates stand for the highest code points, so they are lifted above every other unit.
    return lifted(unitA) - lifted(unitB);
  }
  return a.length - b.length;
}

const lifted = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/**
 * The documents of an answer in trec_eval's order: score descending, ties by document id descending. trec_eval keeps
 * scores in 32 bits, so two that differ beyond that are a tie, there and here.
 *
 * @throws {AttuneError} SHAPE_MISMATCH, NOT_FINITE or INVALID_ARGUMENT for a ranking that is none
 */
export function trecOrder({ queryId, documentIds, scores }: Ranking): string[] {
  const count = documentIds.length;
  if (scores.length !== count) {
    throw new AttuneError(
      'SHAPE_MISMATCH',
      `Expected a score for each of the ${count} documents of query '${queryId}', but received ${scores.length}.`,
    );
  }
  const scores32 = Float32Array.from(scores);
  let ordered = true;
  for (let i = 0; i < count; ++i) {
    if (Number.isNaN(scores32[i]!)) {
      throw new AttuneError(
        'NOT_FINITE',
        `Expected scores that are numbers, but that of document '${documentIds[i]}' for query '${queryId}' is NaN.`,
      );
    }
    if (i > 0 && !comesBefore(i - 1, i)) ordered = false;
  }
  if (new Set(documentIds).size !== count) {
    const twice = documentIds.find((id, i) => documentIds.indexOf(id) !== i);
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected each document once in the ranking of query '${queryId}', but '${twice}' stands in it twice.`,
    );
  }
  if (ordered) return documentIds;
  const rows = documentIds.map((_, i) => i).sort((a, b) => (comesBefore(a, b) ? -1 : 1));
  return rows.map((row) => documentIds[row]!);

  function comesBefore(a: number, b: number): boolean {
    if (scores32[a] !== scores32[b]) return scores32[a]! > scores32[b]!;
    return compareByBytes(documentIds[a]!, documentIds[b]!) > 0;
  }
}
