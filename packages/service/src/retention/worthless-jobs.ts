import { hasEnded } from '@attune/jobs';
import type { Store } from '@attune/store';
import type { RetentionSettings } from '../options.js';
import { learnedThrough } from '../triggers/learned-through.js';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Ids of the ended jobs beyond the newest of them, and of those that ended too long ago; the oldest first. A collection's last cycle
 * stays: it says from which event on the next one has something new to learn.
 */
export async function worthlessJobs(
  store: Store,
  { jobs, jobDays }: Pick<RetentionSettings, 'jobs' | 'jobDays'>,
  now: number,
): Promise<string[]> {
  const toFind = new Set((await store.list('collection')).map(({ name }) => name));
  const found: string[] = [];
  let kept = 0;
  for (const { name, value } of await store.list('job', { reverse: true })) {
    const learned = learnedThrough(value);
    const isLastCycle = learned !== undefined && toFind.delete(learned.collection);
    if (!hasEnded(value)) continue;
    kept += 1;
    const isOld = now - (value.finishedAt ?? value.createdAt) > jobDays * dayMs;
    if ((kept > jobs || isOld) && !isLastCycle) found.push(name);
  }
  return found.reverse();
}
