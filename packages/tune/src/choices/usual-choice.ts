import type { Choice } from '@attune/evaluate';

/** A setting that is as usual, because there are too few judged queries to choose it on: nothing was tried. */
export function usualChoice(what: string, chosen: string): Choice {
  return { what, chosen, metric: 'ndcg@10', on: 'no queries', queryCount: 0, tried: [] };
}
