import { candidateName } from '@attune/jobs';
import type { Store } from '@attune/store';
import { modelsOfUnfinishedJobs } from '../models/model-users.js';

/**
 * Names of the models that a cycle made and the gate did not let through, beyond the newest `kept` of each collection. Not among
 * them: what was brought in or trained by hand, what any release names, what an unfinished job works with or has made, and what
 * passed the gate, which a person may still promote.
 */
export async function refusedCandidates(store: Store, kept: number): Promise<string[]> {
  const bundles = await store.list('bundle');
  const used = new Set((await store.list('release')).map(({ value }) => value.bundle));
  const unfinished = await modelsOfUnfinishedJobs(store);
  const found: string[] = [];
  for (const { name: collection } of await store.list('collection')) {
    const candidates = bundles
      .flatMap(({ name, value: { job } }) =>
        job !== null && candidateName(collection, job) === name ? [{ name, job }] : [],
      )
      // Ids of jobs sort by time.
      .sort((a, b) => (a.job < b.job ? 1 : -1));
    let refused = 0;
    for (const { name, job } of candidates) {
      const decision = await store.get('decision', `${collection}/${job}`);
      if (decision === undefined || decision.value.verdict === 'promote') continue;
      if (used.has(name) || unfinished.has(name)) continue;
      refused += 1;
      if (refused > kept) found.push(name);
    }
  }
  return found;
}
