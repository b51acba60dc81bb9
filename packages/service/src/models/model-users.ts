import { AttuneError } from '@attune/errors';
import { candidateName, hasEnded } from '@attune/jobs';
import type { Store } from '@attune/store';

/**
 * A bundle that answers, or that a roll back would answer with, is not removed, nor one that a job works with.
 *
 * @throws {AttuneError} CONFLICT naming who uses it
 */
export async function checkUnused(store: Store, bundle: string): Promise<void> {
  for (const { name: collection, value } of await store.list('collection')) {
    const releases = await store.list('release', { prefix: `${collection}/` });
    const numbered = releases
      .map(({ name, value: release }) => ({ number: Number(name.slice(collection.length + 1)), release }))
      .sort((a, b) => a.number - b.number);
    const inService = numbered.findIndex(({ number }) => number === value.release);
    for (const { number, release } of numbered.slice(Math.max(0, inService - 1))) {
      if (release.bundle !== bundle) continue;
      const when = number === value.release ? 'is in service' : 'was in service before the present one';
      throw new AttuneError(
        'CONFLICT',
        `The model "${bundle}" is used by release ${number} of the collection "${collection}", which ${when}. Promote another first.`,
      );
    }
  }
  const job = (await modelsOfUnfinishedJobs(store)).get(bundle);
  if (job === undefined) return;
  throw new AttuneError(
    'CONFLICT',
    `The model "${bundle}" is used by the job ${job}, which has not ended. Wait for its end, or cancel it.`,
  );
}

/** Names of the models that jobs work with or make, each with the id of such a job. A cycle makes one that is named after it. */
export async function modelsOfUnfinishedJobs(store: Store): Promise<Map<string, string>> {
  const jobs = new Map<string, string>();
  for (const { name: id, value } of await store.list('job', { reverse: true })) {
    if (hasEnded(value)) continue;
    const { base, model, name, collection } = value.request as Record<string, string | undefined>;
    const made = value.kind === 'cycle' && collection !== undefined ? candidateName(collection, id) : name;
    for (const each of [base, model, made]) if (each !== undefined) jobs.set(each, id);
  }
  return jobs;
}
