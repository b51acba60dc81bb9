import { AttuneError } from '@attune/errors';
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
  for (const { name, value } of await store.list('job', { reverse: true })) {
    if (value.state !== 'waiting' && value.state !== 'running') continue;
    const { base, model, name: made } = value.request as Record<string, unknown>;
    if ([base, model, made].includes(bundle)) {
      throw new AttuneError(
        'CONFLICT',
        `The model "${bundle}" is used by the job ${name}, which is ${value.state}. Wait for its end, or cancel it.`,
      );
    }
  }
}
