import type { JobRecord } from '@attune/store';

/** The collection that a cycle learned for, and the last event that went into it; undefined for other jobs, and for dry runs. */
export function learnedThrough({
  kind,
  request,
  result,
}: JobRecord): { collection: string; event: number } | undefined {
  const { collection, dryRun } = request as { collection?: string; dryRun?: boolean };
  const { throughEvent } = (result ?? {}) as { throughEvent?: number };
  if (kind !== 'cycle' || collection === undefined || dryRun || throughEvent === undefined) return undefined;
  return { collection, event: throughEvent };
}
