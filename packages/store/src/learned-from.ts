import type { StoredEvent } from './types.js';

/**
 * Whether an event counts where something is learned: it was not taken back, and its search is on record, unless whoever sent it may tell of
 * searches that were made elsewhere.
 */
export function isLearnedFrom({ search, source }: Pick<StoredEvent, 'search' | 'source'>): boolean {
  return !source.isTakenBack && (search !== undefined || source.mayImport);
}
