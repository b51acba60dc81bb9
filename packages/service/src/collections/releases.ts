import { AttuneError } from '@attune/errors';
import type { Store } from '@attune/store';
import type { NumberedRelease } from './changes.js';
import type { Openings } from './openings.js';

export const releaseName = (collection: string, number: number | ''): string => `${collection}/${number}`;

/** The number of the release whose index files serve a release: a roll back serves those of what it goes back to. */
export async function indexNumberOf(store: Store, collection: string, number: number): Promise<number> {
  const release = await store.get('release', releaseName(collection, number));
  if (release?.value.reason !== 'rollback' || release.value.of === null) return number;
  return indexNumberOf(store, collection, Number(release.value.of));
}

/** The newest first. */
export async function releasesOf(store: Store, collection: string): Promise<NumberedRelease[]> {
  const prefix = releaseName(collection, '');
  const found = await store.list('release', { prefix });
  return found
    .map(({ name, value }) => ({ ...value, number: Number(name.slice(prefix.length)) }))
    .sort((a, b) => b.number - a.number);
}

/**
 * The release to go back to.
 *
 * @param number  of the release in service
 * @throws {AttuneError} CONFLICT where there is none, and where it has ended the process
 */
export async function releaseBefore(
  collection: string,
  number: number,
  { store, openings }: { store: Store; openings: Openings },
): Promise<NumberedRelease> {
  const target = number - 1;
  const stored = await store.get('release', releaseName(collection, target));
  if (target < 1 || stored === undefined) {
    throw new AttuneError(
      'CONFLICT',
      `Nothing was in service in ${collection} before its first release: there is nothing to roll back to.`,
    );
  }
  const { bundle, fingerprint } = stored.value;
  const how = openings.howEnded(fingerprint);
  if (how !== undefined) {
    throw new AttuneError(
      'CONFLICT',
      `Release ${target} (${bundle}) has ended the process, and is not opened again. ${how}`,
    );
  }
  return { ...stored.value, number: target };
}
