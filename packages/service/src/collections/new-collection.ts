import { defaultActionWeights } from '@attune/data';
import type { CollectionRecord } from '@attune/store';

/** The record of a collection that nobody has configured: it learns when it is told to, and promotes nothing by itself. */
export const newCollection = (createdAt: number, lexical: CollectionRecord['lexical']): CollectionRecord => ({
  createdAt,
  release: 1,
  golden: null,
  learning: {
    schedule: null,
    everyJudgedQueries: null,
    promotion: 'byHand',
    datasets: [],
    actionWeights: { ...defaultActionWeights },
  },
  lexical,
});
