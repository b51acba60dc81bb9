import type { Store } from '@attune/store';

/** Fingerprint of the newest candidate that the gate let through, which a person may still promote; undefined where there is none. */
export async function promotableFingerprint(store: Store, collection: string): Promise<string | undefined> {
  const decisions = await store.list('decision', { prefix: `${collection}/` });
  // Ids of jobs sort by time, and a decision is named by its job.
  const newest = decisions.findLast(({ value }) => value.verdict === 'promote');
  if (newest === undefined) return undefined;
  return (await store.get('bundle', newest.value.candidate))?.value.fingerprint;
}
