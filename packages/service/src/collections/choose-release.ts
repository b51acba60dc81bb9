import { AttuneError } from '@attune/errors';
import type { CollectionRecord, ReleaseRecord, Store } from '@attune/store';
import type { Models } from '../models/models.js';
import type { Log } from '../options.js';
import type { Openings } from './openings.js';
import { releaseName, releasesOf } from './releases.js';

export interface ChoiceOptions {
  store: Store;
  models: Pick<Models, 'triedOn'>;
  openings: Openings;
  log: Log;
}

/** What is to be opened of a collection. */
export interface ChosenRelease {
  record: CollectionRecord;
  release: ReleaseRecord & { number: number };
  /** Why it is not opened, where nothing can be. */
  refused?: string | undefined;
}

/**
 * The release in service, unless it ended the process while it was opened: then the newest before it with another bundle is put back into
 * service, as a roll back. Whether the bundle was to blame is found out in a process of its own, which reads every document with it.
 */
export async function chooseRelease(
  collection: string,
  given: Omit<ChosenRelease, 'refused'>,
  options: ChoiceOptions,
): Promise<ChosenRelease> {
  const { store, log } = options;
  const { record, release } = given;
  const how = await howItEnds(collection, release, options);
  if (how === undefined) return given;
  const said = `${collection}: release ${release.number} (${release.bundle}) is not opened: it ended the process. ${how}`;
  for (const before of await releasesOf(store, collection)) {
    if (before.number >= release.number) continue;
    if ((await howItEnds(collection, before, { ...options, isSuspect: true })) !== undefined) continue;
    const number = release.number + 1;
    const { number: of, ...stored } = before;
    const put: ReleaseRecord = { ...stored, createdAt: Date.now(), reason: 'rollback', of: String(of) };
    const value = { ...record, release: number };
    await store.change([
      { kind: 'collection', name: collection, put: value },
      { kind: 'release', name: releaseName(collection, number), put },
    ]);
    log('error', `${said} Release ${of} (${before.bundle}) serves again, as release ${number}.`);
    return { record: value, release: { ...put, number } };
  }
  const refused = `${said} There is none before it that could serve: promote another model.`;
  return { ...given, refused };
}

/** How a release ends the process that opens it; undefined where it does not, or nothing says so. */
async function howItEnds(
  collection: string,
  { bundle, fingerprint }: ReleaseRecord,
  { models, openings, isSuspect = false }: ChoiceOptions & { isSuspect?: boolean },
): Promise<string | undefined> {
  const known = openings.howEnded(fingerprint);
  if (known !== undefined || !(isSuspect || openings.wasOpening(fingerprint))) return known;
  try {
    await models.triedOn(bundle, collection);
    return undefined;
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error;
    // Anything else is said where it is opened; of those that would take its place, one that can't be opened is passed over.
    if (error.code !== 'BUNDLE_INVALID' && !isSuspect) return undefined;
    if (error.code === 'BUNDLE_INVALID') await openings.ended(fingerprint, error.message);
    return error.message;
  }
}
