import { forEachShown, type PositionBias, positionBiasOf, RankedActions, type Visit } from '@attune/data';

/**
 * The position bias of visits whose search record says what was shown: see {@link positionBiasOf}.
 *
 * @param textOf     query -> number of its text, whatever its filter
 * @param relevance  share of right answers by rank, from rank 1, as what is in service ranks judged queries
 */
export function estimatePositionBias(
  visits: readonly Visit[],
  textOf: readonly number[],
  relevance: readonly number[] = [],
): PositionBias {
  const actions = new RankedActions<string>();
  for (const visit of visits) {
    if (!visit.isRecorded) continue;
    forEachShown(visit, (id, rank) => {
      const acted = visit.acted.has(id) ? 1 : 0;
      actions.add(`${textOf[visit.query]} ${id}`, rank, { shown: 1, acted });
    });
  }
  return positionBiasOf(actions, relevance);
}
